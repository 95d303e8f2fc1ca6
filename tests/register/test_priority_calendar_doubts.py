"""Answers that hang on a calendar which the register does not have (register.md P4, P7)."""

import msgspec
import pytest
from register_builders import MappingReader, asking, claim, closed_days, day, filing, of, pct

from ledger.register.entries import Claim, RelatedFiling, Weekday
from ledger.register.priority import Check, Verification, verify_priority

FIRST = ("AU", "2020900002", "2020-01-16")  # twelve months end on Saturday 2021-01-16
WEEKEND: tuple[Weekday, ...] = ("saturday", "sunday")


def register(first: tuple[str, str, str] = FIRST) -> MappingReader:
    reader = MappingReader()
    reader.apply(first[0], filing(first[1], first[2]))
    return reader


def period_check(verification: Verification) -> Check:
    return verification.checks[8 - 1]


def test_a_yes_that_rests_on_an_assumed_weekend_says_so() -> None:
    # Paris Convention Art. 4C(3): Saudi Arabia rests on Friday and Saturday, so Sunday is the last day
    reader = register()
    request = asking(FIRST, ("SA", "2021-01-18"))
    assumed = verify_priority(reader, request)
    assert (assumed.outcome, assumed.reasons) == ("confirmedWithRemarks", ("CALENDAR_ASSUMED",))
    assert "CALENDAR_ASSUMED" in assumed.summary
    # Closed days alone do not say on which days of the week the office rests.
    reader.apply("SA", closed_days(2021, "2021-09-23 National Day"))
    assert verify_priority(reader, request).reasons == ("CALENDAR_ASSUMED",)
    reader.apply("SA", closed_days(2021, rest_days=("friday", "saturday")))
    assert verify_priority(reader, request).outcome == "lateRestorable"
    reader.apply("SA", closed_days(2021, rest_days=WEEKEND))
    assert verify_priority(reader, request).outcome == "confirmed"


def test_a_filing_before_the_due_day_needs_no_calendar() -> None:
    # Paris Convention Art. 4C(1)
    verification = verify_priority(register(), asking(FIRST, ("SA", "2021-01-15")))
    assert (verification.outcome, verification.reasons) == ("confirmed", ())


def test_a_no_of_a_few_days_says_what_would_turn_it_and_is_never_incurable() -> None:
    # Paris Convention Art. 4C(3): US closed on Columbus Day, 2015-10-12
    first = ("FR", "1459815", "2014-10-12")
    reader = MappingReader(("FR", "US"))
    reader.apply("FR", filing(first[1], first[2]))
    request = asking(first, ("US", "2015-10-13"))
    late = verify_priority(reader, request)
    assert late.reasons[:2] == ("LATE_RESTORABLE", "CALENDAR_ASSUMED")
    assert late.summary.endswith(
        "; in time if US, whose closed days are not declared,"
        " was closed from 2015-10-12 to 2015-10-12."
    )
    reader.apply("US", closed_days(2015, "2015-10-12 Columbus Day", rest_days=WEEKEND))
    assert verify_priority(reader, request).outcome == "confirmed"


def test_past_the_window_by_days_is_not_incurable_while_the_calendar_is_unknown() -> None:
    # 37 CFR 1.7(a): the period ends on Monday 2015-05-04, and two months later is a Saturday
    first = ("AU", "2014901601", "2014-05-02")
    reader = register(first)
    request = asking(first, ("US", "2015-07-07"))
    unknown = verify_priority(reader, request)
    assert unknown.outcome == "late"
    assert unknown.reasons[:2] == ("LATE", "CALENDAR_ASSUMED")
    assert "restorable if US, whose closed days are not declared" in unknown.summary
    assert "incurable" not in {check.fault for check in unknown.checks}
    assert unknown.remedy.startswith("Find out: it is restorable if US")
    reader.apply("US", closed_days(2015, "2015-07-03", rest_days=WEEKEND))
    known = verify_priority(reader, request)
    assert (known.reasons[0], known.remedy) == ("LATE", "Nothing cures LATE.")


def test_restorable_on_an_assumed_weekend_only_says_so() -> None:
    # PCT Rule 80.5: two months from 2015-05-04 end on Saturday 2015-07-04
    reader = register(("AU", "2014901601", "2014-05-02"))
    request = asking(("AU", "2014901601", "2014-05-02"), ("US", "2015-07-06"))
    assert verify_priority(reader, request).reasons[:2] == ("LATE_RESTORABLE", "CALENDAR_ASSUMED")
    reader.apply("US", closed_days(2015, rest_days=WEEKEND))
    assert verify_priority(reader, request).reasons[0] == "LATE_RESTORABLE"
    assert "CALENDAR_ASSUMED" not in verify_priority(reader, request).reasons


