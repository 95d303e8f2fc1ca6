"""By which rule a right of priority is restored, since when, and of which rights (register.md C2, P5)."""

import msgspec
import pytest
from register_builders import (
    MappingReader,
    asking,
    claim,
    closed_days,
    coverage,
    day,
    filing,
    of,
    pct,
)

from ledger.register.entries import Claim, RelatedFiling, Right, Weekday
from ledger.register.priority import Check, PriorityRequest, Verification, verify_priority

FIRST = ("AU", "2012901111", "2012-05-03")
NAMED = claim(*FIRST)
WEEKEND: tuple[Weekday, ...] = ("saturday", "sunday")


def register(first: tuple[str, str, str] = FIRST, right: Right = "patent") -> MappingReader:
    reader = MappingReader((first[0], "EP", "EM", "QZ", "US", "WO", "JP"))
    reader.apply(first[0], filing(first[1], first[2], right=right))
    return reader


def restoration(verification: Verification) -> Check:
    return verification.checks[9 - 1]


def period_check(verification: Verification) -> Check:
    return verification.checks[8 - 1]


def refusal(number: str, by: str) -> Claim:
    return Claim(
        filing=of(number),
        action="refuseRestoration",
        claim=NAMED,
        decision_date=day("2013-10-01"),
        deciding_office_code=by,
    )


def late_national_phase(*refused_by: str) -> tuple[MappingReader, PriorityRequest]:
    """A European national phase of a PCT filing that came a month late."""
    reader = register()
    reader.apply("WO", pct("PCT/JP2013/062000", "2013-06-03", "JP", NAMED))
    phase = RelatedFiling(
        relation="nationalPhase",
        ip_office_code="WO",
        application_number_text="PCT/JP2013/062000",
    )
    entered = filing("13737652.3", "2013-06-03", NAMED)
    reader.apply("EP", msgspec.structs.replace(entered, related_filing_bag=(phase,)))
    for office in refused_by:
        assert reader.apply("EP", refusal("13737652.3", office)).status == "accepted"
    return reader, asking(FIRST, ("EP", "2013-06-03"), number="13737652.3")


def test_a_national_phase_asks_its_designated_office_which_has_no_day_known_here() -> None:
    # PCT Rule 49ter.2(b)(i): one month from the limit of Art. 22, which is each office's own
    reader, request = late_national_phase()
    verification = verify_priority(reader, request)
    assert verification.outcome == "lateRestorable"
    found = period_check(verification)
    assert (found.fault, found.curable_until) == ("curable", None)
    assert verification.remedy == (
        "Ask for restoration of the right of priority (PCT Rule 49ter.2)."
    )


def test_what_the_receiving_office_refused_a_designated_office_may_restore() -> None:
    # PCT Rule 49ter.2(a)
    verification = verify_priority(*late_national_phase("JP"))
    assert (verification.outcome, restoration(verification).reason) == (
        "late",
        "RESTORATION_REFUSED",
    )
    assert "incurable" not in {check.fault for check in verification.checks}
    assert "PCT Rule 49ter.2" in verification.remedy
    itself = verify_priority(*late_national_phase("EP"))
    assert restoration(itself).fault == "incurable"
    assert itself.remedy == "Nothing cures LATE_RESTORABLE and RESTORATION_REFUSED."


def test_a_pct_filing_whose_restoration_was_refused_may_ask_each_designated_office() -> None:
    # PCT Rule 49ter.2
    reader = register()
    reader.apply("WO", pct("PCT/JP2013/062000", "2013-06-03", "JP", NAMED))
    reader.apply("WO", refusal("PCT/JP2013/062000", "JP"))
    request = asking(FIRST, ("WO", "2013-06-03"), number="PCT/JP2013/062000")
    verification = verify_priority(reader, request)
    assert "RESTORATION_REFUSED" in verification.reasons
    assert verification.remedy == (
        "Ask for restoration of the right of priority"
        " (PCT Rule 49ter.2, at each designated office)."
    )


@pytest.mark.parametrize(
    ("office", "first", "filed", "reason"),
    [
        # EPC 1973 Art. 122(5); the two months ran on 2007-12-13: decision of 2001-06-28 Art. 1(5)
        ("EP", "1999-02-19", "2000-03-10", "LATE"),
        ("EP", "2006-10-02", "2007-11-12", "LATE"),
        ("EP", "2006-10-19", "2007-11-20", "LATE_RESTORABLE"),
        # PCT Rule 26bis.3: international filing dates from 2007-04-01
        ("WO", "2006-02-15", "2007-03-30", "LATE"),
        ("WO", "2006-02-15", "2007-04-02", "LATE_RESTORABLE"),
        # 37 CFR 1.55(c): from 2013-12-18
        ("US", "2012-11-20", "2013-12-17", "LATE"),
        ("US", "2012-11-20", "2013-12-18", "LATE_RESTORABLE"),
        # PLT Art. 13(2): each state's own day, not known here
        ("JP", "1999-02-19", "2000-03-10", "LATE_RESTORABLE"),
    ],
)
def test_restoration_is_named_only_since_its_rule_is_in_force(
    office: str, first: str, filed: str, reason: str
) -> None:
    number = ("GB", "9904321.0", first)
    reader = register(number)
    for year in (int(filed[:4]), int(filed[:4]) + 1):
        reader.apply("US" if office == "WO" else office, closed_days(year, rest_days=WEEKEND))
    asked = asking(number, (office, filed), number="PCT/US2007/000001" if office == "WO" else None)
    verification = verify_priority(reader, asked)
    assert period_check(verification).reason == reason
    assert verification.outcome == ("late" if reason == "LATE" else "lateRestorable")
    if reason == "LATE":
        assert restoration(verification).result == "notApplicable"
        assert "the rule is in force since" in restoration(verification).came
        # Whether the United States restore what was lost before is theirs to say.
        expected = "curable" if office == "US" else "incurable"
        assert period_check(verification).fault == expected


