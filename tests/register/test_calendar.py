from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_builders import MappingReader, closed_days, day

from ledger.register.calendar import Closed, add_months, closed, extend_over_closed_days


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
    reader = MappingReader()
    monday = day("2015-09-07")  # Labor Day
    assert closed(reader, "US", monday) == Closed(is_closed=False, basis="assumed")
    reader.apply("US", closed_days(2015, "2015-09-07"))
    assert closed(reader, "US", monday) == Closed(is_closed=True, basis="declared")
    assert closed(reader, "US", day("2015-09-08")) == Closed(is_closed=False, basis="declared")
    assert closed(reader, "US", day("2015-09-05")) == Closed(is_closed=True, basis="assumed")


def test_a_last_day_moves_over_the_turn_of_the_year() -> None:
    reader = MappingReader()
    reader.apply("JP", closed_days(2010, "2010-12-30", "2010-12-31"))
    last = extend_over_closed_days(reader, "JP", day("2010-12-30"))
    assert (last.day, last.basis) == (day("2011-01-03"), "assumed")
    assert last.keys == (b"dJP2010", b"dJP2011")
    reader.apply("JP", closed_days(2011, "2011-01-03"))
    last = extend_over_closed_days(reader, "JP", day("2010-12-30"))
    assert (last.day, last.basis) == (day("2011-01-04"), "declared")
