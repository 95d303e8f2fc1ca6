"""How numbers are read: the lenient rule, and the offices whose rules are written by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.register.entries import Right
from ledger.register.numbers import EXACT_OFFICES, Number, is_exact, normalise, read_earlier


def wide(text: str) -> str:
    """The text in full-width forms, as Japanese keyboards write digits."""
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() else sign for sign in text)


WITHOUT_RULE = ("LB", "LK", "XX")


@given(st.sampled_from(WITHOUT_RULE), st.text("0123456789ABCXYZ", min_size=1), st.data())
def test_the_lenient_rule_never_merges_two_numbers_of_other_letters_or_digits(
    office: str, text: str, data: st.DataObject
) -> None:
    other = data.draw(st.text("0123456789ABCXYZ", min_size=1))
    same = normalise(office, "patent", text, None).match_key == (
        normalise(office, "patent", other, None).match_key
    )
    assert same == (text.upper() == other.upper())


def test_numbers_that_differ_in_separators_alone_meet_by_the_lenient_rule() -> None:
    # register.md N7: forms of one number, as a rule; the date tells apart those that are not
    assert key("LB", "A 1150/77") == key("LB", "A1150-77") == "A115077"
    assert key("LB", "A 1/2019") == key("LB", "A 120/19")


def test_digits_of_all_scripts_are_read() -> None:
    assert key("EG", "\u0662\u0660\u0661\u0669/\u0661\u0662\u0663") == "2019123"
    assert (
        key("WO", "PCT/EG\u0662\u0660\u0661\u0669/\u0660\u0660\u0660\u0661\u0662\u0663")
        == "EG2019000123"
    )


def key(office: str, text: str, filed: str = "", right: Right = "patent") -> str:
    number = normalise(office, right, text, date.fromisoformat(filed) if filed else None)
    return number.match_key


@pytest.mark.parametrize(
    ("text", "filed", "expected"),
    [
        ("08/921,321", "1997-08-29", "08921321"),
        ("8/921,321", "1997-08-29", "08921321"),
        ("US 08/921321", "", "08921321"),
        (wide("08/921,321"), "", "08921321"),
        ("92132197", "1997-08-29", "08921321"),
        ("US.92132197.A", "1997-08-29", "08921321"),
        ("US19970921321", "", "08921321"),
        ("US201113167395", "", "13167395"),
        ("13167395", "2011-06-23", "13167395"),
        ("2366704", "2004-12-28", "11023667"),
        ("US.857707.P", "2007-12-21", "61008577"),
        ("US20020396363P", "2002-07-15", "60396363"),
        ("12380427", "2009-02-26", "12380427"),
        ("12436849", "1949-10-29", "03124368"),
    ],
)
def test_american_series_are_found_by_year_and_serial_number(
    text: str, filed: str, expected: str
) -> None:
    assert key("US", text, filed) == expected


@pytest.mark.parametrize("filed", ["", "2001-09-13", "2002-09-12"])
def test_both_readings_of_eight_american_digits_are_kept_whatever_the_date(filed: str) -> None:
    # 09/952,716 of 2001, in DOCDB's form; or 95/271,601
    when = date.fromisoformat(filed) if filed else None
    number = normalise("US", "patent", "95271601", when)
    assert {number.match_key, *number.alternatives} == {"09952716", "95271601"}
    assert "FORM_AMBIGUOUS" in number.warnings


def test_a_mark_series_is_no_reading_of_a_patent_number() -> None:
    number = normalise("US", "patent", "77575304", date(2005, 2, 10))
    assert (number.match_key, number.alternatives) == ("10775753", ())


def test_american_designs_and_marks_keep_their_series() -> None:
    assert key("US", "37799610", "2010-10-28", "design") == "29377996"
    assert key("US", "29/377,996", "2010-10-28", "design") == "29377996"
    assert key("US", "87881347", "2018-04-17", "trademark") == "87881347"


@pytest.mark.parametrize(
    "text",
    [
        "11-097727",
        "平11-097727",
        "特願平11-097727",
        "平成11年特許願第097727号",
        "H11-97727",
        "JP 11-097727",
        "9772799",
        "1999-097727",
        "JP19990097727",
        wide("平11-097727"),
    ],
)
def test_japanese_eras_meet_the_gregorian_year(text: str) -> None:
    assert key("JP", text, "1999-04-05") == "1999097727"


def test_showa_numbers_are_of_1925_and_so_many_years() -> None:
    assert key("JP", "昭63-123456") == "1988123456"
    assert key("JP", "63-123456", "1988-05-20") == "1988123456"
    assert key("JP", "12345688", "1988-05-20") == "1988123456"


def test_a_japanese_number_that_names_another_right_is_doubted() -> None:
    assert normalise("JP", "patent", "実願2010-001234", None).warnings == ("RIGHT_DIFFERS",)
    assert normalise("JP", "patent", "2010-001234 U", None).warnings == ("RIGHT_DIFFERS",)
    assert normalise("JP", "utilityModel", "2010-001234 U", None).warnings == ()


def test_european_check_digits_are_completed_and_doubted_but_never_compared() -> None:
    filed = date(2010, 6, 24)
    good = Number("EP10167109", "10167109.7", "10167109", "patent")
    assert normalise("EP", "patent", "EP10167109", filed) == good
    wrong = normalise("EP", "patent", "10167109.4", filed)
    assert (wrong.match_key, wrong.warnings) == ("10167109", ("CHECK_DIGIT_WRONG",))
    assert key("EP", "101671097") == key("EP", "10 167 109.7") == "10167109"
    assert key("EP", "EP20100167109") == "10167109"


@pytest.mark.parametrize(
    "printed", ["98660050.0", "00957359.3", "01902442.1", "16839078.9", "23173822.0"]
)
def test_real_european_check_digits_fit(printed: str) -> None:
    assert normalise("EP", "patent", printed, None).warnings == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2013287263", "2013287263"),
        ("AU 2013287263", "2013287263"),
        ("AU20130287263", "2013287263"),
        ("80191/91", "1991080191"),
        ("AU 80191/91", "1991080191"),
        ("1991080191", "1991080191"),
        ("PN 9566", "PN9566"),
        ("PN9566/96", "PN9566"),
        ("PN956696", "PN9566"),
    ],
)
def test_australian_forms_old_and_new_meet(text: str, expected: str) -> None:
    assert key("AU", text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "PCT/GB02/04635",
        "PCT/GB2002/004635",
        "GB.0204635.W",
        "GB0204635",
        "WO2002GB04635",
        "gb02/4635",
    ],
)
def test_forms_of_an_international_application_meet(text: str) -> None:
    assert key("WO", text) == key("IB", text) == "GB2002004635"


@pytest.mark.parametrize(
    ("office", "text"),
    [("EP", "1000000"), ("EP", "EP 1 000 000 A1"), ("WO", "WO 2013/050328"), ("WO", "WO02/12345")],
)
def test_a_publication_number_is_not_taken_for_an_application_number(
    office: str, text: str
) -> None:
    number = normalise(office, "patent", text, date(2001, 1, 2))
    assert number.warnings == ("FORMAT_UNUSUAL", "PUBLICATION_NUMBER")
    assert not is_exact(office, number)


def test_a_receiving_office_is_an_office() -> None:
    for text in ("PCT/QQ2013/032081", "PCT/WO2013/032081", "QQ13/32081"):
        assert normalise("WO", "patent", text, None).warnings[0] == "FORMAT_UNUSUAL"
    assert normalise("WO", "patent", "PCT/IB2013/032081", None).warnings == ()


def test_short_international_numbers_are_read_with_their_century() -> None:
    assert key("WO", "PCT/US13/32081") == key("WO", "PCT/US2013/032081") == "US2013032081"
    assert key("WO", "PCT/US96/18477") == "US1996018477"


def test_a_number_older_than_its_filing_is_doubted_and_a_younger_one_is_not() -> None:
    divisional = normalise("EP", "patent", "14154144", date(2011, 12, 19))
    assert divisional.warnings == ()
    assert normalise("JP", "patent", "2020-536678", date(2018, 12, 27)).warnings == ()
    older = normalise("JP", "patent", "2010-536678", date(2018, 12, 27))
    assert older.warnings == ("YEAR_DIFFERS_FROM_DATE",)


def test_text_without_letters_and_digits_is_a_missing_number() -> None:
    for office in (*EXACT_OFFICES, *WITHOUT_RULE):
        number = normalise(office, "patent", " /.- ", None)
        assert (number.match_key, number.warnings) == ("", ("NUMBER_MISSING",))


def test_own_country_code_is_dropped_however_often() -> None:
    assert key("FR", "FR FR2434232") == key("FR", "FR 2434232") == key("FR", "2434232")


def test_a_sign_that_younger_unicode_tables_fold_keeps_its_own_key() -> None:
    """U+1E030 came with Unicode 15, which folds it; nodes on older and newer interpreters must agree."""
    for office in ("CN", "AU", "JP"):
        number = normalise(office, "patent", "12\U0001e030", None)
        assert number.match_key == "12U1E030"


@pytest.mark.parametrize(
    ("office", "dressed", "bare"),
    [
        ("US", "(21) Appl. No.: 13/797,521", "13/797,521"),
        ("US", "Patent Application Serial No. 13/797,521", "13/797,521"),
        ("EP", "[21] Application number 10167109.7", "10167109.7"),
        ("DE", "Nr. 10 2005 012 345.6", "10 2005 012 345.6"),
        ("FR", "N\u00b0 0707161", "0707161"),
        ("JP", "\u7279\u9858\u7b2c2005-123456\u53f7", "2005-123456"),
        ("CN", "\u7b2c202111286633.X\u53f7", "202111286633.X"),
        ("KR", "\uc81c10-2013-0000001\ud638", "10-2013-0000001"),
        ("WO", "(21) PCT/US2013/032081", "PCT/US2013/032081"),
        ("NO", "No. 20131234", "20131234"),
    ],
)
def test_what_stands_beside_a_number_in_documents_is_no_part_of_it(
    office: str, dressed: str, bare: str
) -> None:
    # WIPO ST.9 codes (21) and (31); register.md N5
    read, plain = (normalise(office, "patent", text, None) for text in (dressed, bare))
    assert (read.as_given, read.match_key, read.warnings) == (
        dressed,
        plain.match_key,
        plain.warnings,
    )


def test_an_international_application_is_found_behind_such_words_too() -> None:
    # PCT Rule 4.10(a)(v); register.md N12
    office, number = read_earlier("US", "patent", "Appl. No. PCT/US2013/032081", None)
    assert (office, number.match_key) == ("WO", "US2013032081")


@pytest.mark.parametrize(
    ("office", "text"),
    [("US", "Patent No. 9123456"), ("EP", "(11) 10167109.7"), ("GB", "Patent number 2434232")],
)
def test_words_that_say_that_the_number_is_another_one_stay(office: str, text: str) -> None:
    # register.md N14: publication numbers are none of applications
    assert "FORMAT_UNUSUAL" in normalise(office, "patent", text, None).warnings


@pytest.mark.parametrize(
    "text",
    ["9,123,456", "US 9,123,456 B2", "US9,123,456B2", "2013/0123456", "US 2013/0123456 A1"],
)
def test_an_american_publication_number_is_not_taken_for_a_serial_number(text: str) -> None:
    # register.md N14
    number = normalise("US", "patent", text, date(2013, 5, 16))
    assert number.warnings == ("FORMAT_UNUSUAL", "PUBLICATION_NUMBER")
