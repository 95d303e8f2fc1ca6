"""Check 9 of a priority claim: whether the right of priority was restored (register.md section 4, P5, P6)."""

from datetime import date

import msgspec

from ledger.register.filing import ClaimRecord
from ledger.register.priority.calendar_doubts import doubts_of_late
from ledger.register.priority.case import Case, claims_own_provisional
from ledger.register.priority.limits import (
    DESIGNATED_OFFICE_RULE,
    PROVISIONAL_RULES,
    RESTORATION_RULES,
    RESTORATION_SINCE,
    WITH_WINDOW,
    Law,
    is_restored_then,
    law_of,
    restoration_rule,
)
from ledger.register.priority.parent_claims import ParentClaim, restoration_decided
from ledger.register.verification import Check, Period

RESTORED_IN_PARENT = "RESTORED_IN_PARENT"
RESTORED = frozenset({"RESTORED", RESTORED_IN_PARENT})
"""Reasons that say that the right of priority was restored: a late filing has it."""

_NAME = "restoration"
_NOT_LATE: dict[Law, Check] = {
    law: Check(9, _NAME, "notApplicable", rule) for law, rule in RESTORATION_RULES.items()
}
_NOT_LATE_AFTER_PROVISIONAL = Check(9, _NAME, "notApplicable", PROVISIONAL_RULES[1])


def restored(case: Case) -> Check:
    """Check 9: where the period was missed, the right was restored."""
    claim, period, filed, law = case.claim, case.period, case.filed, law_of(case)
    if claim is not None and claim.status == "restored":
        came = _decided(claim)
        if claim.change_requested_on is not None:
            came += f", on a request of {claim.change_requested_on}"
        check = Check(9, _NAME, "passed", restoration_rule(case), "RESTORED", came=came)
        return _in_window(case, law, check)
    if period is None or filed is None or filed.day <= period.last_date or case.own_international:
        is_own = law == "US" and claims_own_provisional(case)
        return _NOT_LATE_AFTER_PROVISIONAL if is_own else _NOT_LATE[law]
    return _not_restored(case, period, filed.day, law)


def _in_window(case: Case, law: Law, check: Check) -> Check:
    """Return the check of a right that was restored, unless the filing came too late for that."""
    period, filed = case.period, case.filed
    if period is None or filed is None or law not in WITH_WINDOW:
        return check
    if filed.day <= period.restorable_until:
        return check
    expected = f"by {period.restorable_until}"
    # Who restored it knows when the office was closed.
    doubt = next((doubt for doubt in doubts_of_late(case) if not doubt.is_in_time), None)
    if doubt is None:
        return msgspec.structs.replace(
            check, result="failed", reason="RESTORED_OUTSIDE_WINDOW", expected=expected
        )
    return msgspec.structs.replace(
        check,
        result="warning",
        expected=expected,
        came=f"{check.came}; {doubt.note}",
        further_reasons=(doubt.reason,),
    )


def _not_restored(case: Case, period: Period, filed: date, law: Law) -> Check:
    """Check 9 of a filing that is late, and whose own claim is not restored."""
    claim, rule = case.claim, restoration_rule(case)
    if claim is not None and claim.status == "restorationRefused":
        came = _decided(claim)
        return Check(9, _NAME, "failed", rule, "RESTORATION_REFUSED", "a restoration", came)
    parent = restoration_decided(case)
    if parent is not None and parent.claim is not None:
        return _decided_for_parent(case, law, parent, parent.claim)
    if not is_restored_then(case, period, filed):
        came = f"the rule is in force since {RESTORATION_SINCE[law]}"
        return Check(9, _NAME, "notApplicable", rule, came=came)
    if case.second is None:
        came = "the second filing is not in the register, or its number is not given"
        return Check(9, _NAME, "unknown", rule, "NOT_LOOKED_UP", came=came)
    return Check(9, _NAME, "failed", rule, "NOT_RESTORED")


def _decided_for_parent(case: Case, law: Law, parent: ParentClaim, claim: ClaimRecord) -> Check:
    """Check 9 where the restoration was decided for a parent or the PCT filing.

    A designated office may decline to follow (PCT Rule 49ter.1(b) to (d)), and where the receiving office
    refused, it may restore the right itself (Rule 49ter.2).
    """
    basis = f"Paris Convention Art. 4G; {restoration_rule(case)}"
    if parent.of_pct:
        basis = "PCT Rules 26bis.3, 49ter.1, 49ter.2"
    came = f"{_decided(claim)}, for {parent.ancestor.name}"
    if claim.status == "restored":
        return _in_window(
            case, law, Check(9, _NAME, "warning", basis, RESTORED_IN_PARENT, came=came)
        )
    came, reason = f"refused {came}", "NOT_RESTORED"
    if parent.of_pct:
        came += f"; the designated office may restore the right itself ({DESIGNATED_OFFICE_RULE})"
    elif parent.is_inherited:
        reason = "RESTORATION_REFUSED"
    return Check(9, _NAME, "failed", basis, reason, "a restoration", came)


def _decided(claim: ClaimRecord) -> str:
    """Return by which criterion, when and by whom it was decided."""
    criterion = f"{claim.criterion} " if claim.criterion is not None else ""
    return f"{criterion}on {claim.decided_on} by {claim.decided_by}"
