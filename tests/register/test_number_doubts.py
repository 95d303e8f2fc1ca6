"""Readings in doubt are never exact: only of an exact number can it be said that no such filing exists."""

from datetime import date

import pytest

from ledger.register.entries import Right
from ledger.register.number_forms import number_forms
from ledger.register.numbers import is_exact, normalise


def read(office: str, text: str, filed: str, right: Right = "patent") -> tuple[str, bool]:
    number = normalise(office, right, text, date.fromisoformat(filed))
    return number.match_key, is_exact(office, number)


@pytest.mark.parametrize(
    ("office", "text", "filed"),
    [
        ("EP", "7843033.7", "2007-05-24"),  # a spreadsheet took the leading zero
        ("GB", "221730", "2002-01-01"),
        ("AU", "612345", "1988-01-01"),  # the number of a patent
        ("SE", "301170", "2003-01-01"),
        ("FR", "2434232", "1979-01-01"),
    ],
)
def test_a_number_whose_year_contradicts_the_date_is_not_exact(
    office: str, text: str, filed: str
) -> None:
    # register.md N4, N10
    assert not read(office, text, filed)[1]


@pytest.mark.parametrize(
    ("office", "text", "filed"),
    [
        ("FR", "FR2958013", "2010-11-13"),
        ("FR", "FR3012345", "2013-11-13"),
        ("GB", "221730.5", "2002-01-21"),
    ],
)
def test_a_publication_number_is_no_number_of_a_year_to_come(
    office: str, text: str, filed: str
) -> None:
    assert not read(office, text, filed)[1]


@pytest.mark.parametrize(
    ("office", "text", "filed"),
    [
        ("DK", "45/1995", "1995-01-05"),
        ("SE", "221/1970", "1970-01-05"),
        ("SE", "5432/1968", "1968-01-05"),
        ("DK", "1234/1997", "1997-01-05"),
        ("GB", "1234/1997", "1997-01-05"),
    ],
)
def test_separators_that_no_form_has_are_a_doubt(office: str, text: str, filed: str) -> None:
    # They divide the number otherwise than the reading without them does.
    assert not read(office, text, filed)[1]


def test_separators_of_thousands_are_none() -> None:
    assert read("CA", "2,744,162", "2011-06-23") == ("2744162", True)


def test_a_number_without_a_year_is_doubtful_outside_the_years_of_its_form() -> None:
    # Romanian numbers bore no year until 1991; this one is of a granted patent.
    assert not read("RO", "123456", "2008-05-05")[1]


@pytest.mark.parametrize("office", ["NO", "FI"])
def test_a_year_in_four_digits_is_the_same_as_in_two(office: str) -> None:
    assert read(office, "19971605", "1997-04-08") == read(office, "971605", "1997-04-08")


def test_series_90_is_of_marks_since_2020_and_of_reexaminations() -> None:
    # MPEP 503
    mark = normalise("US", "trademark", "90/123,456", date(2020, 8, 20))
    assert (mark.right, mark.warnings) == ("trademark", ())
    reexamination = normalise("US", "patent", "90/012,345", date(2012, 6, 12))
    assert (reexamination.right, reexamination.warnings) == ("patent", ())


def test_two_filings_never_share_a_form_of_docdb() -> None:
    design = number_forms("PL", "design", "Wp.12345", date(2020, 2, 2))
    model = number_forms("PL", "utilityModel", "W.12345", date(2020, 2, 2))
    assert not {design.docdb, design.epodoc} & {model.docdb, model.epodoc} - {""}


@pytest.mark.parametrize(
    ("office", "text"), [("EP", "EP.AA.A"), ("US", "US.AB.A"), ("WO", "WO.AB.A")]
)
@pytest.mark.parametrize("right", ["plantVariety", "design", "trademark", "utilityModel"])
def test_a_kind_of_docdb_leads_to_the_rule_of_the_right_it_names(
    office: str, text: str, right: Right
) -> None:
    forms = number_forms(office, right, text, None)
    assert not forms.is_exact


def test_a_plant_variety_that_docdb_calls_a_patent_is_read_as_one() -> None:
    forms = number_forms("PL", "plantVariety", "PL.35864903.A", None)
    assert (forms.right, forms.match_key) == ("patent", "358649")
    assert "RIGHT_DIFFERS" in [warning.code for warning in forms.warnings]


def test_an_era_year_glued_to_five_digits_is_read() -> None:
    assert read("JP", "JPH1097727", "1998-04-09")[0] == read("JP", "平10-97727", "1998-04-09")[0]


def test_a_czech_mark_is_no_patent_of_a_year() -> None:
    assert not read("CZ", "12345/95", "1995-01-01", "trademark")[1]


def test_a_kind_of_a_right_that_the_office_has_not_is_not_read() -> None:
    forms = number_forms("RO", "patent", "RO.201200665.F", None)
    assert not forms.is_exact


def test_a_sign_that_stands_for_a_sentence_does_not_grow_the_key() -> None:
    assert len(normalise("LU", "patent", "\ufdfa" * 64, None).match_key) <= 64 * 5
