"""Filings that keep a date: whose calendar, whose claim and whose restoration count (register.md P4, P6, C3, C4)."""

from typing import get_args

import msgspec
import pytest
from register_builders import MappingReader, asking, claim, closed_days, day, filing, of, pct
from register_builders import withdrawal as withdrawn

from ledger.register.entries import Claim, Filing, PriorityClaim, RelatedFiling, Relation, Weekday
from ledger.register.priority import Check, Verification, verify_priority
from ledger.register.priority.calendar_office import calendar_office

OFFICES = ("AU", "CN", "EP", "JP", "TW", "US", "WO")
WEEKEND: tuple[Weekday, ...] = ("saturday", "sunday")
FIRST = ("AU", "2012901111", "2012-05-03")
TO_FIRST = claim(*FIRST)
PCT = "PCT/JP2013/062000"
NATIONAL = "13737652.3"
DIVISION = "16150001.2"


def register_of_first() -> MappingReader:
    reader = MappingReader(OFFICES)
    reader.apply("AU", filing("2012901111", "2012-05-03"))
    return reader


def related(
    relation: Relation, office: str, number: str, filed: str | None = None
) -> RelatedFiling:
    return RelatedFiling(
        relation=relation,
        ip_office_code=office,
        application_number_text=number,
        filing_date=None if filed is None else day(filed),
    )


def keeping(number: str, filed: str, parent: RelatedFiling, *claims: PriorityClaim) -> Filing:
    return msgspec.structs.replace(filing(number, filed, *claims), related_filing_bag=(parent,))


def verify(reader: MappingReader, office: str, number: str, filed: str) -> Verification:
    return verify_priority(reader, asking(FIRST, (office, filed), number=number))


def check(verification: Verification, number: int) -> Check:
    return verification.checks[number - 1]


def with_pct(filed: str, *claims: PriorityClaim) -> MappingReader:
    """The PCT filing of a Japanese applicant, its European national phase, and a division of that."""
    reader = register_of_first()
    reader.apply("WO", pct(PCT, filed, "JP", *claims))
    phase = keeping(NATIONAL, filed, related("nationalPhase", "WO", PCT), TO_FIRST)
    reader.apply("EP", phase)
    division = keeping(DIVISION, "2016-01-04", related("division", "EP", NATIONAL), TO_FIRST)
    reader.apply("EP", division)
    return reader


def decide(action: str, office: str, number: str, on: str = "2013-09-01") -> Claim:
    restoring = "dueCare" if action == "restore" else None
    entry = Claim(filing=of(number), action="restore", claim=TO_FIRST, decision_date=day(on))
    changed = {"action": action, "criterion": restoring, "deciding_office_code": office}
    return msgspec.structs.replace(entry, **changed)


def golden_week(reader: MappingReader) -> None:
    """2013-05-03 and 2013-05-06 are holidays in Japan, a weekend between: the period ends on 2013-05-07."""
    reader.apply("JP", closed_days(2013, "2013-05-03", "2013-05-06", rest_days=WEEKEND))
    for office in ("EP", "US"):
        reader.apply(office, closed_days(2013))


@pytest.mark.parametrize("number", [NATIONAL, DIVISION])
def test_the_receiving_offices_days_count_for_a_national_phase_and_for_its_division(
    number: str,
) -> None:
    # PCT Rules 2.4(b), 80.5; Paris Convention Art. 4G
    reader = with_pct("2013-05-07", TO_FIRST)
    golden_week(reader)
    verification = verify(
        reader, "EP", number, "2016-01-04" if number == DIVISION else "2013-05-07"
    )
    assert verification.outcome == ("confirmedWithRemarks" if number == DIVISION else "confirmed")
    assert verification.period is not None
    assert (verification.period.calendar_office, verification.period.last_date) == (
        "JP",
        day("2013-05-07"),
    )


