"""Filings as JSON: an array, or JSON Lines. A row is a filing entry or an ST.97 document (see `st97`)."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

import msgspec

from api.explain import explain, explain_value
from api.formats import st97
from api.formats.row import (
    ROW_BYTES_MAX,
    ListedFiling,
    MalformedBulkError,
    Row,
    expect_at_most,
    too_long_fault,
)
from ledger.register.entries import Filing, PriorityClaim, RelatedFiling, Right


class _FilingOfOffice(
    msgspec.Struct,
    tag_field="entryCategory",
    tag="filing",
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename="camel",
    gc=False,
):
    """An entry with the office that it is of, as `write_lines` writes it."""

    ip_office_code: str
    right: Right
    application_number_text: str
    filing_date: date
    receiving_office_code: str | None = None
    priority_claim_bag: tuple[PriorityClaim, ...] = ()
    related_filing_bag: tuple[RelatedFiling, ...] = ()
    request_key: str | None = None


_decode_filing: Final = msgspec.json.Decoder(Filing).decode
_decode_of_office: Final = msgspec.json.Decoder(_FilingOfOffice).decode
_decode_document: Final = msgspec.json.Decoder(st97.Document).decode
_decode_array: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def elements(body: bytes, rows_max: int) -> Iterator[tuple[int, msgspec.Raw]]:
    """The elements of an array with their numbers, from 1.

    Raises:
        MalformedBulkError: it is no array, or a longer one. Raised by this call.
    """
    try:
        found = _decode_array(body)
    except _UNREADABLE:
        raise MalformedBulkError(explain(body, list[msgspec.Raw])) from None
    expect_at_most(rows_max, len(found))
    return enumerate(found, 1)


def lines(body: bytes, rows_max: int) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank with their numbers, from 1.

    Raises:
        MalformedBulkError: there are more. Raised by this call.
    """
    expect_at_most(rows_max, body.count(b"\n"))
    split = enumerate(body.split(b"\n"), 1)
    return ((number, line) for number, line in split if line and not line.isspace())


def read_array(body: bytes, rows_max: int) -> Iterator[Row]:
    """The filings of an array.

    Raises:
        MalformedBulkError: it is no array, or a longer one. Raised by this call.
    """
    return (_read_row(number, element) for number, element in elements(body, rows_max))


def read_lines(body: bytes, rows_max: int) -> Iterator[Row]:
    """The filings of JSON Lines.

    Raises:
        MalformedBulkError: there are more. Raised by this call.
    """
    return (_read_row(number, line) for number, line in lines(body, rows_max))


def _read_row(number: int, document: bytes | msgspec.Raw) -> Row:
    size = memoryview(document).nbytes
    if size > ROW_BYTES_MAX:
        return Row(number, None, (too_long_fault(size),))
    try:
        return Row(number, _decode_filing(document))
    except _UNREADABLE:
        pass
    try:
        named = _decode_of_office(document)
    except _UNREADABLE:
        return _read_other(number, document)
    filing = Filing(
        right=named.right,
        application_number_text=named.application_number_text,
        filing_date=named.filing_date,
        receiving_office_code=named.receiving_office_code,
        priority_claim_bag=named.priority_claim_bag,
        related_filing_bag=named.related_filing_bag,
        request_key=named.request_key,
    )
    return Row(number, filing, (), named.ip_office_code)


def _read_other(number: int, document: bytes | msgspec.Raw) -> Row:
    """A row that is no entry: an ST.97 document, or a fault in the one or the other."""
    try:
        value = msgspec.json.decode(document)
    except _UNREADABLE:
        return Row(number, None, explain(document, Filing))
    if not isinstance(value, dict) or st97.MARKS.isdisjoint(value):
        return Row(number, None, explain_value(value, Filing))
    try:
        office, filing = st97.filing_of(_decode_document(document))
    except st97.ContradictionError as error:
        return Row(number, None, (error.fault,))
    except _UNREADABLE:
        return Row(number, None, explain_value(value, st97.Document))
    return Row(number, filing, office=office)


def write_lines(filings: Iterable[ListedFiling]) -> Iterator[bytes]:
    """JSON Lines: the register's entries, each with the office that it is of."""
    for office, filing in filings:
        fields = msgspec.json.encode(filing)[1:]
        yield b'{"ipOfficeCode":' + msgspec.json.encode(office) + b"," + fields + b"\n"
