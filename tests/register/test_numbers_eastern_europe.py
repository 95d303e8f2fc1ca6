"""Numbers of the offices of eastern Europe and western Asia: what is special to each (register.md N1 to N14)."""

from datetime import date

import pytest

from ledger.register.entries import Right
from ledger.register.numbers import Number, is_exact, normalise, written


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def key(office: str, text: str, filed: str = "", right: Right = "patent") -> str:
    return read(office, text, filed, right).match_key


def read(office: str, text: str, filed: str = "", right: Right = "patent") -> Number:
    return normalise(office, right, text, day(filed))


@pytest.mark.parametrize(
    "text",
    ["2011138702/28", "2011138702", "2011138702/28(058123)", "RU 2011138702/28", "RU20110138702"],
)
def test_the_department_behind_a_russian_number_is_dropped(text: str) -> None:
    assert key("RU", text) == "2011138702"


def test_a_filing_taken_over_from_the_soviet_union_keeps_its_seven_digits() -> None:
    assert key("RU", "5012345/26", "1991-11-15") == "5012345"
    assert key("RU", "RU19915012345", "1991-11-15") == "5012345"
    assert key("SU", "4907184/23-26") == key("SU", "4907184/28") == "4907184"


def test_a_russian_serial_number_tells_designs_and_marks() -> None:
    assert read("RU", "2019502134").right == "design"
    assert read("RU", "2019712345").warnings == ("RIGHT_DIFFERS",)
    assert read("RU", "2019712345", right="trademark").warnings == ()


@pytest.mark.parametrize(
    ("text", "filed"),
    [
        ("PP 1725-99", "1999-09-09"),
        ("172599", "1999-09-09"),
        ("SK.172599.A", ""),
        ("SK19990001725", ""),
    ],
)
def test_slovak_numbers_have_two_digits_of_the_year_until_1999(text: str, filed: str) -> None:
    assert key("SK", text, filed) == "199901725"
    assert key("SK", "18872000") == key("SK", "PP 1887-2000") == "200001887"


def test_hungarian_numbers_change_from_the_year_behind_to_the_year_in_front() -> None:
    assert key("HU", "2442/86") == key("HU", "244286") == key("HU", "HU19860002442")
    assert key("HU", "P 92 01234") == key("HU", "9201234") == "199201234"
    assert read("HU", "RI-615").warnings == ("FORMAT_UNUSUAL",)


def test_romanian_seven_digits_are_a_serial_number_with_the_year_added_or_a_year_in_front() -> None:
    assert key("RO", "9300170", "1993-01-25") == key("RO", "93-00170") == "199300170"
    assert key("RO", "9300170", "1970-06-01") == key("RO", "93001") == "93001"
    undated = read("RO", "9300170")
    assert {undated.match_key, *undated.alternatives} == {"199300170", "93001"}
    assert not is_exact("RO", undated)


def test_ukrainian_numbers_have_the_month_until_2004_and_letters_from_2005() -> None:
    assert key("UA", "2003088071") != key("UA", "a200308071")
    assert key("UA", "97105123") == "19971005123"
    assert key("UA", "UA20030088071") == key("UA", "2003088071")
    cyrillic = "\u0430200510814"
    assert key("UA", cyrillic) == key("UA", "a 2005 10814") == key("UA", "2005010814")
    assert read("UA", "u200510814").warnings == ("RIGHT_DIFFERS",)


def test_greek_numbers_lose_a_zero_in_the_databases() -> None:
    assert key("GR", "20010100544") == key("GR", "2001100544") == key("GR", "GR20010100544")
    assert key("GR", "970100123") == key("GR", "97100123") == "19970100123"
    assert key("GR", "20130200123", right="utilityModel") == "20130200123"


def test_a_moldovan_number_without_letter_may_be_of_a_patent_of_short_term() -> None:
    assert read("MD", "a 2010 0045").alternatives == ()
    assert key("MD", "s 2010 0045") == "S20100045"
    assert read("MD", "20100045").alternatives == ("S20100045",)
    assert read("MD", "20050130").alternatives == ()