def test_a_bypass_continuation_has_the_calendar_of_the_receiving_office() -> None:
    # PCT Rule 80.5; 35 USC 120, 365(c)
    reader = with_pct("2013-05-07", TO_FIRST)
    golden_week(reader)
    bypass = keeping("14/533,333", "2014-11-05", related("continuation", "WO", PCT), TO_FIRST)
    reader.apply("US", bypass)
    verification = verify(reader, "US", "14/533,333", "2014-11-05")
    assert (verification.outcome, verification.reasons) == (
        "confirmedWithRemarks",
        ("KEEPS_PARENT_DATE",),
    )
    assert verification.period is not None
    assert verification.period.calendar_office == "JP"


def test_each_date_is_held_against_the_days_of_its_own_office() -> None:
    # Paris Convention Art. 4C(3): the own date of a continuation at its own office, the parent's at that one;
    # 37 CFR 1.55(c) restores the right for filings from 2013-12-18
    for closed, outcome in (("US", "confirmedWithRemarks"), ("JP", "late")):
        reader = register_of_first()
        reader.apply(closed, closed_days(2013, "2013-05-03"))
        reader.apply("JP", filing("2013-100000", "2013-05-07", TO_FIRST))
        part = related("continuationInPart", "JP", "2013-100000")
        reader.apply("US", keeping("13/900,000", "2013-05-06", part, TO_FIRST))
        assert verify(reader, "US", "13/900,000", "2013-05-06").outcome == outcome


@pytest.mark.parametrize(
    ("match_key", "office", "doubt"),
    [
        ("JP2013062000", "JP", ""),
        ("IB2013062000", "WO", ""),
        ("2013164000", "WO", "RECEIVING_OFFICE_UNKNOWN"),
        ("WO2013164000", "WO", "RECEIVING_OFFICE_UNKNOWN"),
        ("", "WO", "RECEIVING_OFFICE_UNKNOWN"),
    ],
)
def test_without_a_receiving_office_the_calendar_of_a_pct_filing_is_in_doubt(
    match_key: str, office: str, doubt: str
) -> None:
    # PCT Rule 80.5
    assert calendar_office("WO", "patent", match_key, None) == (office, doubt)


def test_a_national_phase_of_a_pct_filing_known_by_its_publication_has_no_declared_calendar() -> (
    None
):
    # PCT Rule 80.5: the International Bureau's days are not the receiving office's
    reader = register_of_first()
    reader.apply("WO", closed_days(2013, "2013-05-03"))
    phase = related("nationalPhase", "WO", "WO 2013/164000", "2013-05-06")
    request = asking(FIRST, ("EP", "2014-11-06"))
    second = msgspec.structs.replace(request.second, related_filing_bag=(phase,))
    verification = verify_priority(reader, msgspec.structs.replace(request, second=second))
    assert (verification.outcome, verification.reasons) == (
        "confirmedWithRemarks",
        ("RECEIVING_OFFICE_UNKNOWN",),
    )


@pytest.mark.parametrize("number", [NATIONAL, DIVISION])
def test_a_restoration_of_the_pct_filing_is_seen_at_its_national_phase_and_division(
    number: str,
) -> None:
    # PCT Rule 49ter.1(a): effect in every designated state; (b) to (d): an office may decline, so a remark
    reader = with_pct("2013-06-03", TO_FIRST)
    filed = "2016-01-04" if number == DIVISION else "2013-06-03"
    before = verify(reader, "EP", number, filed)
    assert (before.outcome, check(before, 9).reason) == ("lateRestorable", "NOT_RESTORED")
    assert reader.apply("WO", decide("restore", "JP", PCT)).status == "accepted"
    verification = verify(reader, "EP", number, filed)
    assert verification.outcome == "confirmedWithRemarks"
    found = check(verification, 9)
    assert (found.result, found.reason, found.came) == (
        "warning",
        "RESTORED_IN_PARENT",
        "dueCare on 2013-09-01 by JP, for WO PCT/JP2013/062000",
    )
    assert "49ter.1" in found.legal_basis
    assert "gives priority by restoration" in verification.summary
    assert not any(each.fault for each in verification.checks)


