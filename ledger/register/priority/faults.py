"""What is wrong with a claim: can it be cured, by what and until when (register.md C1 to C5).

Computed from the dates, never from today: whether the day has passed is for the reader to see.
"""

from datetime import date
from typing import Literal, NamedTuple

import msgspec

from ledger.register.priority.calendar_doubts import ASSUMED, PLACE_CLOSED, doubts_of_late
from ledger.register.priority.case import Case
from ledger.register.priority.limits import (
    DESIGNATED_OFFICE_RULE,
    RESTORATION_SINCE,
    WITH_WINDOW,
    correction_limit,
    is_restored_then,
    law_of,
    restoration_rule,
)
from ledger.register.priority.parent_claims import restoration_decided
from ledger.register.priority.restoration_checks import RESTORED
from ledger.register.verification import Check, Fault

_Way = Literal["correct", "restore", "late", "name", "none"]
"""By a correction of the claim, by restoration, by late acceptance of the claim, by what is told, or not at all."""


class _Cure(NamedTuple):
    way: _Way
    remedy: str


_CURES: dict[str, _Cure] = {
    "MISSING_OFFICE": _Cure("correct", "name the office of first filing"),
    "MISSING_DATE": _Cure("correct", "give the date of the first filing"),
    "MISSING_NUMBER": _Cure("correct", "give the number of the first filing"),
    "OFFICE_UNKNOWN": _Cure("correct", "name the office by its ST.3 code"),
    "OFFICE_CODE_PRIVATE": _Cure("correct", "name the office by its ST.3 code"),
    "SECOND_OFFICE_UNKNOWN": _Cure("name", "name the office of the second filing by its ST.3 code"),
    "SECOND_RIGHT_NOT_REGISTRABLE": _Cure(
        "name", "name the office at which the second filing was made"
    ),
    "SECOND_OFFICE_CEASED": _Cure("name", "name the office by the code that it had on that day"),
    "PROVISIONAL_CLAIMS_NOTHING": _Cure(
        "name",
        "ask for its conversion into a nonprovisional application, within twelve months of its filing"
        " and before it is abandoned (37 CFR 1.53(c)(3))",
    ),
    "DENIED": _Cure("correct", "correct the number, or the office"),
    "MAY_BE_SEALED": _Cure(
        "name", "ask the applicant for the access code of the first filing, and verify with it"
    ),
    "NO_SEALED_FILING_ANSWERS": _Cure(
        "name", "compare number, date and access code with the receipt of the first filing"
    ),
    "DATE_MISMATCH": _Cure("correct", "correct the date"),
    "LATE_RESTORABLE": _Cure("restore", "ask for restoration of the right of priority"),
    "NOT_RESTORED": _Cure("restore", "ask for restoration of the right of priority"),
    "ABANDONED": _Cure("correct", "add the claim again"),
    "CLAIM_CORRECTED": _Cure("name", "ask about the claim that replaced it"),
    "CLAIM_LATE": _Cure("late", ""),
    "RIGHT_MISMATCH": _Cure(
        "name", "no treaty gives it: ask the office whether its own law takes such a priority"
    ),
    "CLAIM_MAY_BE_LATE": _Cure("name", "correct the claim to itself with the day its notice came"),
    **dict.fromkeys(
        (
            "NO_PRIORITY_RIGHT",
            "SAME_DAY",
            "BEFORE_PRIORITY",
            "LATE",
            "RESTORED_OUTSIDE_WINDOW",
            "RESTORATION_REFUSED",
        ),
        _Cure("none", ""),
    ),
}
"""What each fault asks for. A reason that is not here is no fault, but a doubt or a remark."""


_OF_THE_FILING_NAMED = frozenset(
    {"DENIED", "DATE_MISMATCH", "MISSING_DATE", "OFFICE_UNKNOWN", "NO_SEALED_FILING_ANSWERS"}
)
"""Faults whose correction may name another first filing, with another period."""
_OF_THE_PERIOD = frozenset({"LATE", "LATE_RESTORABLE", "NOT_RESTORED"})
_CALENDAR_DOUBTS = frozenset(
    {ASSUMED, PLACE_CLOSED, "RECEIVING_OFFICE_DIFFERS", "RECEIVING_OFFICE_UNKNOWN"}
)
_ANOTHER_MEANT = _Cure("correct", "if another filing or date is meant, correct the claim")
_NOTHING = _Cure("none", "")
_LATE_CLAIMS = {
    "PCT": "ask the designated offices to take it, and for its publication (PCT Rule 26bis.2(e))",
    "EPC": "ask for re-establishment of rights, within two months of the removal of the cause and a"
    " year of the limit (EPC Art. 122, Rule 136(1))",
}
"""A claim is late only under these laws: the others give no limit that is known here."""
_ERRORS = "; an error also later, by Rule 139"
_NOT_VOID = {
    "PCT": "; the claim is not void for want of it (PCT Rule 26bis.2(c)(i))",
    "EPC": "; the EPO invites the applicant to give it (EPC Rule 59)",
}


