"""The checks of a priority claim that count days: 3, 8 and 9 (register.md section 4)."""

from datetime import date, timedelta

from ledger.register.filing import ClaimRecord, FilingRecord
from ledger.register.periods import closed_in_words
from ledger.register.priority.case import Case, OwnInternational, second_date
from ledger.register.priority.dates import FilingDate
from ledger.register.priority.limits import CLAIM_RULES, earliest_claimed, law_of, shortest_limit
from ledger.register.priority.parent_claims import ParentClaim, restoration_decided
from ledger.register.verification import Check, CheckResult, Period

RESTORED_IN_PARENT = "RESTORED_IN_PARENT"
RESTORED = frozenset({"RESTORED", RESTORED_IN_PARENT})
"""Reasons that say that the right of priority was restored: a late filing has it."""
HOLIDAYS_LIKELY_MAX = 10
"""Days late within which an undeclared public holiday is worth a look."""
_DAY = timedelta(days=1)

_TIMELY = "PCT Rule 26bis.1(a); EPC Rule 52(2), (3); PLT Art. 13(1)"
_PERIOD = "Paris Convention Art. 4C(1) to (3)"
_KEPT = "Paris Convention Art. 4G; PCT Art. 11(3)"
_RESTORATION = "PCT Rule 26bis.3; PLT Art. 13(2)"
_DESIGNATED = "PCT Rules 26bis.3, 49ter.1, 49ter.2"
_DIVIDED = "Paris Convention Art. 4G; PCT Rule 26bis.3; PLT Art. 13(2)"
_NO_SECOND = Check(
    3, "claimMadeInTime", "notApplicable", _TIMELY, came="no number of the second filing"
)
_OWN_INTERNATIONAL: dict[OwnInternational, Check] = {
    "stated": Check(
        8,
        "insidePeriod",
        "notApplicable",
        "PCT Art. 11(3)",
        "OWN_INTERNATIONAL_APPLICATION",
        came="the PCT application whose national phase the second filing is: it needs no priority",
    ),
    "assumed": Check(
        8,
        "insidePeriod",
        "warning",
        "PCT Art. 11(3)",
        "NATIONAL_PHASE_ASSUMED",
        expected="the relation nationalPhase",
        came="a PCT application of the same day: the second filing seems to be its national phase",
    ),
}
_NOT_LATE = Check(9, "restoration", "notApplicable", _RESTORATION)


def timely(case: Case) -> Check:
    """Check 3: the claim was made in time, as far as the register has it."""
    name = "claimMadeInTime"
    second = case.request.second
    if second.application_number_text is None:
        return _NO_SECOND
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
    return _made_in_time(case, case.second, case.claim, case.claim.made_on)


def _made_in_time(case: Case, second: FilingRecord, claim: ClaimRecord, made_on: date) -> Check:
    law = law_of(case)
    adds = not _corrects(second, claim)
    limit = shortest_limit(case, earliest_claimed(second) or second.filing_date, adds=adds)
    expected, came = f"by {limit}", f"{'added' if adds else 'corrected'} on {made_on}"
    result: CheckResult = "passed"
    reason = ""
    if made_on > limit and law in {"PCT", "EPC"}:
        result, reason = "warning", "CLAIM_LATE"
    elif made_on > limit:
        # PLT Rule 14(3) lets no state ask for it sooner; whether it may come later is the state's law.
        result, reason = "unknown", "CLAIM_LIMIT_NATIONAL"
        expected += ", or as long as the national law gives"
    return Check(3, "claimMadeInTime", result, CLAIM_RULES[law], reason, expected, came)


def _corrects(second: FilingRecord, claim: ClaimRecord) -> bool:
    """Return whether the claim replaced another one: both changed with one entry."""
    place = claim.height, claim.index
    return any(was.status == "corrected" and was.changed_at == place for was in second.claims)


def in_time(case: Case) -> Check:
    """Check 8: the second filing is later than the first, and inside the period."""
    name, period, filed = "insidePeriod", case.period, case.filed
    if period is None:
        return _without_period(case)
    if case.own_international:
        return _OWN_INTERNATIONAL[case.own_international]
    if filed is None:
        expected = "the filing date of its parent, registered or given"
        return Check(8, name, "unknown", _KEPT, "PARENT_UNKNOWN", expected)
    came = str(filed.day)
    if filed.ancestors:
        came += _kept_in_words(filed)
    if filed.day <= period.from_date and not filed.continues(case.key):
        reason = "SAME_DAY" if filed.day == period.from_date else "BEFORE_PRIORITY"
        return Check(8, name, "failed", _PERIOD, reason, f"after {period.from_date}", came)
    expected = f"by {period.last_date}"
    if filed.day > period.last_date:
        reason = "LATE_RESTORABLE" if filed.day <= period.restorable_until else "LATE"
        came += _holiday_note(period, filed.day) + _continuation_note(case)
        return Check(8, name, "failed", _PERIOD, reason, expected, came)
    if filed.day > period.due_date:
        came += f"; {period.calendar_office} was closed on {closed_in_words(period)}"
    if filed.is_own and filed.remark:
        came += "; it continues a filing whose date is not inside the period, or not known"
    basis, reason = _KEPT if filed.remark else _PERIOD, filed.remark
    doubt = case.calendar_doubt
    if not reason and (doubt == "RECEIVING_OFFICE_DIFFERS" or filed.day > period.due_date):
        basis, reason = "PCT Rule 80.5" if doubt else _PERIOD, doubt
    return Check(8, name, "warning" if reason else "passed", basis, reason, expected, came)


