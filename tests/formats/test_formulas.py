"""No cell that is written is a formula of a spreadsheet, and each is read back as it was."""

import pytest

from api.formats.spreadsheets import with_apostrophe, without_apostrophe

BEGINNINGS = ["=", "+", "-", "@", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}"]
BEGINNINGS += ["\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}", "'"]


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_text_that_begins_like_a_formula_has_an_apostrophe_in_front(beginning: str) -> None:
    text = f"{beginning}HYPERLINK(1)"
    assert with_apostrophe(text) == f"'{text}"
    assert without_apostrophe(with_apostrophe(text)) == text


@pytest.mark.parametrize("text", ["2013-1", "\N{FULLWIDTH DIGIT ONE}", "(=1)", ""])
def test_any_other_text_is_written_as_it_is(text: str) -> None:
    assert with_apostrophe(text) == without_apostrophe(text) == text