def test_a_restoration_refused_by_the_receiving_office_leaves_it_to_the_designated_one() -> None:
    # PCT Rule 49ter.2: the designated office restores by its own criteria
    reader = with_pct("2013-06-03", TO_FIRST)
    assert reader.apply("WO", decide("refuseRestoration", "JP", PCT)).status == "accepted"
    verification = verify(reader, "EP", NATIONAL, "2013-06-03")
    assert (verification.outcome, check(verification, 9).reason) == (
        "lateRestorable",
        "NOT_RESTORED",
    )
    assert "PCT Rule 49ter.2" in check(verification, 9).came
    assert "incurable" not in {each.fault for each in verification.checks}
    assert reader.apply("EP", decide("restore", "EP", NATIONAL, "2014-12-01")).status == "accepted"
    restored = verify(reader, "EP", NATIONAL, "2013-06-03")
    assert (restored.outcome, check(restored, 9).reason) == ("confirmedWithRemarks", "RESTORED")
    # The nearest decision counts: the European one for the division, too.
    division = verify(reader, "EP", DIVISION, "2016-01-04")
    assert check(division, 9).came == f"dueCare on 2014-12-01 by EP, for EP {NATIONAL}"


@pytest.mark.parametrize(
    ("action", "outcome", "reason"),
    [
        ("restore", "confirmedWithRemarks", "RESTORED_IN_PARENT"),
        ("refuseRestoration", "late", "RESTORATION_REFUSED"),
    ],
)
def test_a_division_has_its_parents_restoration_or_refusal(
    action: str, outcome: str, reason: str
) -> None:
    # Paris Convention Art. 4G: the benefit of the parent's right of priority, if any
    reader = register_of_first()
    reader.apply("EP", filing(NATIONAL, "2013-06-03", TO_FIRST))
    reader.apply(
        "EP", keeping(DIVISION, "2016-01-04", related("division", "EP", NATIONAL), TO_FIRST)
    )
    reader.apply("EP", decide(action, "EP", NATIONAL))
    verification = verify(reader, "EP", DIVISION, "2016-01-04")
    assert (verification.outcome, check(verification, 9).reason) == (outcome, reason)


def test_a_restoration_of_the_parent_outside_its_time_is_not_confirmed() -> None:
    # PCT Rule 26bis.3(a)
    reader = with_pct("2013-09-03", TO_FIRST)
    reader.apply("WO", decide("restore", "JP", PCT, "2013-10-01"))
    verification = verify(reader, "EP", NATIONAL, "2013-09-03")
    assert (verification.outcome, check(verification, 9).reason) == (
        "late",
        "RESTORED_OUTSIDE_WINDOW",
    )


def test_a_division_whose_parent_makes_no_such_claim_is_a_remark() -> None:
    # Paris Convention Art. 4G: the parent's right of priority, if any
    reader = register_of_first()
    reader.apply("EP", filing(NATIONAL, "2013-05-02"))
    reader.apply(
        "EP", keeping(DIVISION, "2016-01-04", related("division", "EP", NATIONAL), TO_FIRST)
    )
    verification = verify(reader, "EP", DIVISION, "2016-01-04")
    assert (verification.outcome, verification.reasons) == (
        "confirmedWithRemarks",
        ("KEEPS_PARENT_DATE", "NOT_CLAIMED_BY_PARENT"),
    )
    assert check(verification, 15).came == (
        f"EP {NATIONAL} (division) makes no such claim in the register"
    )


def test_a_division_whose_parent_withdrew_the_claim_is_a_remark() -> None:
    # Paris Convention Art. 4G
    reader = register_of_first()
    reader.apply("EP", filing(NATIONAL, "2013-05-02", TO_FIRST))
    reader.apply(
        "EP", keeping(DIVISION, "2016-01-04", related("division", "EP", NATIONAL), TO_FIRST)
    )
    assert verify(reader, "EP", DIVISION, "2016-01-04").reasons == ("KEEPS_PARENT_DATE",)
    reader.apply("EP", withdrawn(NATIONAL, TO_FIRST, "2015-01-05"))
    verification = verify(reader, "EP", DIVISION, "2016-01-04")
    assert verification.reasons == ("KEEPS_PARENT_DATE", "NOT_CLAIMED_BY_PARENT")
    assert "withdrawn on 2015-01-05" in check(verification, 15).came


