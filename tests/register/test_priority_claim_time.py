"""Whether a claim was made in time, and what follows where it was not (register.md C1, C2)."""

import msgspec
import pytest
from register_builders import (
    MappingReader,
    asking,
    claim,
    closed_days,
    day,
    filing,
    of,
    pct,
    withdrawal,
)

from ledger.register.entries import Claim, PriorityClaim, Right, Weekday
from ledger.register.priority import Check, Verification, verify_priority
from ledger.register.priority.filing import verify_filing
from ledger.register.verification import FilingQuestion, SecondFiling

FIRST = ("AU", "2012901111", "2012-05-03")
NAMED = claim(*FIRST)
WEEKEND: tuple[Weekday, ...] = ("saturday", "sunday")
EP_NUMBER = "13166000.0"


def added(
    number: str, decided: str, requested: str | None = None, named: PriorityClaim = NAMED
) -> Claim:
    return Claim(
        filing=of(number),
        action="add",
        claim=named,
        decision_date=day(decided),
        request_date=None if requested is None else day(requested),
    )


def european(*changes: Claim, declared: bool = True) -> MappingReader:
    """A European filing of 2013-05-02 without claims, and these changes. Claims are added until 2013-09-03."""
    reader = MappingReader()
    reader.apply("AU", filing(FIRST[1], FIRST[2]))
    if declared:
        reader.apply("EP", closed_days(2013, rest_days=WEEKEND))
    reader.apply("EP", filing(EP_NUMBER, "2013-05-02"))
    for change in changes:
        assert reader.apply("EP", change).status == "accepted"
    return reader


def asked(reader: MappingReader) -> Verification:
    return verify_priority(reader, asking(FIRST, ("EP", "2013-05-02"), number=EP_NUMBER))


def claim_check(verification: Verification) -> Check:
    return verification.checks[3 - 1]


def test_a_claim_made_too_late_is_not_confirmed_nor_incurable() -> None:
    # EPC Rule 52(2): sixteen months from the priority date; Art. 122 allows re-establishment
    reader = european(added(EP_NUMBER, "2019-05-02", "2019-03-01"))
    verification = asked(reader)
    assert (verification.outcome, verification.reasons) == ("undetermined", ("CLAIM_LATE",))
    assert (claim_check(verification).result, claim_check(verification).fault) == (
        "failed",
        "curable",
    )
    assert verification.summary == (
        "AU 2012901111 gives priority until 2013-05-03 to a claim made in time: CLAIM_LATE."
    )
    assert "re-establishment of rights" in verification.remedy
    second = SecondFiling(
        ip_office_code="EP",
        filing_date=day("2013-05-02"),
        right="patent",
        application_number_text=EP_NUMBER,
    )
    together = verify_filing(reader, FilingQuestion(second=second))
    assert together.priority_date == day("2013-05-02")
    assert together.summary.startswith("0 of 1 claims are confirmed")


@pytest.mark.parametrize(
    ("requested", "outcome", "reasons"),
    [
        ("2013-09-03", "confirmed", ()),
        ("2013-09-04", "undetermined", ("CLAIM_LATE",)),
        (None, "undetermined", ("CLAIM_MAY_BE_LATE",)),
    ],
)
def test_the_receipt_of_the_notice_counts_and_not_the_decision(
    requested: str | None, outcome: str, reasons: tuple[str, ...]
) -> None:
    # PCT Rule 26bis.1(a), EPC Rule 52(2): the office decided on 2013-09-20
    verification = asked(european(added(EP_NUMBER, "2013-09-20", requested)))
    assert (verification.outcome, verification.reasons) == (outcome, reasons)
    if requested is None:
        assert "whose day is not told" in claim_check(verification).came
        assert "the day its notice came" in verification.remedy


def test_a_late_claim_by_an_assumed_calendar_may_be_in_time() -> None:
    # EPC Rule 134(1)
    reader = european(added(EP_NUMBER, "2013-09-20", "2013-09-04"), declared=False)
    assert asked(reader).reasons == ("CLAIM_MAY_BE_LATE", "CALENDAR_ASSUMED")


def test_a_pct_correction_counts_for_a_month_more() -> None:
    # PCT Rule 26bis.2(b): unless the receiving office had declared the claim void
    reader = MappingReader()
    reader.apply("AU", filing(FIRST[1], FIRST[2]))
    reader.apply("JP", closed_days(2013, rest_days=WEEKEND))
    number, wrong = "PCT/JP2013/062000", claim("AU", "2012901111", "2012-05-04")
    reader.apply("WO", pct(number, "2013-05-02", "JP", wrong))
    correction = msgspec.structs.replace(
        added(number, "2013-11-20", "2013-10-03"), action="correct", replaced_claim=wrong
    )
    for requested, reason in (("2013-10-03", "CLAIM_MAY_BE_LATE"), ("2013-10-04", "CLAIM_LATE")):
        entered = MappingReader()
        entered.content.update(reader.content)
        change = msgspec.structs.replace(correction, request_date=day(requested))
        assert entered.apply("WO", change).status == "accepted"
        request = asking(FIRST, ("WO", "2013-05-02"), number=number)
        assert verify_priority(entered, request).reasons == (reason,)


