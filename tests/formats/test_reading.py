"""Bulk documents: every row is told apart, bad ones are named, good ones go on."""

from contextlib import suppress
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.explain import FieldError
from api.formats import CSV, JSON, JSON_LINES, MalformedBulkError, Row, read_rows
from ledger.register.entries import Filing, PriorityClaim, RelatedFiling

FILING = Filing(right="patent", application_number_text="2013287263", filing_date=date(2013, 3, 12))
GOOD = b'{"right":"patent","applicationNumberText":"2013287263","filingDate":"2013-03-12"}'
HEADER = b"right,applicationNumberText,filingDate"


def rows(media_type: str, body: bytes) -> list[Row]:
    return list(read_rows(media_type, body))


@pytest.mark.parametrize("media_type", JSON_LINES)
def test_json_lines_keep_their_line_numbers_across_blank_and_bad_lines(media_type: str) -> None:
    body = b"\xef\xbb\xbf" + GOOD + b"\r\n\n{not json}\n" + GOOD + b"\n"
    found = rows(media_type, body)
    assert [row.number for row in found] == [1, 3, 4]
    assert [row.filing for row in found] == [FILING, None, FILING]
    assert found[1].errors[0].expected == "a JSON document in UTF-8"


def test_an_array_reports_every_fault_of_an_element() -> None:
    bad = b'{"right":"petent","applicationNumberText":7,"colour":"red","filingDate":"12.3.2013"}'
    first, second = rows(JSON, b"[" + GOOD + b"," + bad + b"]")
    assert first == Row(1, FILING)
    assert second.errors == (
        FieldError(
            "colour",
            "one of the fields right, applicationNumberText, filingDate, receivingOfficeCode, "
            "priorityClaimBag, relatedFilingBag, requestKey",
            '"red"',
        ),
        FieldError(
            "right", "one of patent, utilityModel, design, trademark, plantVariety", '"petent"'
        ),
        FieldError("applicationNumberText", "a text", "7"),
        FieldError("filingDate", "a date as YYYY-MM-DD", '"12.3.2013"'),
    )


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"7", b"[" * 100_000, b'["\xff"', b'{"right":"patent"}'],
    ids=["empty", "cut", "number", "deep", "utf8", "object"],
)
def test_a_document_that_is_no_array_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(MalformedBulkError) as caught:
        read_rows(JSON, body)
    assert caught.value.errors


@pytest.mark.parametrize(
    ("line", "field", "received"),
    [
        (b"[" * 5000 + b"]" * 5000, "", "one that is nested too deeply"),
        (b'{"right":"pat\xffent"}', "", ""),
        (b'{"right":' + b"9" * 400 + b"}", "right", ""),
        (b"null", "", "null"),
        (b"[]", "", "[]"),
    ],
    ids=["deep", "utf8", "huge", "null", "array"],
)
def test_a_hostile_line_is_one_malformed_row(line: bytes, field: str, received: str) -> None:
    bad, good = rows(JSON_LINES[0], line + b"\n" + GOOD)
    assert good == Row(2, FILING)
    assert bad.filing is None
    assert bad.errors[0].field == field
    assert received in bad.errors[0].received


@pytest.mark.parametrize("media_type", [JSON, *JSON_LINES, CSV])
def test_a_row_of_a_megabyte_is_malformed_and_the_next_is_read(media_type: str) -> None:
    long = GOOD.replace(b"2013287263", b"1" * 1_000_000)
    body = {
        JSON: b"[" + long + b"," + GOOD + b"]",
        CSV: HEADER
        + b"\npatent,"
        + b"1" * 1_000_000
        + b",2013-03-12\npatent,2013287263,2013-03-12",
    }.get(media_type, long + b"\n" + GOOD)
    bad, good = rows(media_type, body)
    assert bad.errors[0].expected == "a row of at most 65536 bytes"
    assert good.filing == FILING


