"""Periods: which right may claim which, and what holds for every period whatever the calendar."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_builders import MappingReader, asking, closed, closed_days, day, filing

from ledger.register.calendar import WEEKDAYS, add_months
from ledger.register.entries import Right, Weekday
from ledger.register.keys import RIGHT_LETTERS
from ledger.register.periods import (
    FIRST_RIGHTS,
    PERIOD_MONTHS,
    basis_of_period,
    closed_in_words,
    compute_period,
)
from ledger.register.priority import verify_priority

RIGHTS: tuple[Right, ...] = tuple(RIGHT_LETTERS)
DATES = st.dates(date(2018, 1, 1), date(2021, 12, 31))


def test_the_table_of_periods_is_the_conventions() -> None:
    # P1: Paris Convention Art. 4C(1), 4E(1), 4E(2); UPOV 1991 Art. 11(1)
    inventions: set[Right] = {"patent", "utilityModel"}
    for first in RIGHTS:
        for second in RIGHTS:
            months = None
            if {first, second} <= inventions or first == second == "plantVariety":
                months = 12
            elif first == second or (first, second) == ("utilityModel", "design"):
                months = 6
            assert PERIOD_MONTHS.get((first, second)) == months, (first, second)
            assert (first in FIRST_RIGHTS[second]) == (months is not None), (first, second)


@pytest.mark.parametrize(
    ("first", "second", "basis"),
    [
        ("patent", "patent", "Paris Convention Art. 4C(1)"),
        ("trademark", "trademark", "Paris Convention Art. 4C(1)"),
        ("utilityModel", "design", "Paris Convention Art. 4E(1)"),
        ("patent", "utilityModel", "Paris Convention Art. 4E(2)"),
        ("plantVariety", "plantVariety", "UPOV Convention (1991) Art. 11(1)"),
    ],
)
def test_every_period_names_its_article(first: Right, second: Right, basis: str) -> None:
    # P1
    assert basis_of_period(first, second) == basis


@pytest.mark.parametrize(
    ("months", "filed", "due"),
    [
        (6, "2024-08-31", "2025-02-28"),
        (6, "2023-08-31", "2024-02-29"),
        (12, "2024-02-29", "2025-02-28"),
        (12, "2023-02-28", "2024-02-28"),
    ],
)
def test_months_of_unequal_length_end_on_the_last_day(months: int, filed: str, due: str) -> None:
    # P3: EPC Rule 131(4), PCT Rule 80.2
    period, _ = compute_period(MappingReader(), day(filed), months, "EP")
    assert period.due_date == day(due)


@given(
    DATES,
    st.sampled_from((6, 12)),
    st.sets(st.dates(date(2018, 6, 1), date(2023, 12, 31)), max_size=30),
    st.none() | st.sets(st.sampled_from(WEEKDAYS), max_size=6),
)
def test_what_holds_for_every_period(
    filed: date, months: int, closed_dates: set[date], rest_days: set[Weekday] | None
) -> None:
    # P2 to P5, P7
    reader = MappingReader()
    rest = None if rest_days is None else tuple(name for name in WEEKDAYS if name in rest_days)
    for year in {each.year for each in closed_dates}:
        dates = sorted(str(each) for each in closed_dates if each.year == year)
        reader.apply("KR", closed_days(year, *dates, rest_days=rest))
    period, keys = compute_period(reader, filed, months, "KR")
    assert filed < period.due_date <= period.last_date < period.restorable_until
    assert period.due_date == add_months(filed, months)
    assert period.restorable_until >= add_months(period.last_date, 2)
    assert closed(reader, "KR", period.last_date) is None
    assert closed(reader, "KR", period.restorable_until) is None
    assert period.extended_by_days == len(period.closed_days)
    assert [each.date for each in period.closed_days] == [
        date.fromordinal(period.due_date.toordinal() + passed)
        for passed in range(period.extended_by_days)
    ]
    assert closed_in_words(period).count("(") == period.extended_by_days
    assert {f"dKR{year}".encode() for year in (period.last_date.year, period.due_date.year)} <= set(
        keys
    )


@given(DATES, st.sets(st.dates(date(2019, 1, 1), date(2019, 12, 31)), max_size=30), DATES)
def test_one_more_closed_day_never_ends_a_period_earlier(
    filed: date, closed_dates: set[date], further: date
) -> None:
    # P4
    last_dates = []
    for dates in (closed_dates, closed_dates | {further.replace(year=2019, day=1)}):
        reader = MappingReader()
        reader.apply("KR", closed_days(2019, *sorted(map(str, dates))))
        last_dates.append(compute_period(reader, filed, 12, "KR")[0].last_date)
    assert last_dates[0] <= last_dates[1]


def test_restoration_counts_from_the_extended_end_of_the_period() -> None:
    # P5: PCT Rule 26bis.3(a), (e): Easter Monday 2025-04-21 extends to the 22nd
    reader = MappingReader()
    reader.apply("EP", closed_days(2025, "2025-04-21 Easter Monday"))
    period, _ = compute_period(reader, day("2024-04-19"), 12, "EP")
    assert (period.due_date, period.last_date) == (day("2025-04-19"), day("2025-04-22"))
    assert period.restorable_until == day("2025-06-23")  # the 22nd is a Sunday
    assert closed_in_words(period) == (
        "2025-04-19 (Saturday, assumed), 2025-04-20 (Sunday, assumed),"
        " 2025-04-21 (Easter Monday, declared)"
    )


def test_an_inventors_certificate_gives_the_priority_of_a_patent() -> None:
    # P1: Paris Convention Art. 4I(1); O7: the Soviet Union's filings keep theirs
    reader = MappingReader(("SU", "EP"))
    request = asking(("SU", "4907184", "1991-01-31"), ("EP", "1992-01-31"))
    verification = verify_priority(reader, request)
    assert verification.period is not None
    assert verification.period.months == 12
    assert verification.checks[2 - 1].result == "passed"
    assert verification.checks[8 - 1].result == "passed"


def test_plant_varieties_have_twelve_months_at_the_community_office() -> None:
    # P1: UPOV Convention of 1991 Art. 11(1)
    reader = MappingReader(("NL", "QZ"))
    reader.apply("NL", filing("RAS 2023/1234", "2023-03-01", right="plantVariety"))
    request = asking(
        ("NL", "RAS 2023/1234", "2023-03-01"),
        ("QZ", "2024-03-01"),
        first_right=None,
        right="plantVariety",
    )
    verification = verify_priority(reader, request)
    assert verification.outcome == "confirmed"
    assert verification.checks[7 - 1].legal_basis == "UPOV Convention (1991) Art. 11(1)"