def test_a_withdrawn_claim_is_added_again_at_the_epo_for_sixteen_months_only() -> None:
    # EPC Rule 52(2), not 52(3): the filing of 2013-07-02 has four months for corrections
    reader = MappingReader()
    reader.apply("AU", filing(FIRST[1], FIRST[2]))
    reader.apply("EP", filing(EP_NUMBER, "2013-05-02", NAMED))
    reader.apply("EP", withdrawal(EP_NUMBER, NAMED, "2013-07-05"))
    reader.apply("EP", filing("13166001.8", "2013-07-03", NAMED))
    reader.apply("EP", withdrawal("13166001.8", NAMED, "2013-07-05"))
    for number, filed in ((EP_NUMBER, "2013-05-02"), ("13166001.8", "2013-07-03")):
        verification = verify_priority(reader, asking(FIRST, ("EP", filed), number=number))
        standing = verification.checks[15 - 1]
        assert (standing.reason, standing.curable_until) == ("ABANDONED", day("2013-09-03"))


def test_all_that_check_three_finds_is_told() -> None:
    # Paris Convention Art. 4D(1): the other date does not hide that the claim came late
    reader = european(added(EP_NUMBER, "2019-05-02", "2019-03-01"))
    request = asking(FIRST, ("EP", "2013-05-01"), number=EP_NUMBER)
    verification = verify_priority(reader, request)
    assert verification.reasons == ("SECOND_DATE_DIFFERS", "CLAIM_LATE")
    assert verification.outcome == "undetermined"
    assert claim_check(verification).came == (
        "2013-05-01; added on 2019-05-02, by a notice of 2019-03-01"
    )


def test_all_that_is_missing_in_a_claim_is_told() -> None:
    # Paris Convention Art. 4D(1), 4D(5)
    verification = verify_priority(MappingReader(), asking(("US", "", ""), ("EP", "2013-05-02")))
    assert verification.reasons[:2] == ("MISSING_DATE", "MISSING_NUMBER")
    assert verification.summary == "US could not be determined: MISSING_DATE, MISSING_NUMBER."
    assert "Give the date of the first filing" in verification.remedy
    assert "give the number of the first filing" in verification.remedy
    nothing = verify_priority(MappingReader(), asking(("", "", ""), ("EP", "2013-05-02")))
    assert nothing.checks[0].reasons == ("MISSING_OFFICE", "MISSING_DATE", "MISSING_NUMBER")
    # Without an office the number may be one: it is not said to be missing.
    numbered = verify_priority(MappingReader(), asking(("", "1234", ""), ("EP", "2013-05-02")))
    assert numbered.checks[0].reasons == ("MISSING_OFFICE", "MISSING_DATE")


@pytest.mark.parametrize(
    ("office", "right", "basis"),
    [
        ("US", "trademark", "Paris Convention Art. 4D(1)"),
        ("EM", "design", "Paris Convention Art. 4D(1)"),
        ("QZ", "plantVariety", "UPOV Convention (1991) Art. 11(2)"),
        ("US", "design", "Paris Convention Art. 4D(1); 37 CFR 1.55"),
    ],
)
def test_no_limit_of_patents_holds_for_claims_of_other_rights(
    office: str, right: Right, basis: str
) -> None:
    # Paris Convention Art. 4D(1): each country says until when; UPOV 1991 Art. 11(2)
    reader = MappingReader(("AU", office))
    reader.apply("AU", filing("2020/123", "2020-01-06", right=right))
    number = "29/123,456" if right == "design" else "97/123,456"
    named = claim("AU", "2020/123", "2020-01-06")
    assert reader.apply(office, filing(number, "2020-05-06", right=right)).status == "accepted"
    change = msgspec.structs.replace(
        added(number, "2020-05-08", named=named), filing=of(number, right)
    )
    assert reader.apply(office, change).status == "accepted"
    request = asking(
        ("AU", "2020/123", "2020-01-06"),
        (office, "2020-05-06"),
        first_right=right,
        right=right,
        number=number,
    )
    found = claim_check(verify_priority(reader, request))
    assert (found.reason, found.legal_basis, found.expected) == (
        "CLAIM_LIMIT_NATIONAL",
        basis,
        "as long as the law of that time and office gives",
    )
