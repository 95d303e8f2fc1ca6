"""Check 8 of a priority claim, which counts the days of the period (register.md section 4)."""

from datetime import date

import msgspec

from ledger.register.periods import basis_of_period, closed_in_words
from ledger.register.priority.calendar_doubts import (
    doubt_of_window,
    doubt_of_yes,
    doubts_of_late,
)
from ledger.register.priority.case import (
    Case,
    OwnInternational,
    claims_own_provisional,
    second_date,
)
from ledger.register.priority.dates import FilingDate
from ledger.register.priority.limits import is_restored_then
from ledger.register.verification import Check, Period

_PERIOD = "Paris Convention Art. 4C(1) to (3)"
_KEPT = "Paris Convention Art. 4G; PCT Art. 11(3)"
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
    basis = _basis(case)
    came = str(filed.day)
    if filed.ancestors:
        came += _kept_in_words(filed)
    if filed.day <= period.from_date and not filed.continues(case.key):
        reason = "SAME_DAY" if filed.day == period.from_date else "BEFORE_PRIORITY"
        return Check(8, name, "failed", basis, reason, f"after {period.from_date}", came)
    check = Check(8, name, "passed", basis, "", f"by {period.last_date}", came)
    if filed.day > period.last_date:
        late = _late(case, period, filed.day, check)
        remarks = (filed.remark,) if filed.is_own and filed.remark else ()
        return msgspec.structs.replace(late, further_reasons=(*late.further_reasons, *remarks))
    return _inside(case, period, filed, check)


def _basis(case: Case) -> str:
    """Return the article that counts the days."""
    if claims_own_provisional(case):
        return "35 USC 119(e)(1), (3)"
    return basis_of_period(case.right, "plantVariety") if case.right == "plantVariety" else _PERIOD


def _inside(case: Case, period: Period, filed: FilingDate, check: Check) -> Check:
    """Return check 8 of a filing inside the period; remarks where closed days or another's date make it so."""
    came, basis, doubt = check.came, check.legal_basis, case.calendar_doubt
    if filed.day > period.due_date:
        came += f"; {period.calendar_office} was closed on {closed_in_words(period)}"
        doubt = doubt or doubt_of_yes(case, period, filed.day)
    elif doubt != "RECEIVING_OFFICE_DIFFERS":
        doubt = ""
    if filed.is_own and filed.remark:
        came += "; it continues a filing whose date is not inside the period, or not known"
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


def _continuation_note(case: Case) -> str:
    """Return what may explain a filing that is much too late, where no relation of it is known."""
    if case.related or case.period is None or second_date(case) <= case.period.restorable_until:
        return ""
    return "; a division or continuation keeps its parent's date, if it names the parent"