def _kept_in_words(filed: FilingDate) -> str:
    """Return whose date it is, and through which other filings it is kept."""
    *through, last = filed.ancestors
    words = f", of its parent {last.name} ({last.relation})"
    if through:
        words += " through " + ", ".join(f"{each.name} ({each.relation})" for each in through)
    return words


def _without_period(case: Case) -> Check:
    """Return check 8 where no period can be computed; other checks say why, unless the second office is unknown."""
    if case.second_office:
        return Check(8, "insidePeriod", "notApplicable", _PERIOD)
    came = case.request.second.ip_office_code
    reason, expected = "SECOND_OFFICE_UNKNOWN", "an office of ST.3, whose closed days count"
    return Check(8, "insidePeriod", "unknown", _PERIOD, reason, expected, came)


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


def _continuation_note(case: Case) -> str:
    """Return what may explain a filing that is much too late, where no relation of it is known."""
    if case.related or case.period is None or second_date(case) <= case.period.restorable_until:
        return ""
    return "; a division or continuation keeps its parent's date, if it names the parent"


def restored(case: Case) -> Check:
    """Check 9: where the period was missed, the right was restored."""
    claim, period, filed = case.claim, case.period, case.filed
    if claim is not None and claim.status == "restored":
        came = f"{claim.criterion} on {claim.decided_on} by {claim.decided_by}"
        if period is not None and filed is not None and filed.day > period.restorable_until:
            reason, expected = "RESTORED_OUTSIDE_WINDOW", f"by {period.restorable_until}"
            return Check(9, "restoration", "failed", _RESTORATION, reason, expected, came)
        return Check(9, "restoration", "passed", _RESTORATION, "RESTORED", came=came)
    if period is None or filed is None or filed.day <= period.last_date:
        return _NOT_LATE
    if case.own_international:
        return _NOT_LATE
    return _not_restored(case, period, filed)


def _not_restored(case: Case, period: Period, filed: FilingDate) -> Check:
    """Check 9 of a filing that is late, and whose own claim is not restored."""
    claim = case.claim
    if claim is not None and claim.status == "restorationRefused":
        reason, came = "RESTORATION_REFUSED", f"on {claim.decided_on} by {claim.decided_by}"
        return Check(9, "restoration", "failed", _RESTORATION, reason, "a restoration", came)
    decided = restoration_decided(case)
    if decided is not None and decided.claim is not None:
        return _restored_in_parent(decided, decided.claim, period, filed)
    if case.second is None:
        came = "the second filing is not in the register, or its number is not given"
        return Check(9, "restoration", "unknown", _RESTORATION, "NOT_LOOKED_UP", came=came)
    return Check(9, "restoration", "failed", _RESTORATION, "NOT_RESTORED")


def _restored_in_parent(
    decided: ParentClaim, claim: ClaimRecord, period: Period, filed: FilingDate
) -> Check:
    """Check 9 where the restoration was decided for a parent or the PCT filing.

    A designated office may decline to follow (PCT Rule 49ter.1(b) to (d)), and where the receiving office
    refused, it may restore the right itself (Rule 49ter.2).
    """
    basis = _DESIGNATED if decided.of_pct else _DIVIDED
    criterion = f"{claim.criterion} " if claim.criterion is not None else ""
    came = f"{criterion}on {claim.decided_on} by {claim.decided_by}, for {decided.ancestor.name}"
    if claim.status == "restorationRefused":
        came = f"refused {came}"
        if decided.of_pct:
            came += "; the designated office may restore the right itself (PCT Rule 49ter.2)"
            return Check(9, "restoration", "failed", basis, "NOT_RESTORED", "a restoration", came)
        reason = "RESTORATION_REFUSED" if decided.is_inherited else "NOT_RESTORED"
        return Check(9, "restoration", "failed", basis, reason, "a restoration", came)
    if filed.day > period.restorable_until:
        reason, expected = "RESTORED_OUTSIDE_WINDOW", f"by {period.restorable_until}"
        return Check(9, "restoration", "failed", basis, reason, expected, came)
    return Check(9, "restoration", "warning", basis, RESTORED_IN_PARENT, came=came)
