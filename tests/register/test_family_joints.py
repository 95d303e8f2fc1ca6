"""What joins a member is shown with what is doubtful about it (register.md F4): one wrong digit merges two families."""

import msgspec
import pytest
from register_builders import MappingReader, claim, day, dispute, filing, pct

from ledger.register import family as family_module
from ledger.register.entries import (
    Claim,
    Filing,
    FilingReference,
    PriorityClaim,
    RelatedFiling,
)
from ledger.register.family import find_family
from ledger.register.family_joints import Joint, JointDispute

FIRST = filing("2012900001", "2012-03-13")


def joint_of(reader: MappingReader, later: str = "AU.patent.2013287263") -> Joint:
    """The one claim or relation that joins this filing to its extended family."""
    family = find_family(reader, later, "extended")
    (member,) = (member for member in family.members if member.filing_id == later)
    (joint,) = member.joint_bag
    return joint


def joined(named: PriorityClaim, first: Filing = FIRST, first_office: str = "AU") -> Joint:
    reader = MappingReader()
    reader.apply(first_office, first)
    reader.apply("AU", filing("2013287263", "2013-03-12", named))
    return joint_of(reader)


def test_a_joint_shows_the_claim_as_it_was_given_and_where() -> None:
    assert joined(claim("AU", "AU 2012/900001", "2012-03-13")) == Joint(
        later_filing_id="AU.patent.2013287263",
        earlier_filing_id="AU.patent.2012900001",
        relation="priority",
        ip_office_code="AU",
        application_number_text="AU 2012/900001",
        filing_date=day("2012-03-13"),
        status="claimed",
        height=2,
        index=0,
    )


@pytest.mark.parametrize(
    ("named", "warnings"),
    [
        (claim("AU", "2012900001", "2012-03-14"), ("DATE_MISMATCH",)),
        (claim("AU", "2012900001", None), ("MISSING_DATE",)),
        (claim("AU", "2012900002", "2012-03-13"), ("FIRST_FILING_NOT_REGISTERED",)),
        (
            claim("AU", "2014900002", "2014-03-13"),
            ("FIRST_FILING_NOT_REGISTERED", "BEFORE_PRIORITY"),
        ),
        (
            claim("EP", "10167109.3", "2010-06-24"),
            ("CHECK_DIGIT_WRONG", "FIRST_FILING_NOT_REGISTERED"),
        ),
    ],
)
def test_a_doubtful_claim_is_shown_with_its_doubts(
    named: PriorityClaim, warnings: tuple[str, ...]
) -> None:
    assert joined(named).warning_codes == warnings


def test_a_number_whose_series_was_derived_is_doubtful_until_the_date_confirms_it() -> None:
    # register.md N8
    first = filing("08/921,321", "1997-08-29")
    short = claim("US", "92132197", "1997-08-29")
    assert joined(short, first, "US").warning_codes == ()
    assert "SERIES_DERIVED" in joined(short, FIRST).warning_codes
    wrong = joined(claim("US", "92132197", "1997-08-28"), first, "US")
    assert set(wrong.warning_codes) >= {"SERIES_DERIVED", "DATE_MISMATCH"}


def test_a_first_filing_registered_later_than_the_claiming_one_is_a_doubt() -> None:
    late = filing("2012900001", "2013-04-02")
    assert joined(claim("AU", "2012900001", "2012-03-13"), late).warning_codes == (
        "DATE_MISMATCH",
        "BEFORE_PRIORITY",
    )


def test_a_disputed_joint_says_who_disputes_it_and_why() -> None:
    # register.md R13
    reader = MappingReader()
    named = claim("AU", "2012900001", "2012-03-13")
    reader.apply("AU", FIRST)
    reader.apply("AU", filing("2013287263", "2013-03-12", named))
    reader.apply("US", dispute("AU", "2013287263", named, "900010 is meant"))
    reader.apply("EP", dispute("AU", "2013287263", named))
    joint = joint_of(reader)
    assert joint.warning_codes == ("DISPUTED",)
    assert joint.dispute_bag == (
        JointDispute(
            disputing_office_code="EP",
            reason_text="a digit is wrong",
            decision_date=day("2014-01-07"),
            height=4,
            index=0,
        ),
        JointDispute(
            disputing_office_code="US",
            reason_text="900010 is meant",
            decision_date=day("2014-01-07"),
            height=3,
            index=0,
        ),
    )
    for office in ("EP", "US"):
        reader.apply(office, dispute("AU", "2013287263", named, "", action="withdraw"))
    assert (joint_of(reader).warning_codes, joint_of(reader).dispute_bag) == ((), ())


