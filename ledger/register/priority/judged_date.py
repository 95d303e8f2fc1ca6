"""The date by which a second filing is judged, and the period that its office's closed days make of it.

Each of its dates has a period of its own: a division's or national phase's ends when the office was
closed that took the filing whose date it keeps (register.md P4, P6).
"""

from datetime import date
from operator import attrgetter
from typing import NamedTuple

import msgspec

from ledger.register.periods import compute_period
from ledger.register.priority.calendar_office import CalendarOffice
from ledger.register.priority.dates import FilingDate, FilingDates
from ledger.register.reader import RegisterReader
from ledger.register.verification import Period

_DAY = attrgetter("day")
_IN_PART = "KEEPS_PARENT_DATE_IN_PART"


class Judged(NamedTuple):
    """The date that decides, and its period."""

    filed: FilingDate | None
    """None: it is not known."""
    period: Period | None
    """None: the office whose closed days count is not known."""
    doubt: str = ""
    """The reason code that tells why the period may rest on another office's calendar."""


def period_at(
    reader: RegisterReader, from_date: date, months: int, calendar: CalendarOffice
) -> tuple[Period | None, tuple[bytes, ...]]:
    """Return the period by this office's closed days, None where the office is not known, and the facts read."""
    if not calendar.office:
        return None, ()
    period, keys = compute_period(reader, from_date, months, calendar.office)
    if calendar.doubt == "RECEIVING_OFFICE_UNKNOWN":
        period = msgspec.structs.replace(period, calendar="assumed", restorable_calendar="assumed")
    return period, keys


class Periods:
    """The periods that a first filing gives at the offices asked about, each computed once."""

    def __init__(self, reader: RegisterReader, from_date: date, months: int, first: bytes) -> None:
        self._reader = reader
        self._months = months
        self._known: dict[CalendarOffice, Period | None] = {}
        self.from_date = from_date
        self.first = first
        """The first filing's fact key; empty: not found."""
        self.keys: list[bytes] = []
        """The facts read."""

    def at(self, calendar: CalendarOffice) -> Period | None:
        """Return the period by this office's closed days; None where the office is not known."""
        if calendar not in self._known:
            period, keys = period_at(self._reader, self.from_date, self._months, calendar)
            self.keys.extend(keys)
            self._known[calendar] = period
        return self._known[calendar]

    def is_late(self, filed: FilingDate) -> bool:
        """Return whether the date lies after the end of its period."""
        period = self.at(filed.calendar)
        return period is not None and filed.day > period.last_date

    def gives(self, filed: FilingDate) -> bool:
        """Return whether the date lies inside its period, or is that of the first filing itself, continued."""
        inside = filed.day > self.from_date and not self.is_late(filed)
        return inside or filed.continues(self.first)


def judge(filing_dates: FilingDates, periods: Periods) -> Judged:
    """Return the date by which the period is judged, with its period.

    The own date decides, if it counts and is not late, then a parent's inside its period, or of a
    parent that is the first filing; else the earliest original one after it.
    """
    filed = _judged_by(filing_dates, periods)
    calendar = filing_dates.calendar if filed is None else filed.calendar
    return Judged(filed, periods.at(calendar), calendar.doubt)


def _judged_by(filing_dates: FilingDates, periods: Periods) -> FilingDate | None:
    own, dates = filing_dates.own, filing_dates.dates
    is_too_early = own.day <= periods.from_date
    if is_too_early and any(filed.is_own for filed in dates):
        return own
    for filed in dates:
        if periods.gives(filed):
            return _in_part(filed, filing_dates, periods)
    if not filing_dates.is_complete or not dates:
        # However old its parents are, a division is no younger than its own date.
        return own if is_too_early and filing_dates.is_own_latest else None
    original = [filed for filed in dates if filed.is_original] or dates
    late = [filed for filed in original if periods.is_late(filed)]
    if late:
        return min(late, key=_DAY)
    counts = any(filed.is_own for filed in dates) and any(each.remark == _IN_PART for each in dates)
    if counts and periods.is_late(own):
        # All parents are older than the first filing: what was added has the own date alone.
        return own._replace(remark=_IN_PART)
    return max(original, key=_DAY)


def _in_part(filed: FilingDate, filing_dates: FilingDates, periods: Periods) -> FilingDate:
    """Return the date with the remark that a filing, which its filing continues, is not inside the period.

    What that one disclosed has its date (35 USC 120): the priority is for what was added.
    """
    chain = filed.ancestors
    behind = [each for each in filing_dates.dates if each.ancestors[: len(chain)] == chain]
    is_complete = filing_dates.is_complete or not filed.is_own
    is_whole = is_complete and all(map(periods.gives, behind))
    return filed if is_whole else filed._replace(remark=_IN_PART)