def test_czech_numbers_of_the_nineties_are_read_with_the_year_on_either_side() -> None:
    assert key("CZ", "PV 1234-93") == key("CZ", "PV 1993-1234") == key("CZ", "123493", "1993-05-05")
    assert key("CZ", "O-512345", right="trademark") == key("CZ", "512345", right="trademark")
    either = read("CZ", "200199")
    assert {either.match_key, *either.alternatives} == {"199902001", "200100099"}


def test_the_year_that_the_databases_add_is_left_out() -> None:
    assert read("BG", "10643102", "2002-02-25").notes == ("YEAR_ADDED",)
    assert read("PL", "35864903", "2003-02-01").notes == ("YEAR_ADDED",)
    assert key("BG", "BG/P/2019/112867") == key("BG", "112867")


def test_a_short_polish_number_is_not_written_where_it_would_be_read_as_another() -> None:
    filed = date(1975, 4, 1)
    number = normalise("PL", "utilityModel", "W.1234", filed)
    assert written("PL", number, filed).docdb == ""
    assert number.match_key == "1234"


def test_serbian_numbers_are_read_in_both_scripts() -> None:
    assert key("RS", "\u041f-2015/0406") == key("RS", "P-2015/0406") == "20150406"
    assert key("RS", "P-406/05") == key("RS", "P-2005/0406")


def test_numbers_of_the_registers_of_the_east_name_their_right() -> None:
    assert read("KZ", "2012/0012.2").right == "utilityModel"
    assert key("KZ", "930123.1") == key("KZ", "1993/0123.1") == "19930123"
    assert read("GE", "AU 2005 012345").right == "utilityModel"
    assert read("BY", "\u0430 20050123").canonical == "a 20050123"
    assert read("AM", "AM20140064").canonical == "P20140064"
    assert read("AM", "98033").canonical == "98033"


def test_baltic_and_turkish_forms_old_and_new_meet() -> None:
    assert key("LV", "P-14-123") == "2014000123"
    assert key("LV", "LVP2021000012") == key("LV", "P-21-12")
    assert key("EE", "P9900123") == "199900123" != key("EE", "P200000123")
    assert key("LT", "96-045") == "19960045"
    assert key("TR", "95/01234") == key("TR", "1995/01234") == key("TR", "9501234")
    assert key("TR", "2022/001234") == key("TR", "2022001234") == "2022001234"


def test_czechoslovak_numbers_are_none_of_serbia_and_montenegro() -> None:
    assert key("CS", "PV 5342-89") == key("CS", "534289") == key("CS", "CS19890005342")
    assert read("CS", "P-1080/04").warnings == ("FORMAT_UNUSUAL",)


@pytest.mark.parametrize(
    ("glued", "dotted"),
    [
        ("RU2011138702A", "RU.2011138702.A"),
        ("PL39541711A", "PL.39541711.A"),
        ("SK1122008U", "SK.1122008.U"),
        ("UA2005010814U", "UA.2005010814.U"),
        ("YUP108004A", "YU.P108004.A"),
    ],
)
def test_the_kind_is_read_without_the_dots_of_docdb(glued: str, dotted: str) -> None:
    office, right = glued[:2], read(glued[:2], dotted).right
    assert read(office, glued).right == right
    assert key(office, glued, right=right) == key(office, dotted, right=right)
    assert read(office, glued, right=right).warnings == ()


def test_a_ukrainian_number_of_2003_is_read_with_a_letter_before_it() -> None:
    assert key("UA", "a 2003 088071") == key("UA", "2003088071") == key("UA", "UA.2003088071.A")
    assert key("UA", "u 2009 08242", right="utilityModel") == "2009008242"
    assert key("UA", "2009008242", right="utilityModel") == "2009008242"


def test_a_bulgarian_utility_model_is_read_with_the_year_that_fits_the_date() -> None:
    assert key("BG", "434519", "2019-05-05", right="utilityModel") == "4345"
    assert key("BG", "109553", "2006-05-05", right="utilityModel") == "109553"
