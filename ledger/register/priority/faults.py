"""What is wrong with a claim: can it be cured, by what and until when (register.md C1 to C5).

Computed from the dates, never from today: whether the day has passed is for the reader to see.
"""

from datetime import date
from typing import Literal, NamedTuple

import msgspec

from ledger.register.priority.case import Case
from ledger.register.priority.limits import (
    RESTORATION_RULES,
    correction_limit,
    law_of,
)
from ledger.register.priority.period_checks import RESTORED
from ledger.register.verification import Check

_Way = Literal["correct", "restore", "name", "none"]
"""By a correction of the claim, by restoration, by another question, or not at all."""


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
    "DENIED": _Cure("correct", "correct the number, or the office"),
    "DATE_MISMATCH": _Cure("correct", "correct the date"),
    "LATE_RESTORABLE": _Cure("restore", "ask for restoration of the right of priority"),
    "NOT_RESTORED": _Cure("restore", "ask for restoration of the right of priority"),
    "ABANDONED": _Cure("correct", "add the claim again"),
    "CLAIM_CORRECTED": _Cure("name", "ask about the claim that replaced it"),
    **dict.fromkeys(
        (
            "NO_PRIORITY_RIGHT",
            "RIGHT_MISMATCH",
            "SAME_DAY",
            "BEFORE_PRIORITY",
            "LATE",
            "CLAIM_LATE",
            "RESTORED_OUTSIDE_WINDOW",
            "RESTORATION_REFUSED",
        ),
        _Cure("none", ""),
    ),
}
"""What each fault asks for. A reason that is not here is no fault, but a doubt or a remark."""


_OF_THE_FILING_NAMED = frozenset({"DENIED", "DATE_MISMATCH", "MISSING_DATE", "OFFICE_UNKNOWN"})
"""Faults whose correction may name another first filing, with another period."""
_OF_THE_PERIOD = frozenset({"LATE", "LATE_RESTORABLE", "NOT_RESTORED"})
_NOT_VOID = {
    "PCT": "; the claim is not void for want of it (PCT Rule 26bis.2(c)(i))",
    "EPC": "; the EPO invites the applicant to give it (EPC Rule 59)",
    "US": "",
    "national": "",
}


def judge_faults(case: Case, checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """Return the checks, those at fault with the kind of fault, its remedy and the last day for it."""
    reasons = {check.reason for check in checks}
    if _CURES.keys().isdisjoint(reasons):
        return checks
    cured = frozenset[str]() if reasons.isdisjoint(RESTORED) else _OF_THE_PERIOD
    is_too_late = not reasons.isdisjoint({"LATE", "RESTORATION_REFUSED"})
    return tuple(
        _judged(case, check, is_too_late=is_too_late)
        if check.reason in _CURES and check.reason not in cured
        else check
        for check in checks
    )


def _judged(case: Case, check: Check, *, is_too_late: bool) -> Check:
    cure = _CURES[check.reason]
    if cure.way == "none" or (cure.way == "restore" and is_too_late):
        return msgspec.structs.replace(check, fault="incurable")
    rule, until = "", None
    if cure.way == "restore":
        rule, until = _restoration(case)
    elif cure.way == "correct":
        rule, until = correction_limit(case)
    remedy = _in_words(case, check.reason, cure, rule)
    return msgspec.structs.replace(check, fault="curable", curable_until=until, remedy=remedy)


def _restoration(case: Case) -> tuple[str, date | None]:
    """Return the rule, and until when restoration can be asked for; None where the law gives no day.

    The second filing must be made within the two months, and so must the request (PCT Rule 26bis.3(e),
    EPC Rule 136(1), PLT Rule 14(4)); a petition in the United States has no such day of its own.
    """
    law, period = law_of(case), case.period
    return RESTORATION_RULES[
        law
    ], None if law == "US" or period is None else period.restorable_until


def _in_words(case: Case, reason: str, cure: _Cure, rule: str) -> str:
    words, found = cure.remedy, case.found
    if reason in {"DATE_MISMATCH", "MISSING_DATE"} and found is not None:
        words += f": it is {found.filing_date}"
    if rule:
        words += f" ({rule})"
    return words + (_NOT_VOID[law_of(case)] if reason == "MISSING_NUMBER" else "")


def summarise(checks: tuple[Check, ...]) -> str:
    """Return what can still be done and until when, in one sentence; empty where nothing is wrong.

    Beside an incurable fault only what may name another filing helps.
    """
    incurable = [check.reason for check in checks if check.fault == "incurable"]
    remedies = dict.fromkeys(
        f"{check.remedy}{_until(check)}"
        for check in checks
        if check.fault == "curable" and (not incurable or check.reason in _OF_THE_FILING_NAMED)
    )
    parts = [f"nothing cures {' and '.join(dict.fromkeys(incurable))}"] if incurable else []
    parts += remedies
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _until(check: Check) -> str:
    return f", until {check.curable_until}" if check.curable_until is not None else ""