def test_a_claim_that_was_corrected_is_no_longer_disputed() -> None:
    # register.md R13: what is disputed is the claim as it stood
    reader = MappingReader()
    named = claim("AU", "2012900001", "2012-03-14")
    reader.apply("AU", FIRST)
    reader.apply("AU", filing("2013287263", "2013-03-12", named))
    reader.apply("EP", dispute("AU", "2013287263", named))
    assert joint_of(reader).warning_codes == ("DATE_MISMATCH", "DISPUTED")
    correction = Claim(
        filing=FilingReference(right="patent", application_number_text="2013287263"),
        action="correct",
        claim=claim("AU", "2012900001", "2012-03-13"),
        replaced_claim=named,
        decision_date=day("2013-09-02"),
    )
    assert reader.apply("AU", correction).status == "accepted"
    assert (joint_of(reader).height, joint_of(reader).warning_codes) == (4, ())


def test_a_relation_is_shown_where_its_filing_was_entered() -> None:
    reader = MappingReader()
    parent = RelatedFiling(
        relation="division",
        ip_office_code="AU",
        application_number_text="2012900001",
        filing_date=day("2012-03-13"),
    )
    reader.apply("AU", FIRST)
    child = msgspec.structs.replace(
        filing("2013287263", "2012-03-13"), related_filing_bag=(parent,)
    )
    reader.apply("AU", child)
    named = claim("AU", "2012900001", None)
    reader.apply("EP", dispute("AU", "2013287263", named, relation="division"))
    joint = joint_of(reader)
    assert (joint.relation, joint.status, joint.height) == ("division", None, 2)
    assert joint.warning_codes == ("DISPUTED",)


def test_one_mistyped_number_that_merges_two_families_can_be_seen() -> None:
    # The claim of AU 2011200002 was meant for US 61/000,010: its date says so.
    reader = MappingReader()
    for number, filed in (("61/000,001", "2010-01-04"), ("61/000,010", "2010-03-01")):
        reader.apply("US", filing(number, filed))
    reader.apply("EP", filing("10167109", "2010-12-01", claim("US", "61/000,001", "2010-01-04")))
    reader.apply("JP", filing("2010-267890", "2010-12-01", claim("US", "61/000,010", "2010-03-01")))
    twice = (claim("US", "61/000,001", "2010-03-01"), claim("US", "61/000,010", "2010-03-01"))
    reader.apply("AU", filing("2011200002", "2010-12-02", *twice))
    family = find_family(reader, "EP.patent.10167109", "extended")
    doubtful = [
        joint for member in family.members for joint in member.joint_bag if joint.warning_codes
    ]
    assert [(joint.later_filing_id, joint.earlier_filing_id) for joint in doubtful] == [
        ("AU.patent.2011200002", "US.patent.61000001")
    ]
    reader.apply("US", dispute("AU", "2011200002", twice[0]))
    without = find_family(reader, "EP.patent.10167109", "extended", without_disputed=True)
    assert [member.filing_id for member in without.members] == [
        "US.patent.61000001",
        "EP.patent.10167109",
    ]


def test_every_member_of_a_simple_family_shows_all_that_joins_it() -> None:
    # The national phase that names its PCT application only is joined by that.
    reader = MappingReader()
    first = claim("AU", "2012900001", "2012-03-13")
    reader.apply("AU", FIRST)
    reader.apply("WO", pct("PCT/AU2013/000263", "2013-03-12", "AU", first))
    own_pct = claim("WO", "PCT/AU2013/000263", "2013-03-12")
    reader.apply("EP", filing("13754321", "2013-03-12", own_pct))
    family = find_family(reader, "WO.patent.AU2013000263", "simple")
    assert [
        (member.filing_id, [joint.earlier_filing_id for joint in member.joint_bag])
        for member in family.members
    ] == [
        ("AU.patent.2012900001", []),
        ("EP.patent.13754321", ["WO.patent.AU2013000263"]),
        ("WO.patent.AU2013000263", ["AU.patent.2012900001"]),
    ]


def test_an_answer_without_room_for_all_joints_shows_one_of_each_member_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(family_module, "JOINTS_MAX", 1)
    reader = MappingReader()
    claims = [claim("US", f"61/000,00{number}", "2010-01-04") for number in range(1, 5)]
    reader.apply("AU", filing("2010200001", "2010-12-01", *claims))
    reader.apply("AU", filing("2010200002", "2010-12-01", *claims))
    family = find_family(reader, "AU.patent.2010200001", "simple")
    assert [len(member.joint_bag) for member in family.members] == [2, 1]
    assert not family.is_complete
