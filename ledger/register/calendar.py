"""Dates as the law counts them: months from a day, and the days on which an office is closed.

An office declares its closed days year by year. Saturdays and Sundays are taken as closed for every
office; in a year without a declaration every answer about a day is an assumption, and says so.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal, NamedTuple

from ledger.register.filing import decode_closed_days
from ledger.register.keys import closed_days_key
from ledger.register.reader import RegisterReader

Basis = Literal["declared", "assumed"]
_DAY = timedelta(days=1)
_SATURDAY = 5
_MONTHS_A_YEAR = 12
CLOSED_RUN_MAX = 366
"""Days in a row that a last day may move."""


class Closed(NamedTuple):
    """Whether an office is closed on a day, and how that is known."""

    is_closed: bool
    basis: Basis


class LastDay(NamedTuple):
    """The last day of a period after it moved over closed days."""

    day: date
    passed_over: tuple[tuple[date, Basis], ...]
    """The closed days before it, in order."""
    basis: Basis
    """Declared, if the office declared the closed days of every year looked at."""
    keys: tuple[bytes, ...]
    """The closed-days facts it rests on, present or absent."""


def add_months(day: date, months: int) -> date:
    """Return the day with the same number so many months later, or the last day of that month.

    EPC Rule 131(3) and (4), PCT Rule 80.1 and 80.2. Always from the original date in one step: months
    added one after another give another day. No date beyond `date.max` is returned.
    """
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    if year > date.max.year:
        return date.max
    number = day.day
    if number > 28:  # noqa: PLR2004  # every month has 28 days
        number = min(number, monthrange(year, month + 1)[1])
    return date(year, month + 1, number)


def closed(reader: RegisterReader, office: str, day: date) -> Closed:
    """Return whether the office is closed on this day (Paris Convention Art. 4C(3))."""
    return _closed(_declared_days(reader, office, day.year), day)


def extend_over_closed_days(reader: RegisterReader, office: str, due: date) -> LastDay:
    """Return the first day from `due` on that the office is open: Art. 4C(3), PCT Rule 80.5."""
    day = due
    passed_over: list[tuple[date, Basis]] = []
    declared = _declared_days(reader, office, day.year)
    keys = [closed_days_key(office, day.year)]
    basis: Basis = "assumed" if declared is None else "declared"
    while len(passed_over) < CLOSED_RUN_MAX and day < date.max:
        state = _closed(declared, day)
        if not state.is_closed:
            break
        passed_over.append((day, state.basis))
        day += _DAY
        if day.year != due.year and len(keys) == 1:
            declared = _declared_days(reader, office, day.year)
            keys.append(closed_days_key(office, day.year))
            basis = "assumed" if declared is None else basis
    return LastDay(day, tuple(passed_over), basis, tuple(keys))


def _declared_days(reader: RegisterReader, office: str, year: int) -> tuple[date, ...] | None:
    data = reader.get(closed_days_key(office, year))
    return None if data is None else decode_closed_days(data).dates


def _closed(declared: tuple[date, ...] | None, day: date) -> Closed:
    if declared is not None and day in declared:
        return Closed(is_closed=True, basis="declared")
    # Days of rest are not declared: that Saturday and Sunday are such is always an assumption.
    if day.weekday() >= _SATURDAY:
        return Closed(is_closed=True, basis="assumed")
    return Closed(is_closed=False, basis="assumed" if declared is None else "declared")
