"""The checks of a priority claim, each with its result, reason code and article (register.md section 4).

Checks 1 to 9 are formal and automatic; 10 to 15 are the examiner's, listed with what is known.
"""

from datetime import date, timedelta

from ledger.register.calendar import add_months
from ledger.register.filing import ACTIVE, ClaimRecord, FilingRecord, RelatedRecord
from ledger.register.numbers import format_hint, is_exact
from ledger.register.numbers.number import FORM_AMBIGUOUS, RIGHT_DIFFERS, SERIES_DERIVED
from ledger.register.offices import has_priority_right, office_name
from ledger.register.periods import FIRST_RIGHTS, PERIOD_MONTHS, basis_of_period, closed_in_words
from ledger.register.priority.case import Case
from ledger.register.verification import Check, CheckResult, Period

CLAIM_MONTHS_FROM_PRIORITY = 16
CLAIM_MONTHS_FROM_FILING = 4
"""PCT Rule 26bis.1(a), EPC Rule 52(2) and (3)."""
HOLIDAYS_LIKELY_MAX = 10
"""Days late within which an undeclared public holiday is worth a look."""
_DAY = timedelta(days=1)

_COMPLETE = "Paris Convention Art. 4D(1), 4D(5)"
_OFFICE = "Paris Convention Art. 4A(1), 4A(2); TRIPS Art. 2(1)"
_TIMELY = "PCT Rule 26bis.1(a); EPC Rule 52(2), (3)"
_NUMBER = "WIPO Standard ST.10/C"
_EXISTS = "Paris Convention Art. 4A(2), 4A(3)"
_DATE = "Paris Convention Art. 4C(2), 4D(1)"
_PERIOD = "Paris Convention Art. 4C(1) to (3)"
_KEPT = "Paris Convention Art. 4G; PCT Art. 11(3)"
_RESTORATION = "PCT Rule 26bis.3; PLT Art. 13(2)"


def complete(case: Case) -> Check:
    """Check 1: office, date and number are given."""
    first = case.request.first
    missing = ""
    if not first.ip_office_code.strip():
        missing = "MISSING_OFFICE"
    elif first.filing_date is None:
        missing = "MISSING_DATE"
    elif case.number is None or not case.number.match_key:
        # An unknown code has no number rules: check 2 speaks of it.
        missing = "" if first.application_number_text and case.number is None else "MISSING_NUMBER"
    if missing:
        return Check(1, "claimComplete", "failed", _COMPLETE, missing, "office, date and number")
    return Check(1, "claimComplete", "passed", _COMPLETE)


def office(case: Case) -> Check:
    """Check 2: a filing there gives a right of priority."""
    given = case.request.first.ip_office_code.strip()
    if not given:
        return Check(2, "officeGivesPriority", "notApplicable", _OFFICE)
    expected = "an office of the Paris Union, of a WTO member or under a treaty"
    if not case.first_office:
        reason = "OFFICE_UNKNOWN"
        return Check(2, "officeGivesPriority", "unknown", _OFFICE, reason, expected, given)
    came = office_name(case.first_office)
    gives = has_priority_right(case.first_office)
    if gives is False:
        reason = "NO_PRIORITY_RIGHT"
        return Check(2, "officeGivesPriority", "failed", _OFFICE, reason, expected, came)
    if gives is None:
        reason = "MEMBERSHIP_UNKNOWN"
        return Check(2, "officeGivesPriority", "unknown", _OFFICE, reason, expected, came)
    return Check(2, "officeGivesPriority", "passed", _OFFICE, came=came)


def timely(case: Case) -> Check:
    """Check 3: the claim was made in time, as far as the register has it."""
    name = "claimMadeInTime"
    second = case.request.second
    if second.application_number_text is None:
        return Check(3, name, "notApplicable", _TIMELY, came="no number of the second filing")
    if case.second is None:
        came = "the second filing is not in the register"
        return Check(3, name, "unknown", _TIMELY, "SECOND_FILING_NOT_FOUND", came=came)
    registered = case.second.filing_date
    if registered != second.filing_date:
        reason = "SECOND_DATE_DIFFERS"
        return Check(3, name, "warning", _TIMELY, reason, str(registered), str(second.filing_date))
    if case.claim is None:
        came = "the second filing does not make this claim in the register"
        return Check(3, name, "warning", _TIMELY, "CLAIM_NOT_REGISTERED", came=came)
    if case.claim.made_on is None:
        return Check(3, name, "passed", _TIMELY, came="made with the filing")
    return _made_in_time(case.second, case.claim.made_on)


def _made_in_time(second: FilingRecord, made_on: date) -> Check:
    # A corrected date counts too: of the two periods the one that expires first.
    dates = [claim.filing_date for claim in second.claims if claim.status != "withdrawn"]
    earliest = min((day for day in dates if day is not None), default=second.filing_date)
    limit = max(
        add_months(earliest, CLAIM_MONTHS_FROM_PRIORITY),
        add_months(second.filing_date, CLAIM_MONTHS_FROM_FILING),
    )
    is_late = made_on > limit
    result: CheckResult = "warning" if is_late else "passed"
    reason = "CLAIM_LATE" if is_late else ""
    return Check(3, "claimMadeInTime", result, _TIMELY, reason, f"by {limit}", str(made_on))


