"""What offices' calendars have beside the public holidays that the library knows: days that are sure, and remarks.

A day is here only where a law or the office's own rules name it. What an office decides anew each year is told in a
remark.
"""

from collections.abc import Callable
from datetime import date, timedelta

import holidays

from ledger.register.offices import OFFICES

_DAY = timedelta(days=1)
_SUNDAY = 6

_NEW_YEAR_OF_JAPAN = ((1, 2), (1, 3), (12, 29), (12, 30), (12, 31))
_NEW_YEAR_OF_JAPAN_SINCE = 1989
_INAUGURATIONS_SINCE = 1969
_PRESCRIBED_DAYS_OF_CANADA_SINCE = 2020
_YEARS_WITH_MOVED_DAYS = range(2010, 2026)
"""The years in which the library is looked at for whether a country moves days of rest."""

_REMARKS = {
    "CA": (
        "Easter Monday and the first Monday of August are no holidays of the province: check them"
        " against the prescribed days of the Patent Rules (SOR/2019-251)."
    ),
    "EP": (
        "In most years the European Patent Office closes on 24 December and from 27 to 31 December, and sometimes on"
        " 2 January, by a notice of its President in the Official Journal: these days are not drafted."
    ),
}


def _of_japan(year: int) -> dict[date, str]:
    """Act No. 91 of 1988 on the holidays of administrative organs."""
    if year < _NEW_YEAR_OF_JAPAN_SINCE:
        return {}
    return {date(year, *day): "Holiday of administrative organs" for day in _NEW_YEAR_OF_JAPAN}


def _of_the_united_states(year: int) -> dict[date, str]:
    """The day on which the President takes office: a federal holiday in the District of Columbia only.

    5 USC 6103(c), 35 USC 21(b). On a Sunday the next day is a holiday, too; on a Saturday no other is.
    """
    if year < _INAUGURATIONS_SINCE or (year - _INAUGURATIONS_SINCE) % 4:
        return {}
    day = date(year, 1, 20)
    found = {day: "Inauguration Day"}
    if day.weekday() == _SUNDAY:
        found[day + _DAY] = "Inauguration Day (observed)"
    return found


def _of_canada(year: int) -> dict[date, str]:
    """Days prescribed by the Patent Rules (SOR/2019-251, in force since 2019-10-30) that no holiday of Quebec is."""
    if year < _PRESCRIBED_DAYS_OF_CANADA_SINCE:
        return {}
    august = date(year, 8, 1)
    of_the_state = holidays.country_holidays("CA", years=year, language="en_US")
    good_friday = next(day for day, name in of_the_state.items() if name == "Good Friday")
    return {
        good_friday + 3 * _DAY: "Easter Monday",
        august + (-august.weekday() % 7) * _DAY: "Civic Holiday",
    }


_DAYS: dict[str, Callable[[int], dict[date, str]]] = {
    "CA": _of_canada,
    "JP": _of_japan,
    "US": _of_the_united_states,
}


def known_days(office: str, year: int) -> dict[date, str]:
    """The days of closing of an office, by its ST.3 code, that the library does not know, with their names."""
    return _DAYS[office](year) if office in _DAYS else {}


def remarks_of(office: str) -> tuple[str, ...]:
    """What whoever checks the draft of this office should look at."""
    body = OFFICES[office]
    remarks = (_REMARKS[office],) if office in _REMARKS else ()
    if body.kind != "organisation":
        return remarks
    return (f"{body.name} sets its own days: drafted are the holidays of its seat.", *remarks)


def remark_of_moved_days(country: str, year: int) -> str:
    """What to say of a year in which no moved days of rest are known; empty: the country moves none.

    China's State Council tells in November which Saturdays and Sundays of the next year are worked.
    """
    entity = getattr(holidays, country)
    moved = entity(years=_YEARS_WITH_MOVED_DAYS, expand=False).weekend_workdays
    if len({day.year for day in moved}) * 2 < len(_YEARS_WITH_MOVED_DAYS):
        return ""
    return (
        f"In most years weekdays and days of rest change places in {country}. Which ones in {year} is unknown here:"
        " it may not be published yet."
    )