def judge_faults(case: Case, checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """Return the checks, those at fault with the kind of fault, its remedy and the last day for it."""
    reasons = frozenset(reason for check in checks for reason in check.reasons)
    if _CURES.keys().isdisjoint(reasons):
        return checks
    return tuple(_judged(case, check, reasons) if check.reason else check for check in checks)


class _Judgement(NamedTuple):
    """What is said of one reason."""

    fault: Fault
    remedy: str = ""
    until: date | None = None


def _judged(case: Case, check: Check, reasons: frozenset[str]) -> Check:
    """Return the check with what is said of all its reasons; what nothing cures decides."""
    cured = frozenset[str]() if reasons.isdisjoint(RESTORED) else _OF_THE_PERIOD
    judged = [
        _judge(case, reason, reasons)
        for reason in check.reasons
        if reason in _CURES and reason not in cured
    ]
    if not judged:
        return check
    if any(each.fault == "incurable" for each in judged):
        return msgspec.structs.replace(check, fault="incurable")
    return msgspec.structs.replace(
        check,
        fault="curable",
        curable_until=min((each.until for each in judged if each.until), default=None),
        remedy="; ".join(dict.fromkeys(each.remedy for each in judged)),
    )


def _judge(case: Case, reason: str, reasons: frozenset[str]) -> _Judgement:
    cure = _cure(case, reason, reasons)
    if cure.way == "none":
        return _Judgement("incurable")
    rule, until = "", None
    if cure.way == "restore":
        rule, until = _restoration(case)
    elif cure.way == "correct":
        rule, until = correction_limit(case, adds=reason == "ABANDONED")
    return _Judgement("curable", _in_words(case, reason, cure, rule), until)


def _cure(case: Case, reason: str, reasons: frozenset[str]) -> _Cure:
    """Return what cures a reason in this case: nothing is incurable that rests on what is not sure."""
    cure = _CURES[reason]
    if cure.way == "late":
        return _Cure("name", _LATE_CLAIMS.get(law_of(case), "ask the office to take it"))
    if reason == "RESTORATION_REFUSED" and _is_open_elsewhere(case):
        cure = _CURES["NOT_RESTORED"]
    too_late = "LATE" in reasons or (
        "RESTORATION_REFUSED" in reasons and not _is_open_elsewhere(case)
    )
    if cure.way == "restore" and too_late:
        cure = _NOTHING
    if cure.way != "none":
        return cure
    if not _is_found_as_claimed(case):
        return _ANOTHER_MEANT
    if reason in {"LATE", "NOT_RESTORED"}:
        return _of_late(case, reasons) or cure
    return cure


def _is_found_as_claimed(case: Case) -> bool:
    """Return whether the first filing is registered with the date claimed: else that date may be the fault."""
    return case.found is not None and case.found.filing_date == case.request.first.filing_date


def _is_open_elsewhere(case: Case) -> bool:
    """Return whether a designated office may restore what the receiving office did not (PCT Rule 49ter.2)."""
    claim, office = case.claim, case.second_office
    if claim is None or claim.status != "restorationRefused":
        parent = restoration_decided(case)
        claim = claim if parent is None else parent.claim
    decided_itself = claim is not None and claim.decided_by == office != "WO"
    return law_of(case) == "PCT" and not decided_itself


def _of_late(case: Case, reasons: frozenset[str]) -> _Cure | None:
    """Return what is left of a filing that came late: a calendar that is not known, or a rule that came later."""
    doubts = doubts_of_late(case) if not reasons.isdisjoint(_CALENDAR_DOUBTS) else ()
    if doubts:
        return _Cure("name", f"find out: it is {doubts[-1].note}")
    period, filed, law = case.period, case.filed, law_of(case)
    if law not in WITH_WINDOW:
        rule = restoration_rule(case)
        return _Cure(
            "name", f"ask the office: its own law decides whether it restores the right ({rule})"
        )
    if period is None or filed is None or filed.day > period.restorable_until:
        return None
    if law == "US" and not is_restored_then(case, period, filed.day):
        since = RESTORATION_SINCE[law]
        rule = restoration_rule(case)
        return _Cure(
            "name", f"ask the office whether it restores what was lost before {since} ({rule})"
        )
    return None


def _restoration(case: Case) -> tuple[str, date | None]:
    """Return the rule, and until when restoration can be asked for; None where the law gives no day.

    The second filing must be made within the two months, and so must the request (PCT Rule 26bis.3(e),
    EPC Rule 136(1)). PLT Rule 14(4) says only how long a state gives at least; a petition in the United States
    has no such day, and a designated office takes the request until a month after its own limit of PCT Art. 22.
    """
    law, period, rule = law_of(case), case.period, restoration_rule(case)
    if case.claim is not None and case.claim.status == "restorationRefused" and law == "PCT":
        return f"{DESIGNATED_OFFICE_RULE}, at each designated office", None
    has_day = law in {"PCT", "EPC"} and rule != DESIGNATED_OFFICE_RULE
    return rule, period.restorable_until if has_day and period is not None else None


def _in_words(case: Case, reason: str, cure: _Cure, rule: str) -> str:
    words, found = cure.remedy, case.found
    if reason in {"DATE_MISMATCH", "MISSING_DATE"} and found is not None:
        words += f": it is {found.filing_date}"
    if rule:
        is_error_curable = cure.way == "correct" and law_of(case) == "EPC"
        words += f" ({rule}{_ERRORS if is_error_curable else ''})"
    return words + (_NOT_VOID.get(law_of(case), "") if reason == "MISSING_NUMBER" else "")


def summarise(checks: tuple[Check, ...]) -> str:
    """Return what can still be done and until when, in one sentence; empty where nothing is wrong.

    Beside an incurable fault only what may name another filing helps.
    """
    incurable = [
        next(reason for reason in check.reasons if reason in _CURES)
        for check in checks
        if check.fault == "incurable"
    ]
    remedies = dict.fromkeys(
        f"{check.remedy}{_until(check)}"
        for check in checks
        if check.fault == "curable"
        and (not incurable or not _OF_THE_FILING_NAMED.isdisjoint(check.reasons))
    )
    parts = [f"nothing cures {' and '.join(dict.fromkeys(incurable))}"] if incurable else []
    parts += remedies
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _until(check: Check) -> str:
    return f", until {check.curable_until}" if check.curable_until is not None else ""
