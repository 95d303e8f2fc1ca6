"""Second filings and claims that are named in another way than registered (register.md N12, N13, V4, F3)."""

import pytest
from register_builders import MappingReader, asking, claim, day, filing, pct, withdrawal

from ledger.register.entries import Right
from ledger.register.family import find_family
from ledger.register.family_joints import Joint
from ledger.register.priority import verify_priority
from ledger.register.priority.filing import verify_filing
from ledger.register.verification import FilingQuestion, SecondFiling

FIRST = ("AU", "2012901111", "2012-05-03")
TO_FIRST = claim(*FIRST)
JAPANESE = ("JP", "2012-105555", "2012-05-07")
"""The numbers of Japanese patents and utility models overlap."""


def register_of_first() -> MappingReader:
    reader = MappingReader(("AU", "JP", "KR", "US", "WO"))
    reader.apply("AU", filing("2012901111", "2012-05-03"))
    reader.apply("JP", filing("2012-105555", "2012-05-07"))
    return reader


@pytest.mark.parametrize("asked", [None, "patent", "utilityModel"])
def test_a_claim_that_states_another_right_is_this_claim(asked: Right | None) -> None:
    # PCT Rule 90bis.3: its withdrawal is seen
    reader = register_of_first()
    stated = claim(*JAPANESE, right="utilityModel")
    reader.apply("US", filing("13/541,000", "2013-05-02", stated))
    request = asking(JAPANESE, ("US", "2013-05-02"), number="13/541,000", first_right=asked)
    stands = verify_priority(reader, request)
    assert (stands.outcome, stands.claim_status) == ("confirmedWithRemarks", "claimed")
    assert stands.reasons == ("RIGHT_DIFFERS",)
    reader.apply("US", withdrawal("13/541,000", stated, "2013-08-01"))
    verification = verify_priority(reader, request)
    assert (verification.outcome, verification.claim_status) == ("notEntitled", "withdrawn")


def test_a_claim_of_another_right_and_date_is_another_one() -> None:
    # N13: serial numbers of rights overlap
    reader = register_of_first()
    other = claim("JP", "2012-105555", "2012-06-07", right="utilityModel")
    reader.apply("US", filing("13/541,000", "2013-05-02", other))
    request = asking(JAPANESE, ("US", "2013-05-02"), number="13/541,000")
    assert verify_priority(reader, request).reasons == ("CLAIM_NOT_REGISTERED",)


def test_of_two_claims_with_one_date_that_of_the_right_is_meant() -> None:
    # V4
    reader = register_of_first()
    own, namesake = claim(*JAPANESE, right="patent"), claim(*JAPANESE, right="utilityModel")
    reader.apply("US", filing("13/541,000", "2013-05-02", own, namesake))
    reader.apply("US", withdrawal("13/541,000", own, "2013-08-01"))
    request = asking(JAPANESE, ("US", "2013-05-02"), number="13/541,000")
    assert verify_priority(reader, request).claim_status == "withdrawn"


@pytest.mark.parametrize(
    ("number", "outcome", "reason"),
    [
        ("30-2013-0016301", "notEntitled", "RIGHT_MISMATCH"),
        ("20-2013-0016301", "confirmedWithRemarks", "SECOND_RIGHT_DIFFERS"),
        ("10-2013-0016301", "confirmed", ""),
    ],
)
def test_the_number_of_the_second_filing_tells_its_right(
    number: str, outcome: str, reason: str
) -> None:
    # Paris Convention Art. 4C(1), 4E; N13: Korean numbers name their right
    reader = register_of_first()
    assert reader.apply("KR", filing(number, "2013-05-02", TO_FIRST)).status == "accepted"
    request = asking(FIRST, ("KR", "2013-05-02"), number=number)
    verification = verify_priority(reader, request)
    assert (verification.outcome, verification.checks[6].reason) == (outcome, reason)


def test_a_design_by_its_number_has_six_months() -> None:
    # Paris Convention Art. 4C(1), 4E(1): US series 29 is of designs; 37 CFR 1.55(c) is of 2013-12-18
    reader = register_of_first()
    reader.apply("AU", filing("201210001", "2012-05-03", right="design"))
    request = asking(
        ("AU", "201210001", "2012-05-03"),
        ("US", "2013-01-02"),
        number="29/117,005",
        first_right="design",
    )
    verification = verify_priority(reader, request)
    assert verification.period is not None
    assert (verification.outcome, verification.period.months) == ("late", 6)


def test_a_second_pct_filing_may_be_named_by_its_receiving_office() -> None:
    # PCT Rule 4.10(a)(v) for first filings, N12 for all: the withdrawal is seen, and the law is the PCT's
    reader = register_of_first()
    reader.apply("WO", pct("PCT/JP2013/062000", "2013-05-02", "JP", TO_FIRST))
    reader.apply("WO", withdrawal("PCT/JP2013/062000", TO_FIRST, "2013-08-01"))
    for office in ("WO", "JP"):
        request = asking(FIRST, (office, "2013-05-02"), number="PCT/JP2013/062000")
        verification = verify_priority(reader, request)
        assert (verification.outcome, verification.claim_status) == ("notEntitled", "withdrawn")
        assert verification.period is not None
        assert verification.period.calendar_office == "JP"
        assert "PCT Rule 26bis.1" in verification.remedy
    other = asking(FIRST, ("KR", "2013-05-02"), number="PCT/JP2013/062000")
    assert verify_priority(reader, other).claim_status is None


def test_what_an_office_registered_under_a_pct_number_is_its_own_filing() -> None:
    # R1, N7: a national phase that is known by the number of its PCT filing only
    reader = register_of_first()
    reader.apply("WO", pct("PCT/JP2013/062000", "2013-05-02", "JP", TO_FIRST))
    assert reader.apply("JP", filing("PCT/JP2013/062000", "2013-05-02")).status == "accepted"
    second = SecondFiling(
        ip_office_code="JP",
        filing_date=day("2013-05-02"),
        right="patent",
        application_number_text="PCT/JP2013/062000",
    )
    answer = verify_filing(reader, FilingQuestion(second=second))
    assert (answer.filing_id.split(".")[0], answer.claims) == ("JP", ())


def joint(reader: MappingReader, member: str) -> Joint:
    (found,) = find_family(reader, member, "extended").members[-1].joint_bag
    return found


def test_a_claim_that_states_a_right_under_which_nothing_is_registered_joins_the_family() -> None:
    # F3: the filing of that number and date is meant; the right is a doubt
    reader = register_of_first()
    reader.apply("US", filing("13/541,000", "2013-05-02", claim(*JAPANESE, right="utilityModel")))
    members = {"JP.patent.2012105555", "US.patent.13541000"}
    for member in members:
        family = find_family(reader, member, "extended")
        assert {each.filing_id for each in family.members} == members
        assert joint(reader, member).warning_codes == ("RIGHT_DIFFERS",)
    # A utility model of this number, of whatever date, is what the claim says.
    reader.apply("JP", filing("2012-105555", "2012-08-03", right="utilityModel"))
    family = find_family(reader, "JP.patent.2012105555", "extended")
    assert [each.filing_id for each in family.members] == ["JP.patent.2012105555"]


def test_a_claim_of_another_right_and_date_joins_nothing() -> None:
    # F3: numbers of rights overlap
    reader = register_of_first()
    other = claim("JP", "2012-105555", "2012-06-07", right="utilityModel")
    reader.apply("US", filing("13/541,000", "2013-05-02", other))
    family = find_family(reader, "JP.patent.2012105555", "extended")
    assert [each.filing_id for each in family.members] == ["JP.patent.2012105555"]
