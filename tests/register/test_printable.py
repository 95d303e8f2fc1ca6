"""Which characters a text of an entry may have (register.md R10, R13)."""

import unicodedata

import pytest

from ledger.register.printable import is_printable


@pytest.mark.parametrize(
    "character",
    [
        *("\0", "\a", "\n", "\r", "\t", "\x1b", "\x7f", "\x85", "\x9b"),
        *("\u200e", "\u2028", "\u2029", "\u202e", "\ud800", "\ue000", "\U000e0001", "\U00100000"),
    ],
)
def test_what_steers_a_terminal_or_turns_the_line_is_not_printable(character: str) -> None:
    assert not is_printable(f"New {character}Year")


@pytest.mark.parametrize("text", ["", "New Year's Day", "Día de Año Nuevo", "元日", "עצמאות", "🎉"])
def test_texts_of_any_script_are_printable(text: str) -> None:
    assert is_printable(text)


def test_characters_newer_than_the_frozen_tables_are_accepted_on_every_interpreter() -> None:
    isolate = "\u2067"  # RIGHT-TO-LEFT ISOLATE, of Unicode 6.3: a format character only since then
    assert unicodedata.category(isolate) == "Cf"
    assert is_printable(f"New {isolate}Year")
