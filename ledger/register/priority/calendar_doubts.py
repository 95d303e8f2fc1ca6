"""Answers that a calendar may turn which the register does not have (register.md P4, P7).

An office that declared no closed days may have been closed, or open, when the assumed calendar has it
otherwise. Only answers near the last day hang on that: of others nothing is said, and nothing is read.
"""

from datetime import date, timedelta
from typing import NamedTuple

from ledger.register.calendar import (
    LastDay,
    add_months,
    declares_rest_days,
    extend_over_closed_days,
)
from ledger.register.periods import RESTORATION_MONTHS
from ledger.register.priority.case import Case
from ledger.register.priority.limits import is_restored_then
from ledger.register.verification import Period

ASSUMED = "CALENDAR_ASSUMED"
PLACE_CLOSED = "FILING_PLACE_CLOSED"
HOLIDAYS_LIKELY_MAX = 10
"""Days late within which an undeclared public holiday is worth a look."""
REST_DAYS_LIKELY_MAX = 2
"""Days in a row that undeclared weekly days of rest may last."""
_DAY = timedelta(days=1)


class Doubt(NamedTuple):
    """Why the answer may be another one."""

    reason: str
    if_closed: str
    """What must be so for it, in words."""
    is_in_time: bool = True
    """What it would be, then: in time, else restorable."""

    @property
    def note(self) -> str:
        """The doubt in one clause."""
        return f"{'in time' if self.is_in_time else 'restorable'} if {self.if_closed}"


def doubt_of_yes(case: Case, period: Period, filed: date) -> str:
    """Return the reason to doubt a filing that is in time because days were closed; empty: none."""
    if case.calendar_doubt or filed <= period.due_date:
        return ""
    passed = (each for each in period.closed_days if each.date < filed)
    return ASSUMED if any(each.basis == "assumed" for each in passed) else ""


def doubt_of_window(case: Case, period: Period, filed: date) -> str:
    """Return the reason to doubt a filing that is restorable because days were closed; empty: none."""
    if case.calendar_doubt or filed <= add_months(period.due_date, RESTORATION_MONTHS):
        return ""
    end = add_months(period.last_date, RESTORATION_MONTHS)
    last = extend_over_closed_days(case.reader, period.calendar_office, end)
    is_assumed = any(closed.basis == "assumed" for day, closed in last.passed_over if day < filed)
    is_assumed = is_assumed or any(each.basis == "assumed" for each in period.closed_days)
    return ASSUMED if is_assumed else ""


def doubts_of_late(case: Case) -> tuple[Doubt, ...]:
    """Return what could make a late filing timely, or one beyond the window restorable."""
    period, filed = case.period, case.filed
    if period is None or filed is None or filed.day <= period.last_date:
        return ()
    office, day = period.calendar_office, filed.day
    is_assumed = period.calendar == "assumed"
    doubts = [late_doubt(case, office, period.last_date, day, is_assumed=is_assumed)]
    if day > period.restorable_until and is_restored_then(case, period, day):
        is_assumed = period.restorable_calendar == "assumed"
        doubt = late_doubt(case, office, period.restorable_until, day, is_assumed=is_assumed)
        doubts.append(None if doubt is None else doubt._replace(is_in_time=False))
    return tuple(doubt for doubt in doubts if doubt is not None)


def late_doubt(
    case: Case, office: str, last: date, came_on: date, *, is_assumed: bool
) -> Doubt | None:
    """Return why a time limit that ended on `last` may have ended no sooner than `came_on`; None: it is sure.

    `is_assumed`: the office did not declare its closed days of that year.
    """
    days = (came_on - last).days
    if days > HOLIDAYS_LIKELY_MAX:
        return None
    until = f"was closed from {last} to {came_on - _DAY}"
    if is_assumed:
        reason = case.calendar_doubt or ASSUMED
        return Doubt(reason, f"{office}, whose closed days are not declared, {until}")
    by_place = extend_over_closed_days(case.reader, office, last, one_place_closes=True)
    if by_place.day >= came_on:
        return Doubt(PLACE_CLOSED, f"{office} counts as closed when {_places(by_place)} is")
    if days <= REST_DAYS_LIKELY_MAX and not declares_rest_days(case.reader, office, last.year):
        return Doubt(ASSUMED, f"{office}, whose weekly days of rest are not declared, {until}")
    if case.calendar_doubt:
        return Doubt(case.calendar_doubt, f"another office received it, not {office}, and {until}")
    return None


def _places(last: LastDay) -> str:
    places = {place for _, closed in last.passed_over for place in closed.filing_places}
    return ", ".join(sorted(places)) or "one filing place"
