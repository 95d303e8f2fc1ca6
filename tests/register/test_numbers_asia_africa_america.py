"""Numbers of the offices of Asia, Africa and America: what is special to each (register.md N1 to N14)."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from ledger.register.entries import Right
from ledger.register.numbers import Number, is_exact, normalise, written

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "number_forms_asia_africa_america.json").read_text()
)


def number_of(office: str, text: str, filed: str = "", right: Right = "patent") -> Number:
    return normalise(office, right, text, date.fromisoformat(filed) if filed else None)


def key(office: str, text: str, filed: str = "", right: Right = "patent") -> str:
    return number_of(office, text, filed, right).match_key


def test_offices_with_many_published_numbers_have_four_of_them() -> None:
    offices = [row["office"] for row in VECTORS]
    for office in ("AR", "AU", "BR", "CA", "CN", "IL", "IN", "JP", "KR", "MX", "NZ", "SG", "TW"):
        assert offices.count(office) >= 4, office


CHINESE = """
202111286633.X 202110991218.8 201510481495.9 202180002433.9 200880114428.1
01800565.9 00814037.5 200510113767.6 202310455644.9
"""


@pytest.mark.parametrize("printed", CHINESE.split())
def test_real_chinese_check_digits_fit_and_others_do_not(printed: str) -> None:
    assert number_of("CN", printed).warnings == ()
    wrong = "0" if printed[-1] != "0" else "1"
    doubted = number_of("CN", printed[:-1] + wrong)
    assert doubted.warnings == ("CHECK_DIGIT_WRONG",)
    assert doubted.match_key == printed[:-2]
    assert doubted.canonical == printed


@pytest.mark.parametrize(
    ("office", "text", "right"),
    [
        ("TW", "102221479", "utilityModel"),
        ("TW", "102300123", "design"),
        ("KR", "20-2006-0030344", "utilityModel"),
        ("KR", "KR20060030344U", "utilityModel"),
        ("KR", "40-2016-0012345", "trademark"),
        ("KR", "41-2005-0012345", "trademark"),
        ("CN", "201320545412.4", "utilityModel"),
        ("CN", "202130012345", "design"),
        ("CN", "202021000123", "utilityModel"),
        ("BR", "BR 20 2013 012345", "utilityModel"),
        ("BR", "MU 8801869", "utilityModel"),
        ("BR", "DI 6801234", "design"),
        ("MX", "MX/u/2015/000123", "utilityModel"),
        ("MX", "MX/f/2015/000123", "design"),
        ("AR", "M 2020 01 00025", "utilityModel"),
        ("CU", "CU/T/2022/0234567", "trademark"),
        ("SG", "40201500123X", "trademark"),
        ("ZA", "F2014/01234", "design"),
        ("PH", "2-2013-000022", "utilityModel"),
        ("VN", "3-2013-00123", "design"),
        ("TH", "1302001234", "design"),
        ("JP", "意願2010-001234", "design"),
        ("JP", "JP2010001234U", "utilityModel"),
    ],
)
def test_a_number_that_names_a_right_is_of_that_right(office: str, text: str, right: Right) -> None:
    """register.md N13."""
    number = number_of(office, text)
    assert (number.right, number.warnings) == (right, ("RIGHT_DIFFERS",))


def test_innovation_patents_of_australia_are_patents() -> None:
    number = number_of("AU", "2014100123", "2014-02-12", "utilityModel")
    assert (number.right, number.warnings) == ("patent", ("RIGHT_DIFFERS",))


def test_a_second_record_of_an_australian_application_is_the_same_filing() -> None:
    first, second = (number_of("AU", f"AU.1980062492.{kind}", "1980-09-16") for kind in "AD")
    assert (first.match_key, first.right) == (second.match_key, second.right)
    assert written("AU", first, date(1980, 9, 16)) == ("", "AU19800062492", "")


def test_years_of_the_republic_of_china_and_of_eras_are_noted_as_converted() -> None:
    assert number_of("TW", "102123963", "2013-07-04").notes == ("YEAR_CONVERTED",)
    assert number_of("TW", "097145995", "2008-11-27").match_key == "97145995"
    assert number_of("JP", "平11-097727", "1999-04-05").notes == ("YEAR_CONVERTED",)


def test_a_year_of_the_republic_of_china_is_compared_with_the_filing_date() -> None:
    """register.md N4."""
    assert number_of("TW", "102123963", "2013-07-04").warnings == ()
    assert number_of("TW", "102123963", "2014-07-04").warnings == ("YEAR_DIFFERS_FROM_DATE",)


@pytest.mark.parametrize(
    ("text", "filed", "expected", "alternatives"),
    [
        ("63-123456", "1988-05-20", "1988123456", ()),
        ("63-123456", "", "1988123456", ("1963123456",)),
        ("11-097727", "", "1999097727", ()),
        ("14587079", "1979-11-09", "1979145870", ()),
        ("10021588", "1988-04-25", "1988100215", ("1998021588",)),
        ("10021588", "1998-02-03", "1998021588", ()),
        ("JP.10021588.A", "1988-04-25", "1988100215", ()),
        ("昭和63年特許願第123456号", "", "1988123456", ()),
        ("SHO 63-123456", "", "1988123456", ()),
        ("平成元年特許願第12345号", "", "1989012345", ()),
    ],
)
def test_japanese_years_are_told_by_the_date_or_kept_both(
    text: str, filed: str, expected: str, alternatives: tuple[str, ...]
) -> None:
    """register.md N11."""
    number = number_of("JP", text, filed)
    assert (number.match_key, number.alternatives) == (expected, alternatives)


@pytest.mark.parametrize(
    ("office", "one", "other", "right"),
    [
        ("IN", "1234/DEL/2014", "1234/DELNP/2014", "patent"),
        ("IN", "123/MUM/2001", "IN/PCT/2001/00123/MUM", "patent"),
        ("IN", "201611000001", "201621000001", "patent"),
        ("IN", "230252", "230252-001", "design"),
        ("KR", "40-2005-0012345", "41-2005-0012345", "trademark"),
        ("CN", "12345678", "12345678A", "trademark"),
        ("CA", "102697", "102697-01", "trademark"),
        ("SG", "10201500764V", "11201500764V", "patent"),
        ("BR", "BR 10 2013 033629", "BR 11 2013 033629", "patent"),
        ("BR", "PI 0603782", "BR 10 2006 003782", "patent"),
        ("MX", "MX/a/2006/001234", "PA/a/2006/001234", "patent"),
        ("AU", "PN 9566", "9566/96", "patent"),
        ("CO", "NC2016/0012345", "16-012345", "patent"),
        ("TW", "97145995", "102145995", "patent"),
        ("HK", "13111688", "14111688", "patent"),
    ],
)
def test_numbers_of_two_series_never_meet(office: str, one: str, other: str, right: Right) -> None:
    assert key(office, one, "", right) != key(office, other, "", right)


def test_marks_are_not_read_as_the_patents_whose_shape_they_have() -> None:
    assert number_of("CN", "94118065", "2026-01-05", "trademark").right == "trademark"
    assert key("IL", "33812321", "2021-01-05", "trademark") == "33812321"


def test_both_readings_of_a_singaporean_number_without_hyphen_are_kept() -> None:
    number = number_of("SG", "1997003500", "1997-09-23")
    assert (number.match_key, number.alternatives) == ("199703500", ("199700350",))
    assert not is_exact("SG", number)


def test_check_letters_of_singapore_are_shown_and_not_compared() -> None:
    number = number_of("SG", "10201500764V")
    assert (number.canonical, number.match_key) == ("10201500764V", "10201500764")
    assert key("SG", "10201500764") == number.match_key
    assert key("SG", "200405663-6") == key("SG", "2004056636") == key("SG", "200405663")


def test_a_brazilian_utility_model_counts_its_year_from_1920_and_a_design_from_1940() -> None:
    assert number_of("BR", "MU8801869", "2008-08-22", "utilityModel").warnings == ()
    assert number_of("BR", "DI6801869", "2008-08-22", "design").warnings == ()
    assert number_of("BR", "PI8801869", "2008-08-22").warnings == ("YEAR_DIFFERS_FROM_DATE",)


def test_seven_old_brazilian_digits_are_told_by_the_date() -> None:
    assert key("BR", "7512374", "1975-03-03") == "PI7512374"
    assert key("BR", "7512374", "1974-03-03") == "1974075123"
    assert number_of("BR", "7512374").alternatives == ("1974075123",)


def test_numbers_without_a_year_need_the_date_for_docdb_and_epodoc() -> None:
    for office, text in (("IL", "202628"), ("NZ", "615764")):
        number = number_of(office, text)
        assert written(office, number, None) == ("", "", "")
        late = written(office, number, date(2013, 12, 31) + timedelta(days=1))
        assert late == (f"{office}.{text}14.A", f"{office}20140{text}", "")


def test_a_year_that_others_added_is_not_of_the_key_but_doubts_another_date() -> None:
    """register.md N4."""
    number = number_of("NZ", "61576413", "2013-10-01")
    assert (number.match_key, number.notes, number.warnings) == ("615764", ("YEAR_ADDED",), ())
    assert number_of("NZ", "61576413", "2011-10-01").warnings == ("YEAR_DIFFERS_FROM_DATE",)


@pytest.mark.parametrize(
    ("office", "text"),
    [
        ("CA", "807375D"),
        ("TW", "102300001D01"),
        ("MY", "PI 20091234"),
        ("MX", "MX/E/2015/000344"),
        ("KR", "30-2016-0012345 M001"),
        ("HK", "HK1234567"),
        ("ZA", "ZA2014/123456"),
    ],
)
def test_a_form_that_is_not_known_is_kept_and_denies_nothing(office: str, text: str) -> None:
    """register.md N2, N10."""
    number = number_of(office, text)
    assert "FORMAT_UNUSUAL" in number.warnings
    assert not is_exact(office, number)
