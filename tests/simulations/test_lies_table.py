"""The table of lies in docs/testing.md is written by a command: its numbers, and nothing else."""

import re
from pathlib import Path

import pytest

from simulations.byzantine import STRATEGIES
from simulations.lies_table import EVIDENCE, with_counts

TESTING = Path(__file__).parents[2] / "docs" / "testing.md"
COUNTS = {strategy.kind: 1_000 + place for place, strategy in enumerate(STRATEGIES)} | {EVIDENCE: 7}


def test_every_strategy_has_its_row_and_only_numbers_are_written() -> None:
    before = TESTING.read_text(encoding="utf-8")
    after = with_counts(before, COUNTS)
    assert "| 1,000 |" in after
    assert "evidence was owed, and found, 7 times" in after
    assert re.sub(r"[\d,]+", "", after) == re.sub(r"[\d,]+", "", before)
    assert with_counts(after, COUNTS) == after


def test_a_page_that_lacks_a_strategy_is_refused() -> None:
    text = TESTING.read_text(encoding="utf-8").replace("| equivocation |", "| other |")
    with pytest.raises(ValueError, match="equivocation"):
        with_counts(text, COUNTS)
