"""What a program or a spreadsheet spoiled is told with its place, in every form, and never taken in silently."""

import json

import pytest

from api.formats import CSV, JSON, JSON_LINES, MalformedBulkError, Row, read_rows
from api.formats.json_rows import read_one
from ledger.register.numbers import is_exact, normalise

LINE = '{"right":"patent","applicationNumberText":"2013287263","filingDate":"2013-03-12"%s}'
HEADER = (
    "right,applicationNumberText,filingDate,priority1IpOfficeCode,priority1ApplicationNumberText\n"
)
ST97 = (
    '{"applicationNumber":{"ipOfficeCode":"AU","applicationNumberText":"1","ipOfficeCode":"EP"},'
    '"right":"patent","filingDate":"2013-03-12"}'
)


def one(media_type: str, body: str | bytes) -> Row:
    (row,) = read_rows(media_type, body.encode() if isinstance(body, str) else body)
    return row


@pytest.mark.parametrize("space", [False, True])
@pytest.mark.parametrize(
    ("document", "name"),
    [
        (LINE % ',"filingDate":"2013-03-13"', "filingDate"),
        (LINE % ',"priorityClaimBag":[{"ipOfficeCode":"US","ipOfficeCode":"JP"}]', "ipOfficeCode"),
        (LINE % ',"ipOfficeCode":"AU","ipOfficeCode":"EP"', "ipOfficeCode"),
        (LINE % ',"\\u0072ight":"design"', "right"),
        (ST97, "ipOfficeCode"),
    ],
)
def test_json_that_says_a_name_twice_is_malformed(document: str, name: str, *, space: bool) -> None:
    text = document.replace(":", ": ").replace(",", ", ") if space else document
    rows = (one(JSON_LINES[0], text), one(JSON, f"[{text}]"), read_one(text.encode()))
    assert [row.filing for row in rows] == [None] * 3
    assert [row.errors[0].field for row in rows] == [name] * 3


@pytest.mark.parametrize("claim", ["{}", '{"ipOfficeCode":""}', '{"right":"patent"}'])
def test_a_claim_that_says_nothing_is_malformed(claim: str) -> None:
    row = one(JSON_LINES[0], LINE % f',"priorityClaimBag":[{claim}]')
    assert (row.filing, row.errors[0].field) == (None, "priorityClaimBag[0]")
    assert row.errors[0].expected == "an office, a number or a date"


def test_blanks_around_values_are_trimmed_in_json_as_in_tables() -> None:
    row = one(JSON_LINES[0], LINE.replace("2013287263", "  2013287263\\t") % "")
    assert row.filing is not None
    assert row.filing == one(CSV, HEADER + "patent, 2013287263\t,2013-03-12,,").filing


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\\u0000", "U+0000"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\u00a0", "NO-BREAK SPACE"),
        ("\x7f", "U+007F"),
    ],
)
def test_characters_that_do_not_print_are_told_by_name_and_place(text: str, told: str) -> None:
    row = one(JSON_LINES[0], LINE.replace("287", f"2{text}87") % "")
    assert (row.filing, row.errors[0].field) == (None, "applicationNumberText")
    assert "character 6" in row.errors[0].received
    assert told in row.errors[0].received


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (b"20\xe413", "character 10: the byte 0xE4 (in Windows-1252: \u00e4)"),
        ("20\u00a013".encode(), "character 10: U+00A0 NO-BREAK SPACE"),
        ("20\u200b13".encode(), "character 10: U+200B ZERO WIDTH SPACE"),
        (
            b'"2013',
            "character 8, about cell 2: quotation mark (a lone one, or the cell has a line break)",
        ),
        (b'"20"13', "character 11, about cell 2: quotation mark (text beside it)"),
    ],
)
def test_a_table_names_the_character_and_its_place(cell: bytes, told: str) -> None:
    row = one(CSV, HEADER.encode() + b"patent," + cell + b",2013-03-12,,")
    assert row.filing is None
    assert row.errors[0].received == told


@pytest.mark.parametrize("cell", ["=1+1", "@sum", '"=""2013287263"""'])
def test_a_formula_is_refused_and_one_that_is_a_text_is_not(cell: str) -> None:
    row = one(CSV, HEADER + f"patent,{cell},2013-03-12,,")
    assert (row.filing, row.errors[0].field) == (None, "applicationNumberText")
    text = cell.strip('"')
    assert one(CSV, HEADER + f"patent,'{text},2013-03-12,,").filing is not None


@pytest.mark.parametrize(
    ("office", "number", "is_read"),
    [
        ("AU", "2013287263.0", False),
        ("EP", "07112345.0", None),
        ("GB", "1204321.0", True),
        ("QQ", "1204321.0", True),
    ],
)
def test_a_fraction_that_a_spreadsheet_added_is_refused(
    office: str, number: str, is_read: bool | None
) -> None:
    if is_read is None:
        is_read = is_exact(office, normalise(office, "patent", number, None))
    row = one(CSV, HEADER + f"patent,2013287263,2013-03-12,{office},{number}")
    assert (row.filing is not None) == is_read, row.errors


@pytest.mark.parametrize("separator", ["sep=;", '"sep=;"', "sep=;\r"])
def test_the_line_by_which_a_spreadsheet_names_its_separator_is_skipped(separator: str) -> None:
    row = one(CSV, f"{separator}\n" + HEADER.replace(",", ";") + "patent;61/610,420;2013-03-12;;")
    assert (row.number, row.filing and row.filing.application_number_text) == (3, "61/610,420")


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (CSV, HEADER.replace("\n", "\r") + "patent,1,2013-03-12,,\r"),
        (JSON_LINES[0], f"{LINE % ''}\r" * 2),
    ],
)
def test_lines_that_end_with_cr_alone_are_told(media_type: str, body: str) -> None:
    with pytest.raises(MalformedBulkError, match="end with CR alone"):
        read_rows(media_type, body.encode())


def test_more_claims_than_a_filing_may_have_are_told_in_every_form() -> None:
    claims = [{"ipOfficeCode": "US"}] * 201
    header = HEADER.strip() + "".join(f",priority{n}IpOfficeCode" for n in range(2, 202))
    rows = (
        one(JSON_LINES[0], LINE % f',"priorityClaimBag":{json.dumps(claims)}'),
        one(
            JSON_LINES[0], LINE % f',"priorityClaimBag":{json.dumps(claims, separators=(",", ":"))}'
        ),
        one(CSV, f"{header}\npatent,1,2013-03-12,US," + ",US" * 200),
    )
    assert [row.errors[0].expected for row in rows] == ["at most 200 claims"] * 3


def test_an_array_with_too_many_elements_is_counted_before_it_is_decoded() -> None:
    with pytest.raises(MalformedBulkError, match="at most 10 rows, received 11 rows"):
        read_rows(JSON, b"[" + b"0," * 10_000_000 + b"0]", 10)