@pytest.mark.parametrize(
    ("office", "right", "filed"),
    [
        ("US", "trademark", "2020-08-06"),
        ("EM", "trademark", "2020-08-06"),
        ("EM", "design", "2020-08-06"),
        ("QZ", "plantVariety", "2021-02-08"),
    ],
)
def test_no_rule_of_patents_restores_marks_designs_or_plant_varieties(
    office: str, right: Right, filed: str
) -> None:
    # Paris Convention Art. 4C, 4D; UPOV 1991 Art. 11; neither TLT nor Singapore Treaty restore it
    first = ("AU", "2020/123", "2020-01-06")
    reader = register(first, right)
    request = asking(first, (office, filed), first_right=right, right=right)
    verification = verify_priority(reader, request)
    assert verification.outcome == "lateRestorable"
    assert restoration(verification).legal_basis == (
        "no treaty provides for it; only where the national law does"
    )
    assert period_check(verification).curable_until is None
    text = f"{verification.remedy} {' '.join(check.legal_basis for check in verification.checks)}"
    assert not any(word in text for word in ("26bis", "PLT", "37 CFR", "EPC Art. 122"))


def test_a_design_in_the_united_states_is_a_patent() -> None:
    # 35 USC 171, 172; 37 CFR 1.55(b), (c)
    first = ("AU", "202010001", "2020-01-06")
    reader = register(first, "design")
    request = asking(first, ("US", "2020-08-06"), first_right="design", right="design")
    assert restoration(verify_priority(reader, request)).legal_basis == "37 CFR 1.55(c)"


@pytest.mark.parametrize("right", ["trademark", "plantVariety"])
def test_a_restoration_by_national_law_is_not_held_against_the_window_of_patents(
    right: Right,
) -> None:
    # No treaty gives marks and plant varieties a window
    first = ("AU", "2020/123", "2020-01-06")
    reader = register(first, right)
    named = claim(*first)
    reader.apply("JP", filing("2021-012345", "2021-07-06", named, right=right))
    restored = Claim(
        filing=of("2021-012345", right),
        action="restore",
        claim=named,
        decision_date=day("2021-12-01"),
        criterion="dueCare",
    )
    assert reader.apply("JP", restored).status == "accepted"
    request = asking(
        first, ("JP", "2021-07-06"), first_right=right, right=right, number="2021-012345"
    )
    verification = verify_priority(reader, request)
    assert verification.outcome == "confirmedWithRemarks"
    assert restoration(verification).reason == "RESTORED"


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        # JP 2019-012345 was meant: a year is wrong
        (("JP", "2018-012345", "2018-03-01"), ("EP", "2020-02-28"), "LATE"),
        (("JP", "2018-012345", "2020-02-28"), ("EP", "2020-02-28"), "SAME_DAY"),
        (("JP", "2018-012345", "2020-03-28"), ("EP", "2020-02-28"), "BEFORE_PRIORITY"),
        (("CN", "84100001", "1984-12-30"), ("EP", "1985-06-28"), "NO_PRIORITY_RIGHT"),
    ],
)
def test_nothing_is_incurable_while_the_date_or_the_filing_may_be_the_fault(
    first: tuple[str, str, str], second: tuple[str, str], reason: str
) -> None:
    # EPC Rule 52(3), PCT Rule 26bis.1: the date and the number can be corrected
    verification = verify_priority(MappingReader(("EP",)), asking(first, second))
    assert reason in verification.reasons
    assert {check.fault for check in verification.checks} == {"", "curable"}
    assert "If another filing or date is meant, correct the claim" in verification.remedy
    assert "EPC Rule 52(2), (3)" in verification.remedy


def test_rights_that_do_not_fit_may_be_a_wrong_number_while_the_filing_is_not_found() -> None:
    # Paris Convention Art. 4C(1), 4E
    request = asking(
        ("JP", "2011-005123", "2011-03-10"), ("US", "2011-08-20"), first_right="design"
    )
    verification = verify_priority(MappingReader(("US",)), request)
    assert verification.checks[7 - 1].fault == "curable"


def test_a_wrong_number_or_date_keeps_a_late_filing_curable() -> None:
    # EPC Rule 52(3): JP 2018-012345 does not exist, JP 2019-012345 of 2019-03-01 does
    reader = MappingReader(("JP", "EP"))
    reader.apply("JP", filing("2019-012345", "2019-03-01"))
    for right in ("patent", "utilityModel"):
        reader.apply("JP", coverage("2000-01-01", "2021-12-31", right))
    denied = asking(("JP", "2018-012345", "2018-03-01"), ("EP", "2020-02-28"))
    verification = verify_priority(reader, denied)
    assert verification.outcome == "noSuchFiling"
    assert "Nothing cures" not in verification.remedy
    mismatch = asking(("JP", "2019-012345", "2019-06-01"), ("EP", "2021-05-28"))
    verification = verify_priority(reader, mismatch)
    assert (verification.outcome, period_check(verification).fault) == ("mismatch", "curable")
    exact = asking(("JP", "2019-012345", "2019-03-01"), ("EP", "2021-05-28"))
    assert period_check(verify_priority(reader, exact)).fault == "incurable"
