"""Families over sealed and open filings (register.md F11, F12): one node before and after the opening."""

from datetime import date

import msgspec
from register_builders import MappingReader, claim, day, filing
from sealed_builders import named, opening, proved, reference, related, seal_of, sealed, sealed_id

from crypto.seal import Seal
from ledger.register.entries import (
    Claim,
    Dispute,
    Entry,
    Event,
    Filing,
    PriorityClaim,
    RelatedFiling,
)
from ledger.register.family import Family, FiledAs, find_family
from ledger.register.family_joints import Joint, JointDispute

FIRST = seal_of("AU", "2013900001", "2013-03-12")
AT_EP = seal_of("EP", "14160123", "2014-03-12")
AT_JP = seal_of("JP", "2014-050001", "2014-03-11")
OPENED = {
    FIRST.claim_key: opening(FIRST, "2013900001", "2013-03-12"),
    AT_EP.claim_key: opening(AT_EP, "14160123", "2014-03-12"),
    AT_JP.claim_key: opening(AT_JP, "2014-050001", "2014-03-11"),
}


def enter(reader: MappingReader, office: str, entry: Entry) -> str:
    outcome = reader.apply(office, entry)
    assert outcome.status == "accepted", outcome
    return outcome.subject


def seal_filing(
    reader: MappingReader,
    seal: Seal,
    *firsts: Seal,
    open_claims: tuple[PriorityClaim, ...] = (),
    relations: tuple[RelatedFiling, ...] = (),
) -> str:
    """Enter a sealed filing that claims others by proofs."""
    proofs = tuple(proved(first, sealed_id(seal)) for first in firsts)
    return enter(reader, seal.office, sealed(seal, *open_claims, *proofs, related=relations))


def open_it(reader: MappingReader, seal: Seal) -> str:
    return enter(reader, seal.office, OPENED[seal.claim_key])


def family_of_three() -> MappingReader:
    """A sealed first filing at AU, claimed by sealed ones at EP and JP."""
    reader = MappingReader()
    seal_filing(reader, FIRST)
    seal_filing(reader, AT_EP, FIRST)
    seal_filing(reader, AT_JP, FIRST)
    return reader


def members(family: Family) -> list[str]:
    return [member.filing_id for member in family.members if member.is_registered]


def seen_by(reader: MappingReader, office: str, asked: str) -> set[str]:
    return set(members(find_family(reader, asked, "extended", viewer=office)))


ALL_SEALED = {sealed_id(FIRST), sealed_id(AT_EP), sealed_id(AT_JP)}


def test_each_office_of_the_family_sees_all_sealed_members_and_what_joins_them() -> None:
    reader = family_of_three()
    for office in ("AU", "EP", "JP"):
        for asked in ALL_SEALED:
            assert seen_by(reader, office, asked) == ALL_SEALED
    family = find_family(reader, sealed_id(AT_EP), "simple", viewer="JP")
    assert family.priorities == (sealed_id(FIRST),)
    joined = {member.filing_id: member.joint_bag for member in family.members}
    assert joined[sealed_id(AT_EP)] == (
        Joint(
            later_filing_id=sealed_id(AT_EP),
            earlier_filing_id=sealed_id(FIRST),
            relation="priority",
            ip_office_code="AU",
            claim_key=FIRST.claim_key,
            status="claimed",
            height=2,
            index=0,
        ),
    )
    assert [
        (member.right, member.application_number_text, member.filing_date, member.is_sealed)
        for member in family.members
    ] == [(None, "", None, True)] * 3


def test_what_the_office_knows_from_its_own_file_is_shown_to_it() -> None:
    reader = family_of_three()
    own_file = {
        sealed_id(FIRST): FiledAs(
            right="patent", application_number_text="2013900001", filing_date=day("2013-03-12")
        )
    }
    family = find_family(reader, sealed_id(AT_EP), "simple", viewer="EP", known=own_file.get)
    first = family.members[0]
    assert (first.filing_id, first.is_sealed) == (sealed_id(FIRST), True)
    assert (first.right, first.application_number_text, first.filing_date) == (
        "patent",
        "2013900001",
        day("2013-03-12"),
    )


