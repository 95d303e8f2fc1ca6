"""Enters what an office declares about itself: coverage of its register, and its closed days."""

from datetime import date

from ledger.register.applied import Applied, Get, Position, accepted, rejected, repeated
from ledger.register.calendar import WEEKDAYS
from ledger.register.entries import CLOSED_DAYS_MAX, NAME_LENGTH_MAX, ClosedDays, Coverage
from ledger.register.filing import (
    ClosedDayRecord,
    ClosedDaysRecord,
    CoverageInterval,
    decode_closed_days,
    decode_coverage,
    encode,
)
from ledger.register.keys import closed_days_key, coverage_key
from ledger.register.offices import is_office, may_register
from ledger.register.printable import is_printable
from ledger.register.text import trim

COVERAGE_INTERVALS_MAX = 200
"""Separate intervals of coverage of one office and right."""


def apply_coverage(get: Get, office: str, coverage: Coverage, position: Position) -> Applied:
    """Return the outcome of a declaration of coverage; overlapping declarations join (register.md R9)."""
    subject = f"{office}.coverage.{coverage.right}"
    if not may_register(office, coverage.right):
        return rejected("RIGHT_NOT_REGISTRABLE", subject)
    if coverage.until_date < coverage.from_date:
        return rejected("DATES_REVERSED", subject)
    if coverage.until_date.toordinal() > position.day:
        return rejected("COVERAGE_IN_FUTURE", subject)
    key = coverage_key(office, coverage.right)
    data = get(key)
    intervals = decode_coverage(data) if data is not None else ()
    start, end = coverage.from_date, coverage.until_date
    apart = []
    for interval in intervals:
        if interval.from_date <= start and end <= interval.until_date:
            return repeated(subject, interval.height, interval.index)
        if _is_gap(interval.until_date, coverage.from_date) or (
            _is_gap(coverage.until_date, interval.from_date)
        ):
            apart.append(interval)
        else:
            start, end = min(start, interval.from_date), max(end, interval.until_date)
    if len(apart) >= COVERAGE_INTERVALS_MAX:
        return rejected("TOO_MANY_INTERVALS", subject)
    joined = CoverageInterval(start, end, position.height, position.index)
    value = tuple(sorted([*apart, joined], key=lambda interval: interval.from_date))
    return Applied(accepted([], subject), ((key, encode(value)),))


def apply_closed_days(get: Get, office: str, closed: ClosedDays, position: Position) -> Applied:
    """Return the outcome of a year's closed days; a later declaration replaces an earlier one (register.md R10)."""
    subject = f"{office}.closedDays.{closed.year}"
    reason = _closed_days_refusal(office, closed)
    if reason:
        return rejected(reason, subject)
    key = closed_days_key(office, closed.year)
    days = tuple(
        sorted(
            ClosedDayRecord(given.date, trim(given.filing_place), trim(given.name))
            for given in closed.closed_day_bag
        )
    )
    rest_days = None
    if closed.weekly_rest_day_bag is not None:
        rest_days = tuple(sorted({WEEKDAYS.index(name) for name in closed.weekly_rest_day_bag}))
    data = get(key)
    if data is not None:
        known = decode_closed_days(data)
        if (known.days, known.weekly_rest_days) == (days, rest_days):
            return repeated(subject, known.height, known.index)
    record = ClosedDaysRecord(days, position.height, position.index, rest_days)
    return Applied(accepted([], subject), ((key, encode(record)),))


def _closed_days_refusal(office: str, closed: ClosedDays) -> str:
    """Return why the declaration cannot be entered; empty if it can."""
    if not is_office(office):
        return "OFFICE_UNKNOWN"
    days = closed.closed_day_bag
    if any(given.date.year != closed.year for given in days):
        return "DATE_OUTSIDE_YEAR"
    if len(days) > CLOSED_DAYS_MAX or len(closed.weekly_rest_day_bag or ()) > len(WEEKDAYS):
        return "TOO_MANY_DAYS"
    if len({(given.date, trim(given.filing_place)) for given in days}) < len(days):
        return "DAY_REPEATED"
    return _text_refusal([text for given in days for text in (given.name, given.filing_place)])


def _text_refusal(texts: list[str]) -> str:
    if any(len(text) > NAME_LENGTH_MAX for text in texts):
        return "TEXT_TOO_LONG"
    return "" if all(map(is_printable, texts)) else "TEXT_NOT_PRINTABLE"


def _is_gap(end: date, start: date) -> bool:
    """Return whether at least one day lies between; in ordinals, since no date precedes the year 1 or follows 9999."""
    return end.toordinal() + 1 < start.toordinal()
