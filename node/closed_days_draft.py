"""Drafts the closed days of an office in a year from the library of public holidays.

The library knows the law of states, `closed_days_known` some days of offices. Neither knows the days on which an
office closes by its own decision, so what comes out is a draft that the office must check before it declares it.
"""

import warnings
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import holidays
import msgspec

from ledger.register.calendar import WEEKDAYS
from ledger.register.entries import ClosedDay, Weekday, Year
from ledger.register.offices import office_code, office_name
from node.closed_days_known import known_days, remark_of_moved_days, remarks_of

_DAY = timedelta(days=1)


class Place(NamedTuple):
    """A place where filings are taken."""

    name: str
    """Empty: the only one."""
    country: str
    """ISO 3166-1, as the library has it."""
    subdivision: str | None = None
    """ISO 3166-2 without the country."""
    categories: tuple[str, ...] = ("government",)
    """Categories of the library beside the public holidays of all."""


_MUNICH = Place("Munich", "DE", "BY", ("catholic",))
"""Assumption Day is a holiday where most people are Catholic, as in Munich."""


PLACES: dict[str, tuple[Place, ...]] = {
    "AP": (Place("", "ZW"),),
    "AU": (Place("", "AU", "ACT"),),
    "BX": (Place("", "NL"),),
    "CA": (Place("", "CA", "QC"),),
    "CH": (Place("", "CH", "BE"),),
    "DE": (_MUNICH, Place("Jena", "DE", "TH"), Place("Berlin", "DE", "BE")),
    "EA": (Place("", "RU"),),
    "EM": (Place("", "ES", "VC"),),
    "EP": (_MUNICH, Place("The Hague", "NL"), Place("Berlin", "DE", "BE")),
    "ES": (Place("", "ES", "MD"),),
    "GB": (Place("", "GB", "WLS"),),
    "GC": (Place("", "SA"),),
    "IN": (
        Place("Delhi", "IN", "DL"),
        Place("Mumbai", "IN", "MH"),
        Place("Kolkata", "IN", "WB"),
        Place("Chennai", "IN", "TN"),
    ),
    "KR": (Place("", "KR", None, ("bank",)),),  # Workers' Day: Korean Patent Act Art. 14
    "OA": (Place("", "CM"),),
    "QZ": (Place("", "FR"),),
    "WO": (Place("", "CH", "GE"),),
}
"""Of offices that are not in a state of their own code, or where the days of a part of it count."""


class NoDraftError(ValueError):
    """Nothing is known from which days could be drafted."""


class ClosedDaysFile(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """A declaration of closed days in a file, to be checked and sent."""

    note: str = ""
    is_reviewed: bool = False
    """Whether a person of the office has checked every day; only then it is declared."""
    ip_office_code: str
    year: Year
    weekly_rest_day_bag: tuple[Weekday, ...] | None = None
    closed_day_bag: tuple[ClosedDay, ...]


def draft_closed_days(office: str, year: int) -> ClosedDaysFile:
    """Return the public holidays at the places of an office, observed and substitute days included.

    Raises:
        NoDraftError: the library knows nothing of a place, or nothing of it in this year.
    """
    code = office_code(office)
    days: list[ClosedDay] = []
    rest_days: set[int] = set()
    remarks = [_NOTE.format(office_name(code)), *remarks_of(code)]
    for place in PLACES.get(code, (Place("", code),)):
        with warnings.catch_warnings(record=True) as doubts:
            warnings.simplefilter("always")
            known = _holidays(code, place, year)
        if not known:
            where = place.name or place.country
            raise NoDraftError(f"no public holidays of {where} are known for {year}")
        remarks += [f"{doubt.message}" for doubt in doubts]
        broken = {day.weekday() for day in known.weekend_workdays if day.year == year}
        if not broken:
            remarks.append(remark_of_moved_days(place.country, year))
        rest_days |= known.weekend - broken
        listed = dict(known.items()) | dict(_days_of_rest(known, year, broken))
        days += [
            ClosedDay(date=day, name=name, filing_place=place.name)
            for day, name in listed.items()
            if day.year == year
        ]
        if any("estimated" in name for name in listed.values()):
            remarks.append("Days marked as estimated follow the moon.")
    return ClosedDaysFile(
        note=" ".join(filter(None, dict.fromkeys(remarks))),
        ip_office_code=code,
        year=year,
        weekly_rest_day_bag=tuple(WEEKDAYS[day] for day in sorted(rest_days)),
        closed_day_bag=tuple(sorted(days, key=lambda day: (day.date, day.filing_place))),
    )


_NOTE = (
    "DRAFT from a library of public holidays. {} must check every day and the weekly days of rest"
    " against its own list, add the days on which it closes by its own decision (such as 24 December),"
    " and then set isReviewed to true."
)


def _holidays(office: str, place: Place, year: int) -> holidays.HolidayBase:
    """The public holidays of a place, with English names where the library has them."""
    supported = holidays.list_supported_countries(include_aliases=False)
    if place.country not in supported:
        raise NoDraftError(
            f"the library of public holidays does not know {place.country}"
            f" ({office_name(office)}): write the file by hand"
        )
    entity = getattr(holidays, place.country)
    years = year if entity.start_year <= year <= entity.end_year else ()
    language = _language(entity.supported_languages)
    found: holidays.HolidayBase = entity(
        years=years, subdiv=place.subdivision, language=language, expand=False
    )
    # In categories one by one, since of a day in two of them both names would stand.
    for category in place.categories:
        if category in entity.supported_categories:
            more = entity(
                years=years,
                subdiv=place.subdivision,
                language=language,
                categories=category,
                expand=False,
            )
            for day, name in more.items():
                found.setdefault(day, name)
    if found:
        for day, name in known_days(office, year).items():
            found.setdefault(day, name)
    return found


def _language(supported: Sequence[str]) -> str | None:
    """English, the American one first; None: the names are in the only language there is."""
    english = sorted(language for language in supported if language.startswith("en"))
    return "en_US" if "en_US" in english else next(iter(english), None)


def _days_of_rest(
    known: holidays.HolidayBase, year: int, weekdays: set[int]
) -> list[tuple[date, str]]:
    """The days of rest, one by one, of the weekdays on which people work at least once in the year.

    Such as the Saturdays of a year in which some are worked in place of a bridge day.
    """
    found: list[tuple[date, str]] = []
    day = date(year, 1, 1)
    while day.year == year and weekdays:
        if day.weekday() in weekdays and day not in known.weekend_workdays and day not in known:
            found.append((day, WEEKDAYS[day.weekday()].capitalize()))
        day += _DAY
    return found
