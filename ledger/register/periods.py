"""Which right may claim the priority of which, and for how long (Paris Art. 4C(1), 4E; UPOV 1991 Art. 11)."""

from datetime import date

from ledger.register.calendar import add_months, extend_over_closed_days
from ledger.register.entries import Right
from ledger.register.reader import RegisterReader
from ledger.register.verification import DayPassedOver, Period

PERIOD_MONTHS: dict[tuple[Right, Right], int] = {
    ("patent", "patent"): 12,
    ("patent", "utilityModel"): 12,
    ("utilityModel", "patent"): 12,
    ("utilityModel", "utilityModel"): 12,
    ("utilityModel", "design"): 6,
    ("design", "design"): 6,
    ("trademark", "trademark"): 6,
    ("plantVariety", "plantVariety"): 12,
}
"""Months by the rights of the first and of the second filing; other pairs have no priority.

Paris Art. 4C(1); 4E(1) for a design that claims a utility model; 4E(2) for patents and utility models;
UPOV Convention of 1991 Art. 11(1) for plant varieties, which have no part in the others.
"""
RESTORATION_MONTHS = 2
"""PCT Rule 26bis.3(a), PLT Rule 14(4)(a)."""

FIRST_RIGHTS: dict[Right, tuple[Right, ...]] = {
    "patent": ("patent", "utilityModel"),
    "utilityModel": ("patent", "utilityModel"),
    "design": ("design", "utilityModel"),
    "trademark": ("trademark",),
    "plantVariety": ("plantVariety",),
}
"""Rights whose priority a filing of a right may claim, the likelier first."""


def basis_of_period(first: Right, second: Right) -> str:
    """Return the article that gives the period."""
    if "plantVariety" in {first, second}:
        return "UPOV Convention (1991) Art. 11(1)"
    if first == second:
        return "Paris Convention Art. 4C(1)"
    return f"Paris Convention Art. 4E({1 if second == 'design' else 2})"


def compute_period(
    reader: RegisterReader, from_date: date, months: int, office: str
) -> tuple[Period, tuple[bytes, ...]]:
    """Return the period that a date gives at an office, and the keys of the calendars it rests on."""
    due = add_months(from_date, months)
    last = extend_over_closed_days(reader, office, due)
    # The two months run from the end of the period, which is the extended one, and are extended too.
    restorable = extend_over_closed_days(reader, office, add_months(last.day, RESTORATION_MONTHS))
    period = Period(
        months=months,
        from_date=from_date,
        due_date=due,
        last_date=last.day,
        extended_by_days=(last.day - due).days,
        closed_days=tuple(
            DayPassedOver(day, closed.basis, closed.name, closed.filing_places)
            for day, closed in last.passed_over
        ),
        calendar_office=office,
        calendar=last.basis,
        restorable_until=restorable.day,
        restorable_calendar=restorable.basis,
    )
    return period, last.keys + restorable.keys


def closed_in_words(period: Period) -> str:
    """Return the days that the period moved over, each with its name, its places and how it is known."""
    return ", ".join(map(_in_words, period.closed_days))


def _in_words(passed: DayPassedOver) -> str:
    places = f" at {', '.join(passed.filing_place_bag)}" if passed.filing_place_bag else ""
    return f"{passed.date} ({passed.name or 'closed'}{places}, {passed.basis})"