def number(case: Case) -> Check:
    """Check 4: the number has a form of that office."""
    read = case.number
    if read is None or not read.match_key:
        return Check(4, "numberForm", "notApplicable", _NUMBER)
    came = read.canonical
    settled = _settled(case) if read.warnings else ()
    doubts = [code for code in read.warnings if code not in settled]
    if not doubts:
        return Check(4, "numberForm", "passed", _NUMBER, came=came)
    hint = format_hint(case.first_office, case.right)
    return Check(4, "numberForm", "warning", _NUMBER, doubts[0], hint, f"{read.as_given} ({came})")


def _settled(case: Case) -> frozenset[str]:
    """Return the doubts that are none: no right was stated, or the filing found has the date claimed."""
    settled = {SERIES_DERIVED}
    if case.request.first.right is None:
        settled.add(RIGHT_DIFFERS)
    if case.found is not None and case.found.filing_date == case.request.first.filing_date:
        settled.add(FORM_AMBIGUOUS)
    return frozenset(settled)


def exists(case: Case) -> Check:
    """Check 5: the first filing is in its office's register."""
    name = "firstFilingExists"
    read = case.number
    if read is None or not read.match_key:
        return Check(5, name, "unknown", _EXISTS, "NOT_LOOKED_UP", came="no number to look up")
    if case.found is not None:
        return Check(5, name, "passed", _EXISTS, came=case.found.canonical)
    expected = read.canonical
    if not case.is_connected:
        came = f"{office_name(case.first_office)} is not connected to this register"
        return Check(5, name, "unknown", _EXISTS, "OFFICE_NOT_CONNECTED", expected, came)
    if not case.is_covered:
        came = "not found, and the office has not declared its register complete for this date"
        return Check(5, name, "unknown", _EXISTS, "NOT_FOUND", expected, came)
    if not is_exact(case.first_office, read):
        came = "not found as given, but another form of this number may be registered"
        return Check(5, name, "unknown", _EXISTS, "NOT_FOUND", expected, came)
    came = "no such filing, in a register declared complete for this date"
    return Check(5, name, "failed", _EXISTS, "DENIED", expected, came)


def same_date(case: Case) -> Check:
    """Check 6: the date claimed is the one registered."""
    if case.found is None:
        return Check(6, "dateEqual", "notApplicable", _DATE)
    registered = case.found.filing_date
    claimed = case.request.first.filing_date
    if claimed is None:
        return Check(6, "dateEqual", "unknown", _DATE, "MISSING_DATE", str(registered))
    if claimed != registered:
        reason = "DATE_MISMATCH"
        return Check(6, "dateEqual", "failed", _DATE, reason, str(registered), str(claimed))
    if case.claim is not None and case.claim.filing_date != claimed:
        came = f"the second filing claims {case.claim.filing_date or 'no date'} in the register"
        reason = "CLAIM_DATE_DIFFERS"
        return Check(6, "dateEqual", "warning", _DATE, reason, str(registered), came)
    return Check(6, "dateEqual", "passed", _DATE, came=str(registered))


def rights(case: Case) -> Check:
    """Check 7: the later right may claim the priority of the earlier one."""
    first, second = case.right, case.request.second.right
    basis = basis_of_period(first, second)
    if (first, second) not in PERIOD_MONTHS:
        expected = " or ".join(FIRST_RIGHTS[second])
        basis = "Paris Convention Art. 4C(1), 4E"
        return Check(7, "rightsFit", "failed", basis, "RIGHT_MISMATCH", expected, first)
    stated = case.request.first.right
    if case.found is not None and stated is not None and stated != first:
        return Check(7, "rightsFit", "warning", basis, "RIGHT_DIFFERS", stated, first)
    return Check(7, "rightsFit", "passed", basis, came=f"{first}, claimed by {second}")


def in_time(case: Case) -> Check:
    """Check 8: the second filing is later than the first, and inside the period."""
    name, period, filed = "insidePeriod", case.period, case.filed
    if period is None:
        return Check(8, name, "notApplicable", _PERIOD)
    if filed is None:
        expected = "the filing date of its parent, registered or given"
        return Check(8, name, "unknown", _KEPT, "PARENT_UNKNOWN", expected)
    came = str(filed.day)
    if filed.relation is not None:
        came += f", of its parent {filed.parent} ({filed.relation})"
    continues_first = filed.key == case.key and filed.relation not in {None, "nationalPhase"}
    if filed.day <= period.from_date and not continues_first:
        reason = "SAME_DAY" if filed.day == period.from_date else "BEFORE_PRIORITY"
        return Check(8, name, "failed", _PERIOD, reason, f"after {period.from_date}", came)
    expected = f"by {period.last_date}"
    if filed.day > period.last_date:
        reason = "LATE_RESTORABLE" if filed.day <= period.restorable_until else "LATE"
        came += _holiday_note(period, filed.day)
        return Check(8, name, "failed", _PERIOD, reason, expected, came)
    if filed.day > period.due_date:
        came += f"; {period.calendar_office} was closed on {closed_in_words(period)}"
    basis, reason = _KEPT if filed.remark else _PERIOD, filed.remark
    doubt = case.calendar_doubt
    if not reason and (doubt == "RECEIVING_OFFICE_DIFFERS" or filed.day > period.due_date):
        basis, reason = "PCT Rule 80.5" if doubt else _PERIOD, doubt
    return Check(8, name, "warning" if reason else "passed", basis, reason, expected, came)


