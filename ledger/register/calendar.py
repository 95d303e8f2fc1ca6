"""Dates as the law counts them: months from a day, and the days on which an office is closed.

An office declares its closed days year by year, and may declare its weekly days of rest. Where it did
not, Saturday and Sunday are taken as such; in a year without a declaration every answer about a day is
an assumption, and says so.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from ledger.register.entries import Weekday
from ledger.register.filing import decode_closed_days
from ledger.register.keys import closed_days_key
from ledger.register.reader import RegisterReader

Basis = Literal["declared", "assumed"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
"""By the number that `date.weekday` gives."""
_DAY = timedelta(days=1)
_ASSUMED_REST_DAYS = (5, 6)
_MONTHS_A_YEAR = 12
_YEARS_KEPT = 128
_ONE_PLACE_CLOSES = frozenset({"EP"})
"""Offices that are closed when one of their filing places is: EPC Rule 134(1)."""
CLOSED_RUN_MAX = 366
"""Days in a row that a last day may move."""


class Closed(NamedTuple):
    """Why an office is closed on a day, and how that is known."""

    basis: Basis
    name: str = ""
    """As the office names the day; of a weekly day of rest the day of the week."""
    filing_places: tuple[str, ...] = ()
    """The filing places that are closed; empty: the whole office."""


class LastDay(NamedTuple):
    """The last day of a period after it moved over closed days."""

    day: date
    passed_over: tuple[tuple[date, Closed], ...]
    """The closed days before it, in order."""
    basis: Basis
    """Declared, if the office declared the closed days of every year looked at."""
    keys: tuple[bytes, ...]
    """The closed-days facts it rests on, present or absent."""


class _Year(NamedTuple):
    """What an office declared of a year, and what is assumed in its place."""

    closed: Mapping[date, Closed]
    rest_days: tuple[int, ...]
    basis: Basis
    basis_of_rest_days: Basis


_UNDECLARED = _Year({}, _ASSUMED_REST_DAYS, "assumed", "assumed")


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


def extend_over_closed_days(
    reader: RegisterReader, office: str, due: date, *, one_place_closes: bool | None = None
) -> LastDay:
    """Return the first day from `due` on that the office is open: Art. 4C(3), EPC Rule 134(1), PCT Rule 80.5.

    That one closed filing place closes the office is certain of the EPO only (EPC Rule 134(1)); elsewhere
    it is the national law's (PCT Rule 80.5(iii)), so it counts only if `one_place_closes` says so.
    Of an office that is closed for more than CLOSED_RUN_MAX days in a row, the day after so many.
    """
    by_place = office in _ONE_PLACE_CLOSES if one_place_closes is None else one_place_closes
    day = due
    keys = [closed_days_key(office, day.year)]
    year = _read_year(reader.get(keys[0]))
    basis = year.basis
    passed_over: list[tuple[date, Closed]] = []
    while len(passed_over) < CLOSED_RUN_MAX and day < date.max:
        reason = _closed(year, day, by_place=by_place)
        if reason is None:
            break
        passed_over.append((day, reason))
        day += _DAY
        if day.year != passed_over[-1][0].year:
            keys.append(closed_days_key(office, day.year))
            year = _read_year(reader.get(keys[-1]))
            if year.basis == "assumed":
                basis = "assumed"
    return LastDay(day, tuple(passed_over), basis, tuple(keys))


@lru_cache(maxsize=_YEARS_KEPT)
def _read_year(data: bytes | None) -> _Year:
    """Return what a closed-days fact says; absent (None) it is all assumed."""
    if data is None:
        return _UNDECLARED
    record = decode_closed_days(data)
    days: dict[date, Closed] = {}
    for declared in record.days:
        known = days.get(declared.day, Closed("declared"))
        # The whole office stands first, without a place: no place needs to be named beside it.
        is_whole = declared.day in days and not known.filing_places
        places = () if is_whole or not declared.filing_place else (declared.filing_place,)
        days[declared.day] = Closed(
            "declared", known.name or declared.name, known.filing_places + places
        )
    if record.weekly_rest_days is None:
        return _Year(days, _ASSUMED_REST_DAYS, "declared", "assumed")
    return _Year(days, record.weekly_rest_days, "declared", "declared")


def declares_rest_days(reader: RegisterReader, office: str, year: int) -> bool:
    """Return whether the office declared its weekly days of rest of this year."""
    declared = _read_year(reader.get(closed_days_key(office, year)))
    return declared.basis_of_rest_days == "declared"


def _closed(year: _Year, day: date, *, by_place: bool) -> Closed | None:
    declared = year.closed.get(day)
    if declared is not None and (by_place or not declared.filing_places):
        return declared
    weekday = day.weekday()
    if weekday in year.rest_days:
        return Closed(year.basis_of_rest_days, WEEKDAYS[weekday].capitalize())
    return None
