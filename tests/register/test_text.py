"""What the rules read must not depend on the interpreter's tables of characters (decision 7)."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.register.numbers import normalise
from ledger.register.numbers.offices import australian, japanese
from ledger.register.numbers.rule import read
from ledger.register.text import trim, without_spaces

RULES = Path(__file__).parents[2] / "ledger" / "register"


def test_only_ascii_white_space_is_trimmed() -> None:
    assert trim(" \t\u2003AU\u2003\n") == "\u2003AU\u2003"
    assert without_spaces("1 2\u00a03\t") == "12\u00a03"


@pytest.mark.parametrize("path", sorted(RULES.rglob("*.py")), ids=lambda path: path.stem)
def test_no_rule_strips_or_splits_by_the_interpreters_white_space(path: Path) -> None:
    if path.name == "offices.py":
        return  # It splits its own table, which is ASCII.
    bare = re.findall(r"\.(?:strip|lstrip|rstrip|split)\(\)|\\s", path.read_text())
    assert bare == []


@given(st.integers(1990, 2030), st.integers(0, 999_999), st.none() | st.dates())
def test_the_short_way_of_a_printed_form_says_what_the_rule_says(
    year: int, serial: int, filed: date | None
) -> None:
    # register.md N4
    for office, rule, text in (
        ("AU", australian.RULE, f"{year}{serial:06}"),
        ("JP", japanese.RULE, f"{year}-{serial:06}"),
    ):
        assert normalise(office, "patent", text, filed) == read(rule, "patent", text, filed)
