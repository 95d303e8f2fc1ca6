"""A table as spreadsheets and people leave it: every row comes back with its field and what was expected."""

from datetime import date

import pytest

from api.formats import CSV, JSON_LINES, MalformedBulkError, read_rows
from api.preview import preview
from api.schemas import RowReport

NOW_MS = 1_795_000_000_000  # November 2026
HEADER = (
    "ipOfficeCode;right;applicationNumberText;filingDate;"
    "priority1IpOfficeCode;priority1ApplicationNumberText;priority1FilingDate"
)


def told(*lines: str | bytes, office: str = "AU") -> list[RowReport]:
    """What a dry run tells of the lines of a table, with the marks that spreadsheets leave."""
    encoded = [line.encode() if isinstance(line, str) else line for line in (HEADER, *lines)]
    body = b"\xef\xbb\xbf" + b"\r\n".join(encoded) + b"\r\n;;;;;;\r\n"
    return list(preview(read_rows(CSV, body), office, NOW_MS))


def first_fault(row: RowReport) -> tuple[str, str, str]:
    fault = row.errors[0]
    return fault.field, fault.expected, fault.received


GOOD = ";patent;2013287263;2013-03-12;US;61/610,420;2012-03-13"


def test_good_rows_go_on_between_bad_ones() -> None:
    rows = told(GOOD, ";patent;;;;;", GOOD.replace("263", "264"))
    assert [(row.row, row.status) for row in rows] == [
        (2, "accepted"),
        (3, "malformed"),
        (4, "accepted"),
    ]


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("03/04/2020", "cannot be told"),
        ("13/04/2020", ""),
        ("2020-02-30", ""),
        ("43924", "a spreadsheet shows 43924 as 2020-04-03"),
        ("2020-4-3", ""),
        ("3 April 2020", ""),
        ("20200403", ""),
        ("0000-00-00", ""),
    ],
)
def test_no_date_is_guessed(cell: str, hint: str) -> None:
    (row,) = told(f";patent;2020200001;{cell};;;")
    field, expected, received = first_fault(row)
    assert (row.status, field, received) == ("malformed", "filingDate", f'"{cell}"')
    assert expected.startswith("a date as YYYY-MM-DD")
    assert hint in expected


def test_a_number_that_a_spreadsheet_rounded_is_no_number() -> None:
    (row,) = told(";patent;2.01329E+09;2013-03-12;;;")
    field, expected, received = first_fault(row)
    assert (field, received) == ("applicationNumberText", '"2.01329E+09"')
    assert expected.startswith("the whole number")


def test_leading_zeros_that_a_spreadsheet_took_away_are_offered_not_added() -> None:
    """The European number 07112345 was shown as 7112345."""
    (row,) = told(";patent;2013287263;2008-07-12;EP;7112345;2007-07-12")
    assert row.status == "accepted"
    assert first_fault(row) == (
        "priorityClaimBag[0].applicationNumberText",
        "07112345, if a spreadsheet took leading zeros away",
        '"7112345"',
    )


def test_a_claim_after_the_filing_is_told_with_its_date() -> None:
    (row,) = told(";patent;2013287263;2013-03-12;US;61/610,420;2014-03-13")
    assert (row.status, row.warning_codes[-1]) == ("accepted", "PRIORITY_AFTER_FILING")
    assert row.errors[-1].field == "priorityClaimBag[0].filingDate"
    assert row.errors[-1].expected == "a date before that of the filing"


def test_a_row_that_comes_twice_names_the_first() -> None:
    rows = told(GOOD, GOOD)
    assert rows[1].status == "repeated"
    assert rows[1].errors[0].received == "the filing of row 2 again"


def test_two_rows_that_contradict_one_another_are_told() -> None:
    rows = told(GOOD, GOOD.replace("2013-03-12", "2013-03-13"), GOOD.replace("420", "421"))
    assert [row.reason_code for row in rows] == ["", "DATE_CONFLICT", "CONTENT_CONFLICT"]
    assert first_fault(rows[1]) == (
        "filingDate",
        f"{date(2013, 3, 12)}, as row 2 says of the same number",
        '"2013-03-13"',
    )
    assert rows[2].errors[0].expected == "what row 2 says of the same number"


def test_offices_may_be_in_lower_case_and_only_the_own_one_registers() -> None:
    rows = told("au" + GOOD, "US" + GOOD, "  " + GOOD.replace("US", "us"))
    assert [row.status for row in rows] == ["accepted", "rejected", "repeated"]
    assert rows[1].reason_code == "OTHER_OFFICE"
    assert first_fault(rows[1])[0] == "ipOfficeCode"


def test_without_an_office_each_row_is_of_the_one_that_it_names() -> None:
    rows = told("AU" + GOOD, "EP;patent;13158933.3;2013-03-12;;;", GOOD, office="")
    assert [(row.status, row.subject) for row in rows] == [
        ("accepted", "AU.patent.2013287263"),
        ("accepted", "EP.patent.13158933"),
        ("undecided", ""),
    ]


def test_an_international_filing_needs_its_receiving_office() -> None:
    (row,) = told(";patent;PCT/US2013/012345;2013-03-12;;;", office="WO")
    assert (row.status, row.reason_code) == ("rejected", "RECEIVING_OFFICE_MISSING")
    assert first_fault(row)[0] == "receivingOfficeCode"


@pytest.mark.parametrize(
    "line",
    [
        ";patent;K\xf6ln 1;2013-03-12;;;".encode("windows-1252"),
        ';patent;"2013\n287263";2013-03-12;;;',
        ";patent;" + "9" * 1_000_000 + ";2013-03-12;;;",
        ";patent;2013287263",
        ';patent;"2013287263;2013-03-12;;;',
    ],
    ids=["windows-1252", "quoted newline", "a million digits", "cut", "stray quotation mark"],
)
def test_a_row_that_cannot_be_taken_apart_is_told_and_the_next_one_is_read(
    line: str | bytes,
) -> None:
    *bad, good = told(line, GOOD)
    assert {row.status for row in bad} == {"malformed"}
    assert all(row.errors[0].expected for row in bad)
    assert good.status == "accepted"


@pytest.mark.parametrize(
    ("body", "received"),
    [
        (HEADER.encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x14\x00", "a spreadsheet's own file (or ZIP)"),
    ],
)
def test_another_kind_of_file_is_refused_by_name(body: bytes, received: str) -> None:
    with pytest.raises(MalformedBulkError) as caught:
        read_rows(CSV, body)
    assert caught.value.errors[0].received == received


def test_missing_columns_are_all_named() -> None:
    with pytest.raises(MalformedBulkError) as caught:
        read_rows(CSV, b"number;date\n1;2\n")
    assert [fault.field for fault in caught.value.errors] == [
        "right",
        "applicationNumberText",
        "filingDate",
        "header",
    ]


def test_leading_zeros_are_offered_for_tables_only() -> None:
    """The same number in JSON has lost none to a spreadsheet."""
    line = (
        b'{"right":"patent","applicationNumberText":"2013287263","filingDate":"2008-07-12",'
        b'"priorityClaimBag":[{"ipOfficeCode":"EP","applicationNumberText":"7112345",'
        b'"filingDate":"2007-07-12"}]}'
    )
    (row,) = preview(read_rows(JSON_LINES[0], line), "AU", NOW_MS)
    assert row.status == "accepted"
    assert "spreadsheet" not in first_fault(row)[1]
