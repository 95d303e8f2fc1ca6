"""Numbers of the offices of western Europe: what is special to each (register.md N1 to N14)."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger.register.entries import Right
from ledger.register.numbers import format_hint, is_exact, normalise
from ledger.register.numbers.number import (
    CHECK_DIGIT_WRONG,
    FORM_AMBIGUOUS,
    FORMAT_UNUSUAL,
    RIGHT_DIFFERS,
    Number,
)

_VECTORS = Path(__file__).parents[1] / "vectors" / "number_forms_western_europe.json"
ROWS: list[dict[str, Any]] = json.loads(_VECTORS.read_text())
OFFICES = sorted({row["office"] for row in ROWS})
RIGHTS: tuple[Right, ...] = ("patent", "utilityModel", "design", "trademark")


def read(office: str, text: str, filed: str = "", right: Right = "patent") -> Number:
    return normalise(office, right, text, date.fromisoformat(filed) if filed else None)


def key(office: str, text: str, filed: str = "", right: Right = "patent") -> str:
    return read(office, text, filed, right).match_key


@pytest.mark.parametrize("office", OFFICES)
def test_every_office_has_a_hint_and_four_rows(office: str) -> None:
    assert sum(row["office"] == office for row in ROWS) >= 4
    assert any(format_hint(office, right) for right in RIGHTS)


@pytest.mark.parametrize(
    "text",
    [
        "30 25 842.5",  # DPMA Mitteilung 3/83, until 1980
        "31 30 619.5",  # and since 1981
        "195 00 002.1",
        "103 60 860.5",
        "10 2004 047 020.0",
        "10 2007 004 488.9",
        "10 2007 045 776.8",
        "10 2012 019 863.9",
        "10 2014 218 224.7",
        "10 2018 002 630.3",
    ],
)
def test_real_german_check_digits_fit_and_any_other_one_is_doubted(text: str) -> None:
    # register.md N3
    number = read("DE", text)
    assert number.warnings == ()
    for digit in "0123456789":
        other = read("DE", text[:-1] + digit)
        assert other.match_key == number.match_key
        assert other.warnings == (() if text.endswith(digit) else (CHECK_DIGIT_WRONG,))


def test_a_german_sum_that_leaves_one_tells_no_check_digit() -> None:
    # 11 less 1 is no digit: what is printed then is not known
    numbers = [read("DE", f"36 04 {serial:03}.{digit}") for serial in range(11) for digit in "07"]
    doubted = [CHECK_DIGIT_WRONG in number.warnings for number in numbers]
    assert any(not (doubted[place] or doubted[place + 1]) for place in range(0, 22, 2))


def test_a_glued_german_check_digit_is_read_where_it_fits_and_is_never_guessed() -> None:
    # 3025842.5 of 1980, or utility model 302 58 425 of no kind: a mark of 2002
    glued = read("DE", "30258425", "1980-07-08")
    assert (glued.match_key, glued.warnings) == ("3025842", ())
    assert read("DE", "P30258424").match_key == "P30258424"
    undated = read("DE", "30258425")
    assert {undated.match_key, *undated.alternatives} == {"3025842", "30258425"}


def test_german_digits_that_are_a_utility_model_or_an_epodoc_number_are_read_by_right_and_date() -> (
    None
):
    assert key("DE", "202010032797", "2010-07-30", "utilityModel") == "202010032797"
    assert key("DE", "DE202010032797", "2020-07-30") == "102020032797"
    undated = read("DE", "202010032797")
    assert {undated.match_key, *undated.alternatives} == {"202010032797", "102020032797"}
    assert FORM_AMBIGUOUS in undated.warnings


def test_a_german_number_tells_its_right() -> None:
    # register.md N13
    for text, right in [
        ("20 2015 102 833", "utilityModel"),
        ("G 88 06 446", "utilityModel"),
        ("40 2012 000 123", "design"),
        ("30 2012 012 345.6/09", "trademark"),
        ("303 12 345.6/09", "trademark"),
    ]:
        number = read("DE", text, right="trademark" if right == "trademark" else "patent")
        assert number.right == right
        assert (RIGHT_DIFFERS in number.warnings) == (right != "trademark")


def test_british_seven_digits_are_told_apart_by_the_date() -> None:
    # 12177/64 or 1217764.x of 2012
    assert key("GB", "1217764", "1964-03-23") == "1217764"
    assert key("GB", "1217764", "2012-10-04") == "201217764"
    undated = read("GB", "1217764")
    assert {undated.match_key, *undated.alternatives} == {"1217764", "201217764"}
    assert not is_exact("GB", undated)


def test_both_british_series_of_1978_keep_their_own_keys() -> None:
    assert key("GB", "19128/78", "1978-05-12") != key("GB", "7819128", "1978-08-01")


def test_british_letters_of_the_old_days_distinguish_two_filings_of_one_number() -> None:
    assert key("GB", "GB.190213320D.A") == "190213320D"
    assert key("GB", "GB.190213320T.A") == "190213320T"


def test_a_bare_european_number_is_read_in_portugal_where_it_can_be_no_running_number() -> None:
    # register.md N11: a running number with two digits of the year has no leading zero
    bare = normalise("PT", "patent", "06012345", date(2006, 6, 9))
    assert (bare.canonical, bare.warnings) == ("06012345.2", ())
    assert normalise("PT", "patent", "10412308", date(2008, 7, 17)).match_key == "104123"


def test_the_part_of_a_european_patent_never_meets_a_number_of_the_state() -> None:
    # DOCDB's kind T: 06012345 is the European number
    for office in ("AT", "DK", "ES", "FI", "NO", "PT"):
        assert key(office, f"{office}.06012345.T") == "T06012345"
        assert read(office, "06012345.3 T").warnings == (CHECK_DIGIT_WRONG,)
    assert key("SE", "SE.06012345.T") == "06012345T" != key("SE", "0601234-5")
    assert key("IE", "IE.20051234.T") == "20051234T" != key("IE", "2005/1234")
    assert key("AT", "AT.12312001.A", "2001-08-07") == "200101231"
    assert key("AT", "AT.12312001.T", "2012-08-07") == "T12312001"


def test_a_number_of_a_far_later_year_is_read_by_its_other_form() -> None:
    # register.md N4: a patent lasts twenty years, so does the time for divisions
    assert key("GB", "3026370", "1970-06-22") == "3026370"
    assert key("SE", "1234569", "1969-09-05") == "196912345"
    assert read("FR", "2434232", "1976-01-05").warnings == ("YEAR_DIFFERS_FROM_DATE",)


def test_numbers_of_which_no_form_is_known_keep_their_letters_and_digits() -> None:
    texts: list[tuple[str, Right, str]] = [
        ("BE", "patent", "217307"),
        ("DE", "patent", "190818447X"),
        ("DE", "patent", "DE 1 234 567"),
        ("EM", "trademark", "EM500000018457439"),
        ("EM", "design", "002532895"),
        ("IT", "patent", "UB2015A001234"),
    ]
    for office, right, text in texts:
        number = normalise(office, right, text, None)
        assert FORMAT_UNUSUAL in number.warnings, number
        assert number.match_key == "".join(filter(str.isalnum, text)).removeprefix(office)
        assert not is_exact(office, number)


def test_marks_and_designs_have_forms_of_their_own() -> None:
    assert key("FR", "19 4 542 345", right="trademark") == key("FR", "4542345", right="trademark")
    assert key("FR", "20190973", right="design") == "20190973"
    assert key("GB", "UK00003123456", right="trademark") == key("GB", "3123456", right="trademark")
    assert key("GB", "6012345", right="design") == "6012345"
    assert key("FI", "T201551234", right="trademark") == "201551234"
    assert key("SE", "2012/01234", right="trademark") == "201201234"
    assert key("AT", "AM 50001/2014", right="trademark") == "201450001"
    assert key("ES", "M3123456", right="trademark") == "3123456"
    assert read("IT", "MI2010C007890").right == "trademark"