@pytest.mark.parametrize("number", [NATIONAL, DIVISION])
def test_a_national_phase_cannot_claim_what_its_pct_filing_does_not(number: str) -> None:
    # PCT Art. 8(1), 11(3)
    reader = with_pct("2013-05-02", claim("US", "61/610,420", "2012-05-03"))
    filed = "2016-01-04" if number == DIVISION else "2013-05-02"
    verification = verify(reader, "EP", number, filed)
    assert (verification.outcome, verification.reasons[-1]) == (
        "undetermined",
        "NOT_CLAIMED_IN_PCT",
    )
    assert verification.summary == ("AU 2012901111 could not be determined: NOT_CLAIMED_IN_PCT.")


def test_a_claim_withdrawn_in_the_pct_filing_may_have_lost_its_effect() -> None:
    # PCT Rule 90bis.3(a), 90bis.6(a): none where national processing had begun
    reader = with_pct("2013-05-02", TO_FIRST)
    assert verify(reader, "EP", NATIONAL, "2013-05-02").outcome == "confirmed"
    reader.apply("WO", withdrawn(PCT, TO_FIRST, "2013-08-01"))
    verification = verify(reader, "EP", NATIONAL, "2013-05-02")
    assert (verification.outcome, verification.reasons) == (
        "undetermined",
        ("NOT_CLAIMED_IN_PCT",),
    )
    assert "90bis.6(a)" in check(verification, 15).legal_basis


def test_a_bypass_continuation_may_make_a_claim_of_its_own() -> None:
    # 35 USC 119(a), 120: a remark only
    reader = with_pct("2013-05-02")
    bypass = keeping("14/533,333", "2014-11-05", related("continuation", "WO", PCT), TO_FIRST)
    reader.apply("US", bypass)
    verification = verify(reader, "US", "14/533,333", "2014-11-05")
    assert (verification.outcome, verification.reasons) == (
        "confirmedWithRemarks",
        ("KEEPS_PARENT_DATE", "NOT_CLAIMED_BY_PARENT"),
    )


def test_a_national_phase_that_repeats_no_claim_has_those_of_its_pct_filing() -> None:
    # PCT Art. 11(3), F1: nothing is missing in the chain
    reader = register_of_first()
    reader.apply("WO", pct(PCT, "2013-05-02", "JP", TO_FIRST))
    reader.apply("EP", keeping(NATIONAL, "2013-05-02", related("nationalPhase", "WO", PCT)))
    reader.apply(
        "EP", keeping(DIVISION, "2016-01-04", related("division", "EP", NATIONAL), TO_FIRST)
    )
    verification = verify(reader, "EP", DIVISION, "2016-01-04")
    assert verification.reasons == ("KEEPS_PARENT_DATE",)


def test_a_claim_in_a_form_that_may_be_another_one_of_the_same_number_is_no_missing_one() -> None:
    # V2: the numbers of this office have no rule; two forms of one may fail to meet
    reader = MappingReader((*OFFICES, "LB"))
    reader.apply("LB", filing("A 12345", "2012-05-03"))
    reader.apply("WO", pct(PCT, "2013-05-02", "JP", claim("LB", "12345", "2012-05-03")))
    phase = related("nationalPhase", "WO", PCT)
    own = claim("LB", "A 12345", "2012-05-03")
    reader.apply("EP", keeping(NATIONAL, "2013-05-02", phase, own))
    request = asking(("LB", "A 12345", "2012-05-03"), ("EP", "2013-05-02"), number=NATIONAL)
    assert verify_priority(reader, request).outcome == "confirmed"