def test_who_restored_the_right_knows_when_the_office_was_closed() -> None:
    # 37 CFR 1.55(c), 1.7(a): the window seems to have ended days before, by an assumed calendar
    first = ("AU", "2014901601", "2014-05-02")
    named = claim(*first)
    reader = register(first)
    reader.apply("US", filing("14/793,000", "2015-07-07", named))
    restored = Claim(
        filing=of("14/793,000"),
        action="restore",
        claim=named,
        decision_date=day("2015-12-05"),
        criterion="unintentional",
        request_date=day("2015-07-07"),
    )
    assert reader.apply("US", restored).status == "accepted"
    request = asking(first, ("US", "2015-07-07"), number="14/793,000")
    verification = verify_priority(reader, request)
    assert verification.outcome == "confirmedWithRemarks"
    assert {"RESTORED", "CALENDAR_ASSUMED"} <= set(verification.reasons)
    assert verification.checks[9 - 1].came.startswith(
        "unintentional on 2015-12-05 by US, on a request of 2015-07-07; restorable if US"
    )
    reader.apply("US", closed_days(2015, rest_days=WEEKEND))
    assert verify_priority(reader, request).outcome == "late"


@pytest.mark.parametrize(("office", "in_time"), [("EP", True), ("DE", False), ("IN", False)])
def test_one_closed_filing_place_closes_the_epo_and_is_a_remark_elsewhere(
    office: str, *, in_time: bool
) -> None:
    # EPC Rule 134(1); PCT Rule 80.5(iii): elsewhere where the national law says so
    first = ("AU", "2012901112", "2012-08-15")
    reader = register(first)
    reader.apply(office, closed_days(2013, "2013-08-15 Assumption Day @Munich", rest_days=WEEKEND))
    verification = verify_priority(reader, asking(first, (office, "2013-08-16")))
    assert verification.period is not None
    assert str(verification.period.last_date) == ("2013-08-16" if in_time else "2013-08-15")
    if in_time:
        assert verification.outcome == "confirmed"
        return
    assert verification.reasons[:2] == ("LATE_RESTORABLE", "FILING_PLACE_CLOSED")
    assert f"in time if {office} counts as closed when Munich is" in verification.summary
    # The whole office closed is another matter.
    reader.apply(office, closed_days(2013, "2013-08-15 Assumption Day", rest_days=WEEKEND))
    assert verify_priority(reader, asking(first, (office, "2013-08-16"))).outcome == "confirmed"


def test_a_closed_filing_place_is_no_remark_where_it_changes_nothing() -> None:
    # Paris Convention Art. 4C(3)
    first = ("AU", "2012901112", "2012-08-15")
    reader = register(first)
    reader.apply("DE", closed_days(2013, "2013-08-15 Assumption @Munich", rest_days=WEEKEND))
    in_time = verify_priority(reader, asking(first, ("DE", "2013-08-15")))
    assert (in_time.outcome, in_time.reasons) == ("confirmed", ())
    later = verify_priority(reader, asking(first, ("DE", "2013-08-20")))
    assert "FILING_PLACE_CLOSED" not in later.reasons


def test_a_late_pct_filing_of_an_unknown_receiving_office_is_never_incurable() -> None:
    # PCT Rule 80.5: whose calendar counts is not known
    request = asking(FIRST, ("WO", "2021-03-22"))
    verification = verify_priority(register(), request)
    assert verification.reasons[:2] == ("LATE", "RECEIVING_OFFICE_UNKNOWN")
    assert "incurable" not in {check.fault for check in verification.checks}


def test_a_late_pct_filing_of_which_two_receiving_offices_are_told_may_be_in_time() -> None:
    # PCT Rule 80.5
    reader = register()
    reader.apply("US", closed_days(2021, rest_days=WEEKEND))
    named = claim(*FIRST)
    reader.apply("WO", pct("PCT/US2021/013900", "2021-01-19", "US", named))
    request = asking(FIRST, ("WO", "2021-01-19"), number="PCT/US2021/013900")
    told = msgspec.structs.replace(request.second, receiving_office_code="JP")
    verification = verify_priority(reader, msgspec.structs.replace(request, second=told))
    assert "RECEIVING_OFFICE_DIFFERS" in verification.reasons
    assert "in time if another office received it, not US" in verification.summary


@pytest.mark.parametrize(
    ("parent", "reason"),
    [
        ("PCT/US2013/042869", "RECEIVING_OFFICE_DIFFERS"),
        ("WO 2013/164000", "RECEIVING_OFFICE_UNKNOWN"),
    ],
)
def test_doubts_about_the_receiving_office_are_told_of_a_national_phase_too(
    parent: str, reason: str
) -> None:
    # PCT Rules 2.4(b), 80.5; Art. 11(3): the last day, 2013-05-04, is a Saturday
    first = ("AU", "2012901111", "2012-05-04")
    reader = register(first)
    number = "PCT/US2013/042869"
    reader.apply("WO", pct(number, "2013-05-06", "EP", claim(*first)))
    phase = RelatedFiling(
        relation="nationalPhase",
        ip_office_code="WO",
        application_number_text=parent,
        filing_date=day("2013-05-06"),
    )
    request = asking(first, ("JP", "2014-11-06"))
    second = msgspec.structs.replace(request.second, related_filing_bag=(phase,))
    verification = verify_priority(reader, msgspec.structs.replace(request, second=second))
    assert (verification.outcome, verification.reasons) == ("confirmedWithRemarks", (reason,))
