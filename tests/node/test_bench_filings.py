"""The benchmark's numbers: no two of them are one number to the register."""

from datetime import date

import pytest

from ledger.register.numbers import is_exact, normalise
from node.bench.filings import FILED, Numbers

OFFICES = ["AU", "EP", "JP", "US"]
"""Whose numbers the benchmark knows."""


def key_of(office: str, text: str) -> str:
    number = normalise(office, "patent", text, date.fromisoformat(FILED))
    assert is_exact(office, number), text
    return number.match_key


@pytest.mark.parametrize("office", OFFICES)
def test_an_office_s_numbers_are_different_ones_to_the_last(office: str) -> None:
    numbers = Numbers()
    first = numbers.take(office, 1_000)
    numbers.take(office, 997_999)
    taken = [*first, *numbers.take(office, 1_000)]
    assert len({key_of(office, number) for number in taken}) == 2_000


@pytest.mark.parametrize("office", OFFICES)
def test_numbers_that_have_run_out_end_the_benchmark(office: str) -> None:
    numbers = Numbers()
    numbers.take(office, 999_999)
    with pytest.raises(ValueError, match=f"expected at most 999,999 numbers of {office}"):
        numbers.take(office, 1)
