"""docs/sealed-filings.md says what is there: tests by their names, bytes by their vectors, reasons by their codes."""

import re
from pathlib import Path

import pytest
from builders.vectors import DIRECTORY, vectors

from api.sealed_rejections import EXPLAIN_SEALED

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/sealed-filings.md").read_text(encoding="utf-8")
ATTACKS = (ROOT / "tests/register/test_sealed_attacks.py").read_text(encoding="utf-8")


def named_in(text: str) -> set[str]:
    return set(re.findall(r"^(?:async )?def (test_\w+)\(", text, re.MULTILINE))


def test_every_test_that_the_page_names_is_where_it_says() -> None:
    """In the file that is named behind it in its row, or else with the attacks."""
    count = 0
    for row in PAGE.splitlines():
        for name, path in re.findall(r"`(test_\w+)`(?: in `(tests/\S+\.py)`)?", row):
            text = (ROOT / path).read_text(encoding="utf-8") if path else ATTACKS
            assert name in named_in(text)
            count += 1
    assert count > 20


def test_every_attack_that_is_tried_is_on_the_page_or_is_of_a_mistyped_digit() -> None:
    told = set(re.findall(r"`(test_\w+)`", PAGE))
    assert named_in(ATTACKS) - told == {"test_a_right_number_with_one_wrong_digit_leads_nowhere"}


@pytest.mark.parametrize("name", re.findall(r"`(seal_\w+)\.json`", PAGE))
def test_every_file_of_known_answers_that_the_page_names_is_there(name: str) -> None:
    assert (DIRECTORY / f"{name}.json").is_file()


def test_the_access_code_on_the_page_is_one_of_the_known_answers() -> None:
    (shown,) = re.findall(r"`(\w{4}(?:-\w{4}){5}-\w{3})`", PAGE)
    assert shown in {known["printed"] for known in vectors("seal_access_codes")}


def test_every_reason_on_the_page_is_one_of_the_register() -> None:
    reasons = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", PAGE))
    assert reasons <= set(EXPLAIN_SEALED)
