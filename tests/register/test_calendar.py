from calendar import monthrange
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_builders import MappingReader, closed, closed_days, day

from ledger.register.calendar import (
    WEEKDAYS,
    Closed,
    add_months,
    extend_over_closed_days,
)
from ledger.register.entries import ClosedDay, ClosedDays


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-08-31", 6, "2025-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2023-02-28", 12, "2024-02-28"),
        ("1964-02-29", 12, "1965-02-28"),
        ("2010-12-31", 2, "2011-02-28"),
    ],
)
def test_months_end_on_the_same_number_or_on_the_last_day(
    start: str, months: int, end: str
) -> None:
    # EPC Rule 131(4), PCT Rule 80.2
    assert add_months(day(start), months) == day(end)


@given(st.dates(max_value=date(9990, 1, 1)), st.integers(0, 100))
def test_months_are_counted_from_the_original_date(start: date, months: int) -> None:
    end = add_months(start, months)
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day == min(start.day, monthrange(end.year, end.month)[1])


@given(st.dates(), st.integers(0, 100_000))
def test_no_date_lies_beyond_the_last_one(start: date, months: int) -> None:
    assert start <= add_months(start, months) <= date.max


def test_a_declared_day_is_closed_and_weekends_are_assumed() -> None:
    # Paris Convention Art. 4C(3), P4
    reader = MappingReader()
    labor_day = day("2015-09-07")
    assert closed(reader, "US", labor_day) is None
    reader.apply("US", closed_days(2015, "2015-09-07 Labor Day"))
    assert closed(reader, "US", labor_day) == Closed("declared", "Labor Day")
    assert closed(reader, "US", day("2015-09-08")) is None
    assert closed(reader, "US", day("2015-09-05")) == Closed("assumed", "Saturday")


def test_declared_weekly_days_of_rest_take_the_place_of_the_assumed_ones() -> None:
    # Paris Convention Art. 4C(3), P4: in Israel Friday and Saturday
    reader = MappingReader()
    friday, sunday = day("2024-05-03"), day("2024-05-05")
    assert closed(reader, "IL", friday) is None
    assert closed(reader, "IL", sunday) == Closed("assumed", "Sunday")
    reader.apply("IL", closed_days(2024, rest_days=("friday", "saturday")))
    assert closed(reader, "IL", friday) == Closed("declared", "Friday")
    assert closed(reader, "IL", sunday) is None
    reader.apply("IL", closed_days(2024, rest_days=()))
    assert closed(reader, "IL", friday) is None
    assert closed(reader, "IL", day("2023-05-07")) == Closed("assumed", "Sunday")


def test_an_office_of_several_filing_places_is_closed_when_one_of_them_is() -> None:
    # EPC Rule 134(1), Guidelines E-VIII 1.6.2.3: Munich, The Hague, Berlin; PCT Rule 80.5(iii)
    reader = MappingReader()
    repentance = "1993-11-17 Repentance and Prayer Day"
    reader.apply(
        "EP",
        closed_days(
            1993,
            f"{repentance} @Munich",
            f"{repentance} @Berlin",
            "1993-04-30 Queen's Day @The Hague",
            "1993-12-24 Christmas Eve",
            "1993-12-24 Christmas Eve @Berlin",
        ),
    )
    expected = Closed("declared", "Repentance and Prayer Day", ("Berlin", "Munich"))
    assert closed(reader, "EP", day("1993-11-17")) == expected
    expected = Closed("declared", "Queen's Day", ("The Hague",))
    assert closed(reader, "EP", day("1993-04-30")) == expected
    assert closed(reader, "EP", day("1993-12-24")) == Closed("declared", "Christmas Eve")


def test_a_last_day_moves_over_the_turn_of_the_year() -> None:
    reader = MappingReader()
    reader.apply("JP", closed_days(2010, "2010-12-30", "2010-12-31"))
    last = extend_over_closed_days(reader, "JP", day("2010-12-30"))
    assert (last.day, last.basis) == (day("2011-01-03"), "assumed")
    assert last.keys == (b"dJP2010", b"dJP2011")
    reader.apply("JP", closed_days(2011, "2011-01-03"))
    last = extend_over_closed_days(reader, "JP", day("2010-12-30"))
    assert (last.day, last.basis) == (day("2011-01-04"), "declared")


def test_a_run_of_closed_days_over_three_years_reads_each_year() -> None:
    reader = MappingReader()
    reader.apply("FR", closed_days(2017, "2017-12-31"))
    reader.apply("FR", closed_days(2018, rest_days=WEEKDAYS))
    last = extend_over_closed_days(reader, "FR", day("2017-12-31"))
    assert last.day == day("2019-01-01")
    assert last.keys == (b"dFR2017", b"dFR2018", b"dFR2019")
    assert last.basis == "assumed"


CALENDARS = st.builds(
    closed_days,
    st.sampled_from((2019, 2020, 2021)),
    rest_days=st.none() | st.sets(st.sampled_from(WEEKDAYS), max_size=6).map(tuple),
)


@given(
    st.lists(CALENDARS, max_size=3),
    st.lists(st.dates(date(2019, 1, 1), date(2021, 12, 31)), max_size=40),
    st.dates(date(2018, 12, 1), date(2022, 1, 31)),
)
def test_the_last_day_is_the_first_open_day_from_the_due_date_on(
    calendars: list[ClosedDays], dates: list[date], due: date
) -> None:
    # Paris Convention Art. 4C(3), P4
    reader = MappingReader()
    for calendar in calendars:
        bag = {each: ClosedDay(date=each) for each in dates if each.year == calendar.year}
        reader.apply("SE", msgspec.structs.replace(calendar, closed_day_bag=tuple(bag.values())))
    last = extend_over_closed_days(reader, "SE", due)
    assert last.day >= due
    assert closed(reader, "SE", last.day) is None
    between = [due + timedelta(days=passed) for passed in range((last.day - due).days)]
    assert last.passed_over == tuple((each, closed(reader, "SE", each)) for each in between)
    assert all(reason is not None for _, reason in last.passed_over)
    years = {each.year for each in (*between, last.day)}
    declared = {each.year for each in calendars}
    assert (last.basis == "declared") == (years <= declared)


@given(st.dates(date(1883, 1, 1), date(2100, 1, 1)), st.integers(1, 12))
def test_a_period_of_months_against_an_independent_count(start: date, months: int) -> None:
    # EPC Rule 131(4), PCT Rule 80.2: the last day of the wanted month whose number is not greater
    first_of_month = start.replace(day=1)
    for _ in range(months):
        first_of_month = (first_of_month + timedelta(days=31)).replace(day=1)
    days_of_month = [first_of_month + timedelta(days=number) for number in range(31)]
    candidates = [
        each
        for each in days_of_month
        if each.month == first_of_month.month and each.day <= start.day
    ]
    assert add_months(start, months) == max(candidates)


@given(st.dates(date(1883, 1, 1), date(2100, 1, 1)), st.integers(1, 12), st.integers(0, 400))
def test_a_later_first_filing_never_has_an_earlier_last_day(
    start: date, months: int, later: int
) -> None:
    assert add_months(start, months) <= add_months(start + timedelta(days=later), months)