def test_an_opened_filing_is_the_node_that_it_was_while_sealed() -> None:
    reader = family_of_three()
    opened = open_it(reader, FIRST)
    assert opened == "AU.patent.2013900001"
    expected = {opened, sealed_id(AT_EP), sealed_id(AT_JP)}
    for asked in (opened, sealed_id(FIRST), sealed_id(AT_EP)):
        assert seen_by(reader, "JP", asked) == expected
    # A claim made after the opening, by number, leads to the same filing.
    late = filing("14/200,001", "2014-03-01", claim("AU", "2013900001", "2013-03-12"))
    reader.apply("US", late)
    assert seen_by(reader, "EP", opened) == {*expected, "US.patent.14200001"}
    assert seen_by(reader, "US", opened) == {opened, "US.patent.14200001"}
    # And so does one that is proved after it.
    proof = proved(FIRST, "WO.patent.AU2014000001")
    international = Filing(
        right="patent",
        application_number_text="PCT/AU2014/000001",
        filing_date=day("2014-03-10"),
        receiving_office_code="AU",
        priority_claim_bag=(proof,),
    )
    enter(reader, "WO", international)
    assert seen_by(reader, "WO", opened) == {
        *expected,
        "US.patent.14200001",
        "WO.patent.AU2014000001",
    }


def test_before_and_after_the_openings_the_family_is_the_same() -> None:
    reader = family_of_three()
    for seal in (AT_JP, FIRST, AT_EP):
        open_it(reader, seal)
    ids = {"AU.patent.2013900001", "EP.patent.14160123", "JP.patent.2014050001"}
    for viewer in ("", "AU", "US"):
        family = find_family(reader, sealed_id(AT_JP), "simple", viewer=viewer)
        assert set(members(family)) == ids
        assert family.priorities == ("AU.patent.2013900001",)
        assert [each.warning_codes for one in family.members for each in one.joint_bag] == [(), ()]


def test_a_relation_keeps_the_place_where_it_was_told_when_its_filing_is_opened() -> None:
    reader = MappingReader()
    parent, child = FIRST, seal_of("AU", "2014200002", "2014-01-02")
    seal_filing(reader, parent)
    told = related(parent, sealed_id(child), "division")
    seal_filing(reader, child, relations=(told,))
    enter(reader, "AU", opening(child, "2014200002", "2014-01-02"))
    family = find_family(reader, "AU.patent.2014200002", "national", viewer="AU")
    joints = [joint for member in family.members for joint in member.joint_bag]
    assert [(joint.relation, joint.height, joint.claim_key) for joint in joints] == [
        ("division", 2, parent.claim_key)
    ]


def test_a_sealed_claim_can_be_seen_and_disputed_and_left_out() -> None:
    # issue 5, point 3: one wrong code sheet merges two families
    reader = family_of_three()
    doubt = Dispute(
        claiming_office_code="JP",
        filing=reference(AT_JP),
        action="raise",
        claim=named(FIRST),
        reason_text="another first filing is meant",
        decision_date=date(2014, 5, 1),
    )
    enter(reader, "AU", doubt)
    shown = JointDispute(
        disputing_office_code="AU",
        reason_text="another first filing is meant",
        decision_date=date(2014, 5, 1),
        height=4,
        index=0,
    )

    def disputes(viewer: str) -> list[tuple[str, tuple[JointDispute, ...]]]:
        family = find_family(reader, sealed_id(AT_JP), "extended", viewer=viewer)
        joints = [joint for member in family.members for joint in member.joint_bag]
        return [(each.later_filing_id, each.dispute_bag) for each in joints if each.dispute_bag]

    # Shown where the claim joins JP's filing, and at the first filing, which nothing else joins.
    assert disputes("EP") == [(sealed_id(AT_JP), (shown,))] * 2
    assert disputes("US") == []
    without = find_family(reader, sealed_id(AT_EP), "extended", viewer="EP", without_disputed=True)
    assert set(members(without)) == {sealed_id(FIRST), sealed_id(AT_EP)}
    assert [joint.later_filing_id for joint in without.left_out_bag] == [sealed_id(AT_JP)]
    # The dispute goes on when the filing is opened.
    opened = open_it(reader, AT_JP)
    family = find_family(reader, opened, "extended", viewer="EP")
    (joint,) = next(member.joint_bag for member in family.members if member.filing_id == opened)
    assert (joint.warning_codes, joint.dispute_bag) == (("DISPUTED",), (shown,))