@pytest.mark.parametrize(
    ("relation", "outcome", "reason"),
    [
        ("division", "notEntitled", "BEFORE_PRIORITY"),
        ("continuation", "confirmedWithRemarks", "KEEPS_PARENT_DATE_IN_PART"),
        ("continuationInPart", "confirmedWithRemarks", "KEEPS_PARENT_DATE_IN_PART"),
    ],
)
@pytest.mark.parametrize("is_registered", [True, False])
def test_a_division_has_its_parents_date_though_its_own_lies_inside_the_period(
    relation: Relation, outcome: str, reason: str, *, is_registered: bool
) -> None:
    # Paris Convention Art. 4G, EPC Art. 76(1); 35 USC 120 for matter that a continuation in part adds
    reader = register_of_first()
    if is_registered:
        reader.apply("EP", filing("11737660.6", "2011-05-02"))
    given = None if is_registered else "2011-05-02"
    parent = related(relation, "EP", "11737660.6", given)
    reader.apply("EP", keeping("12737660.6", "2012-12-03", parent, TO_FIRST))
    verification = verify(reader, "EP", "12737660.6", "2012-12-03")
    assert (verification.outcome, check(verification, 8).reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("filed", "outcome"), [("2012-12-03", "undetermined"), ("2012-05-03", "notEntitled")]
)
def test_a_division_of_an_unknown_parent_is_no_younger_than_it_says(
    filed: str, outcome: str
) -> None:
    # Paris Convention Art. 4G: the parent may be older than the first filing, and is no younger
    reader = register_of_first()
    parent = related("division", "EP", "11737660.6")
    reader.apply("EP", keeping("12737660.6", filed, parent, TO_FIRST))
    assert verify(reader, "EP", "12737660.6", filed).outcome == outcome


def test_the_wto_members_priority_is_judged_by_the_date_that_counts() -> None:
    # EPC 1973 Art. 87(1), G 2/02, G 3/02 and EPC Art. 87(1)(b), O6: filings since 2007-12-13
    reader = register_of_first()
    first = ("TW", "95100001", "2006-01-03")
    reader.apply("TW", filing("95100001", "2006-01-03"))
    reader.apply("EP", filing("07100001.1", "2007-01-02", claim(*first)))
    asked = asking(first, ("EP", "2008-01-02"), number="07100001.1")
    verification = verify_priority(reader, asked)
    assert (verification.outcome, check(verification, 2).reason) == (
        "notEntitled",
        "NO_PRIORITY_RIGHT",
    )
    euro_pct = related("nationalPhase", "WO", "PCT/US2007/000001", "2007-01-02")
    entering = asking(first, ("EP", "2008-09-02"))
    second = msgspec.structs.replace(entering.second, related_filing_bag=(euro_pct,))
    entered = verify_priority(reader, msgspec.structs.replace(entering, second=second))
    assert check(entered, 2).reason == "NO_PRIORITY_RIGHT"


def test_a_pct_filing_of_the_same_day_that_claims_the_filing_is_not_its_own() -> None:
    # PCT Art. 8, 11(3): it is a later filing, and the same day gives no priority (P2)
    reader = register_of_first()
    reader.apply("US", filing("13/541,000", "2013-05-02"))
    to_us = claim("US", "13/541,000", "2013-05-02")
    reader.apply("WO", pct("PCT/US2013/042000", "2013-05-02", "US", to_us))
    named = ("WO", "PCT/US2013/042000", "2013-05-02")
    same = verify_priority(reader, asking(named, ("US", "2013-05-02"), number="13/541,000"))
    assert (same.outcome, check(same, 8).reason) == ("notEntitled", "SAME_DAY")
    other = verify_priority(reader, asking(named, ("AU", "2013-05-02")))
    assert (other.outcome, other.reasons) == ("nationalPhase", ("NATIONAL_PHASE_ASSUMED",))


def test_every_relation_has_an_answer() -> None:
    for relation in get_args(Relation):
        reader = register_of_first()
        parent = related(relation, "EP", "13000001", "2013-05-02")
        reader.apply("EP", keeping("13737652.3", "2013-05-03", parent, TO_FIRST))
        assert verify(reader, "EP", "13737652.3", "2013-05-03").outcome != "notEntitled"
