"""The checks of a priority claim that count its period: 8 and 9 (register.md section 4)."""

from datetime import date

import msgspec

from ledger.register.filing import ClaimRecord
from ledger.register.periods import basis_of_period, closed_in_words
from ledger.register.priority.calendar_doubts import (
    doubt_of_window,
    doubt_of_yes,
    doubts_of_late,
)
from ledger.register.priority.case import Case, second_date
from ledger.register.priority.dates import FilingDate, continues
from ledger.register.priority.limits import (
    RESTORATION_RULES,
    RESTORATION_SINCE,
    WITH_WINDOW,
    Law,
    is_restored_then,
    law_of,
    restoration_rule,
)
from ledger.register.verification import Check, Period

_PERIOD = "Paris Convention Art. 4C(1) to (3)"
_KEPT = "Paris Convention Art. 4G; PCT Art. 11(3)"
_NAME = "restoration"
_NOT_LATE: dict[Law, Check] = {
    law: Check(9, _NAME, "notApplicable", rule) for law, rule in RESTORATION_RULES.items()
}


def in_time(case: Case) -> Check:
    """Check 8: the second filing is later than the first, and inside the period."""
    name, period, filed = "insidePeriod", case.period, case.filed
    if period is None:
        return _without_period(case)
    if case.is_own_international:
        came = "the PCT application whose national phase the second filing is: it needs no priority"
        reason = "OWN_INTERNATIONAL_APPLICATION"
        return Check(8, name, "notApplicable", "PCT Art. 11(3)", reason, came=came)
    if filed is None:
        expected = "the filing date of its parent, registered or given"
        return Check(8, name, "unknown", _KEPT, "PARENT_UNKNOWN", expected)
    basis = basis_of_period(case.right, "plantVariety") if case.right == "plantVariety" else _PERIOD
    came = str(filed.day)
    if filed.relation is not None:
        came += f", of its parent {filed.parent} ({filed.relation})"
    if filed.day <= period.from_date and not continues(filed, case.key):
        reason = "SAME_DAY" if filed.day == period.from_date else "BEFORE_PRIORITY"
        return Check(8, name, "failed", basis, reason, f"after {period.from_date}", came)
    check = Check(8, name, "passed", basis, "", f"by {period.last_date}", came)
    if filed.day > period.last_date:
        return _late(case, period, filed.day, check)
    return _inside(case, period, filed, check)


def _inside(case: Case, period: Period, filed: FilingDate, check: Check) -> Check:
    """Return check 8 of a filing inside the period; remarks where closed days or another's date make it so."""
    came, basis, doubt = check.came, check.legal_basis, case.calendar_doubt
    if filed.day > period.due_date:
        came += f"; {period.calendar_office} was closed on {closed_in_words(period)}"
        doubt = doubt or doubt_of_yes(case, period, filed.day)
    elif doubt != "RECEIVING_OFFICE_DIFFERS":
        doubt = ""
    if filed.remark:
        basis = _KEPT
    elif case.calendar_doubt and doubt:
        basis = "PCT Rule 80.5"
    reasons = [each for each in (filed.remark, doubt) if each]
    if not reasons:
        return Check(8, check.name, "passed", basis, "", check.expected, came)
    return msgspec.structs.replace(
        check,
        result="warning",
        legal_basis=basis,
        reason=reasons[0],
        came=came,
        further_reasons=tuple(reasons[1:]),
    )


def _late(case: Case, period: Period, filed: date, check: Check) -> Check:
    """Return check 8 of a filing after the period, with what may make it timely or restorable."""
    in_window = filed <= period.restorable_until and is_restored_then(case, period, filed)
    doubts = doubts_of_late(case)
    reasons = [doubt.reason for doubt in doubts]
    if in_window:
        reasons.append(doubt_of_window(case, period, filed))
    notes = "".join(f"; {doubt.note}" for doubt in doubts)
    return msgspec.structs.replace(
        check,
        result="failed",
        reason="LATE_RESTORABLE" if in_window else "LATE",
        came=check.came + notes + _continuation_note(case),
        further_reasons=tuple(dict.fromkeys(each for each in reasons if each)),
    )


def _without_period(case: Case) -> Check:
    """Return check 8 where no period can be computed; other checks say why, unless the second office is unknown."""
    if case.second_office:
        return Check(8, "insidePeriod", "notApplicable", _PERIOD)
    came = case.request.second.ip_office_code
    reason, expected = "SECOND_OFFICE_UNKNOWN", "an office of ST.3, whose closed days count"
    return Check(8, "insidePeriod", "unknown", _PERIOD, reason, expected, came)


def _continuation_note(case: Case) -> str:
    """Return what may explain a filing that is much too late, where no relation of it is known."""
    if case.related or case.period is None or second_date(case) <= case.period.restorable_until:
        return ""
    return "; a division or continuation keeps its parent's date, if it names the parent"


def restored(case: Case) -> Check:
    """Check 9: where the period was missed, the right was restored."""
    claim, period, filed, law = case.claim, case.period, case.filed, law_of(case)
    if claim is not None and claim.status == "restored":
        return _restored(case, claim, law)
    if period is None or filed is None or filed.day <= period.last_date:
        return _NOT_LATE[law]
    if case.is_own_international:
        return _NOT_LATE[law]
    return _not_restored(case, period, filed, law)


def _restored(case: Case, claim: ClaimRecord, law: Law) -> Check:
    """Check 9 of a claim whose office says that the right was restored."""
    rule, period, filed = restoration_rule(case), case.period, case.filed
    came = f"{claim.criterion} on {claim.decided_on} by {claim.decided_by}"
    if claim.change_requested_on is not None:
        came += f", on a request of {claim.change_requested_on}"
    is_outside = period is not None and filed is not None and filed.day > period.restorable_until
    if period is None or law not in WITH_WINDOW or not is_outside:
        return Check(9, _NAME, "passed", rule, "RESTORED", came=came)
    expected = f"by {period.restorable_until}"
    # Who restored it knows when the office was closed.
    doubts = [doubt for doubt in doubts_of_late(case) if not doubt.is_in_time]
    if doubts:
        came += f"; {doubts[0].note}"
        further = (doubts[0].reason,)
        return Check(9, _NAME, "warning", rule, "RESTORED", expected, came, further_reasons=further)
    return Check(9, _NAME, "failed", rule, "RESTORED_OUTSIDE_WINDOW", expected, came)


def _not_restored(case: Case, period: Period, filed: FilingDate, law: Law) -> Check:
    """Check 9 of a filing that is late, and whose claim is not restored."""
    claim, rule = case.claim, restoration_rule(case)
    if claim is not None and claim.status == "restorationRefused":
        reason, came = "RESTORATION_REFUSED", f"on {claim.decided_on} by {claim.decided_by}"
        return Check(9, _NAME, "failed", rule, reason, "a restoration", came)
    if not is_restored_then(case, period, filed.day):
        came = f"the rule is in force since {RESTORATION_SINCE[law]}"
        return Check(9, _NAME, "notApplicable", rule, came=came)
    if case.second is None:
        came = "the second filing is not in the register, or its number is not given"
        return Check(9, _NAME, "unknown", rule, "NOT_LOOKED_UP", came=came)
    return Check(9, _NAME, "failed", rule, "NOT_RESTORED")