def _holiday_note(period: Period, filed: date) -> str:
    """Return what would make a slightly late filing timely or restorable, where the calendar is only assumed."""
    says, last, calendar = "in time", period.last_date, period.calendar
    if filed > period.restorable_until:
        says, last = "restorable", period.restorable_until
        calendar = period.restorable_calendar
    if calendar == "declared" or (filed - last).days > HOLIDAYS_LIKELY_MAX:
        return ""
    return (
        f"; {says} if {period.calendar_office}, whose closed days are not declared,"
        f" was closed from {last} to {filed - _DAY}"
    )


def restored(case: Case) -> Check:
    """Check 9: where the period was missed, the right was restored."""
    claim, period, filed = case.claim, case.period, case.filed
    is_late = period is not None and filed is not None and filed.day > period.last_date
    if claim is not None and claim.status == "restored":
        came = f"{claim.criterion} on {claim.decided_on} by {claim.decided_by}"
        if period is not None and filed is not None and filed.day > period.restorable_until:
            reason, expected = "RESTORED_OUTSIDE_WINDOW", f"by {period.restorable_until}"
            return Check(9, "restoration", "failed", _RESTORATION, reason, expected, came)
        return Check(9, "restoration", "passed", _RESTORATION, "RESTORED", came=came)
    if not is_late:
        return Check(9, "restoration", "notApplicable", _RESTORATION)
    if claim is not None and claim.status == "restorationRefused":
        reason, came = "RESTORATION_REFUSED", f"on {claim.decided_on} by {claim.decided_by}"
        return Check(9, "restoration", "failed", _RESTORATION, reason, "a restoration", came)
    if case.second is None:
        came = "the second filing is not in the register, or its number is not given"
        return Check(9, "restoration", "unknown", _RESTORATION, "NOT_LOOKED_UP", came=came)
    return Check(9, "restoration", "failed", _RESTORATION, "NOT_RESTORED")


_CAME_UNKNOWN = (
    Check(11, "applicantSame", "examiner", "Paris Convention Art. 4A(1); EPC Art. 87(1)"),
    Check(12, "certifiedCopy", "examiner", "Paris Convention Art. 4D(3); PCT Rule 17.1"),
    Check(13, "translation", "examiner", "Paris Convention Art. 4D(3); EPC Rule 53(3)"),
    Check(14, "sameInvention", "examiner", "Paris Convention Art. 4F, 4H"),
)


def for_the_examiner(case: Case) -> tuple[Check, ...]:
    """Checks 10 to 15, with what the register knows about them."""
    return (_first_application(case), *_CAME_UNKNOWN, _standing(case))


def _first_application(case: Case) -> Check:
    """Check 10: a first filing that claims a priority itself, or continues another one, may not be the first."""
    name, basis = "firstApplication", "Paris Convention Art. 4C(2), 4C(4); EPC Art. 87(4)"
    own = case.number.match_key if case.number is not None else ""
    earlier: list[str] = []
    if case.found is not None:
        named: list[tuple[str, ClaimRecord | RelatedRecord]] = [
            ("priority", claim) for claim in case.found.claims if claim.status in ACTIVE
        ]
        named += [(related.relation, related) for related in case.found.related]
        earlier = [
            f"{relation} of {record.office} {record.number}"
            for relation, record in named
            if (record.office, record.match_key) != (case.first_office, own)
        ]
    if not earlier:
        return Check(10, name, "examiner", basis)
    came = "it names as earlier: " + ", ".join(earlier)
    return Check(10, name, "examiner", basis, "NOT_FIRST", "no earlier filing", came)


def _standing(case: Case) -> Check:
    """Check 15: the claim stands, whatever became of the first filing (Art. 4A(3))."""
    basis = "PCT Rule 90bis.3; Paris Convention Art. 4A(3)"
    if case.claim is not None and case.claim.status not in ACTIVE:
        came = f"{case.claim.status} on {case.claim.decided_on}"
        reason = "ABANDONED" if case.claim.status == "withdrawn" else "CLAIM_CORRECTED"
        return Check(15, "claimStands", "failed", basis, reason, "a claim that stands", came)
    return Check(15, "claimStands", "examiner", basis)