def test_a_withdrawn_sealed_claim_joins_no_more() -> None:
    reader = family_of_three()
    withdraw = Claim(
        filing=reference(AT_JP),
        action="withdraw",
        claim=named(FIRST),
        decision_date=date(2014, 6, 1),
    )
    enter(reader, "JP", withdraw)
    assert seen_by(reader, "EP", sealed_id(AT_EP)) == {sealed_id(FIRST), sealed_id(AT_EP)}
    assert seen_by(reader, "JP", sealed_id(AT_EP)) == set()


def test_events_of_sealed_members_stand_in_their_national_family() -> None:
    reader = family_of_three()
    granted = Event(filing=reference(AT_EP), event_category="granted", event_date=date(2015, 1, 7))
    enter(reader, "EP", granted)
    family = find_family(reader, sealed_id(AT_EP), "domestic", viewer="EP")
    assert [one.event_category for one in family.members[0].publication_bag] == ["granted"]


PCT = seal_of("WO", "PCT/AU2014/000001", "2014-03-10")
PHASE = seal_of("EP", "14760001", "2014-03-10")


def phase(reader: MappingReader, *, is_told: bool) -> None:
    """A first filing, the PCT application that claims it, and that one's national phase, all sealed."""
    seal_filing(reader, FIRST)
    seal_filing(reader, PCT, FIRST)
    if is_told:
        told = related(PCT, sealed_id(PHASE), "nationalPhase")
        seal_filing(reader, PHASE, FIRST, relations=(told,))
    else:
        seal_filing(reader, PHASE, FIRST, PCT)


def test_a_sealed_national_phase_is_told_by_its_relation() -> None:
    # register.md F12: the rule of the same day cannot see sealed dates
    told, untold = MappingReader(), MappingReader()
    phase(told, is_told=True)
    phase(untold, is_told=False)
    simple = find_family(told, sealed_id(PHASE), "simple", viewer="EP")
    assert set(members(simple)) == {sealed_id(FIRST), sealed_id(PCT), sealed_id(PHASE)}
    apart = find_family(untold, sealed_id(PHASE), "simple", viewer="EP")
    assert set(members(apart)) == {sealed_id(PHASE)}
    # Once all is open, the dates tell it.
    enter(untold, "AU", OPENED[FIRST.claim_key])
    pct_opening = msgspec.structs.replace(
        opening(PCT, "PCT/AU2014/000001", "2014-03-10"), receiving_office_code="AU"
    )
    enter(untold, "WO", pct_opening)
    enter(untold, "EP", opening(PHASE, "14760001", "2014-03-10"))
    opened = find_family(untold, "EP.patent.14760001", "simple")
    assert set(members(opened)) == {
        "AU.patent.2013900001",
        "WO.patent.AU2014000001",
        "EP.patent.14760001",
    }


def test_a_mixed_family_has_its_kinds_like_an_open_one() -> None:
    # An open first filing at US, an open and a sealed first filing's sealed second one at JP.
    reader = MappingReader()
    reader.apply("US", filing("61/610,420", "2013-03-12"))
    at_us = claim("US", "61/610,420", "2013-03-12", "patent")
    seal_filing(reader, FIRST)
    seal_filing(reader, AT_EP, FIRST)
    seal_filing(reader, AT_JP, FIRST, open_claims=(at_us,))
    simple = find_family(reader, sealed_id(AT_JP), "simple", viewer="JP")
    assert (members(simple), simple.priorities) == (
        [sealed_id(AT_JP)],
        (sealed_id(FIRST), "US.patent.61610420"),
    )
    complex_ = find_family(reader, sealed_id(AT_JP), "complex", viewer="JP")
    assert {one.originating_filing_id: set(one.filing_id_bag) for one in complex_.family_bag} == {
        sealed_id(FIRST): ALL_SEALED,
        "US.patent.61610420": {sealed_id(AT_JP), "US.patent.61610420"},
    }
    extended = find_family(reader, "US.patent.61610420", "extended", viewer="JP")
    assert set(members(extended)) == {*ALL_SEALED, "US.patent.61610420"}


def test_one_document_comes_back_as_it_was() -> None:
    family = find_family(family_of_three(), sealed_id(FIRST), "extended", viewer="AU")
    assert msgspec.json.decode(msgspec.json.encode(family), type=Family) == family