def test_a_document_with_too_many_rows_is_refused_as_a_whole() -> None:
    for media_type, body in ((JSON, b"[1,2,3]"), (JSON_LINES[0], b"1\n2\n3\n"), (CSV, b"\n" * 3)):
        with pytest.raises(MalformedBulkError, match="at most 2 rows"):
            read_rows(media_type, body, rows_max=2)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_has_numbered_columns_for_claims(delimiter: str) -> None:
    header = (
        "Right,application_number_text,FilingDate,priority2IpOfficeCode,priority2FilingDate,"
        "priority1IpOfficeCode,priority1ApplicationNumberText,priority1FilingDate,"
        "related1Relation,related1IpOfficeCode,related1ApplicationNumberText"
    )
    row = (
        'patent,2013287263,2013-03-12,US,2012-05-01,JP,"2007-290922",2012-04-01,division,AU,2010100'
    )
    body = f"{header}\r\n{row}\r\n\r\n,,,,,,,,,,\r\n".replace(",", delimiter).encode()
    claims = (
        PriorityClaim(
            ip_office_code="JP",
            application_number_text="2007-290922",
            filing_date=date(2012, 4, 1),
        ),
        PriorityClaim(ip_office_code="US", filing_date=date(2012, 5, 1)),
    )
    related = (
        RelatedFiling(relation="division", ip_office_code="AU", application_number_text="2010100"),
    )
    assert rows(CSV, b"\xef\xbb\xbf" + body) == [
        Row(
            2,
            Filing(
                right="patent",
                application_number_text="2013287263",
                filing_date=date(2013, 3, 12),
                priority_claim_bag=claims,
                related_filing_bag=related,
            ),
            is_of_table=True,
        )
    ]


def test_a_fault_in_a_table_names_its_column() -> None:
    body = HEADER + b",priority7FilingDate\npatent,1,2013-03-12,1.4.2012\n"
    assert rows(CSV, body)[0].errors == (
        FieldError("priority7FilingDate", "a date as YYYY-MM-DD", '"1.4.2012"'),
    )


def test_a_stray_quotation_mark_spoils_only_its_own_row() -> None:
    good = b"patent,2013287263,2013-03-12\n"
    body = HEADER + b"\n" + good + b'patent,"201,2013-03-12\n' + good
    found = rows(CSV, body)
    assert [row.number for row in found] == [2, 3, 4]
    assert [row.filing for row in found] == [FILING, None, FILING]


@pytest.mark.parametrize("row", [b"patent,\xff,2013-03-12", b"patent,a\x00b,2013-03-12", b"patent"])
def test_a_row_with_wrong_bytes_or_cells_is_malformed(row: bytes) -> None:
    (found,) = rows(CSV, HEADER + b"\n" + row)
    assert found.filing is None
    assert found.errors


def test_a_table_with_wrong_columns_is_refused_with_all_of_them_named() -> None:
    with pytest.raises(MalformedBulkError) as caught:
        read_rows(CSV, b"right,right,colour,size,filingDate\n")
    assert [(fault.field, fault.received) for fault in caught.value.errors] == [
        ("applicationNumberText", "no such column"),
        ("header", 'again "right"'),
        ("header", '"colour", "size"'),
    ]
    assert str(caught.value).count("related") == len(RelatedFiling.__struct_fields__)


@pytest.mark.parametrize("header", [b"x," * 30_000, b"right," * 9_000, b"y" * 10_000_000])
def test_the_faults_of_a_header_are_few_however_many_columns_it_has(header: bytes) -> None:
    with pytest.raises(MalformedBulkError) as caught:
        read_rows(CSV, header + b"\n")
    assert len(msgspec.json.encode(caught.value.errors)) < 5_000


def test_equal_faults_share_what_was_expected() -> None:
    found = rows(JSON_LINES[0], b'{"colour":1,"right":"patent","applicationNumberText":2}\n' * 2)
    (first, second) = (row.errors for row in found)
    assert [a.expected is b.expected for a, b in zip(first, second, strict=True)] == [True] * 3


@given(st.sampled_from([JSON, *JSON_LINES, CSV]), st.binary(max_size=200))
def test_any_bytes_are_rows_or_a_refusal(media_type: str, body: bytes) -> None:
    prefix = HEADER + b"\n" if media_type == CSV else b""
    found: list[Row] = []
    with suppress(MalformedBulkError):
        found = rows(media_type, prefix + body)
    assert all((row.filing is None) == bool(row.errors) for row in found)


_CELL = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=30)


@given(_CELL, _CELL.filter(lambda text: text[:1] not in {"=", "@", "'"}), st.sampled_from(",;\t"))
def test_a_table_gives_what_was_written(number: str, claimed: str, delimiter: str) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    header = ["right", "applicationNumberText", "filingDate", "priority1ApplicationNumberText"]
    cells = ["patent", quoted("n" + number), "2013-03-12", quoted(claimed)]
    body = "\n".join(delimiter.join(line) for line in (header, cells)).encode()
    (row,) = rows(CSV, body)
    assert row.filing is not None, row.errors
    assert row.filing.application_number_text == "n" + number
    claims = tuple(claim.application_number_text for claim in row.filing.priority_claim_bag)
    assert claims == ((claimed,) if claimed else ())
