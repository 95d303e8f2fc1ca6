"""Filings as JSON: an array, or JSON Lines. A row is a filing entry or an ST.97 document (see `st97`).

JSON lets a name stand twice in one object, and decoders take the last. So a row that is not as short
as it can be written is read a second time, name by name.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

import msgspec

from api.explain import RECEIVED_LENGTH_MAX, FieldError, explain, explain_value
from api.formats import st97
from api.formats.row import (
    ROW_BYTES_MAX,
    ListedFiling,
    MalformedBulkError,
    Row,
    expect_at_most,
    expect_line_ends,
    too_long_fault,
)
from api.formats.texts import claim_faults, has_faulty_claims, tidy
from ledger.register.entries import Filing, PriorityClaim, RelatedFiling, Right


class _FilingOfOffice(
    msgspec.Struct,
    tag_field="entryCategory",
    tag="filing",
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename="camel",
    omit_defaults=True,
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
_encode: Final = msgspec.json.Encoder().encode
_TAG: Final = b'"entryCategory":"filing"'
_TAG_LENGTH: Final = len(_TAG) + 1
_decode_array: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_LINES_OF_CR: Final = re.compile(rb"[}\]]\r+[{\[]")


class _RepeatedNameError(ValueError):
    """A name stands twice in one object."""


class _Counted:
    """One element, for `_expect_elements`."""


def _expect_elements(rows_max: int, body: bytes) -> None:
    """Return when an array has no more elements; they are counted, none is kept.

    Raises:
        MalformedBulkError: it has more.
    """
    if body.count(b",") < rows_max:
        return
    count = 0

    def hook(_type: type, _value: object) -> _Counted:
        nonlocal count
        count += 1
        if count > rows_max:
            raise OverflowError
        return counted

    counted = _Counted()
    try:
        msgspec.json.Decoder(list[_Counted], dec_hook=hook).decode(body)
    except OverflowError:
        pass
    except _UNREADABLE:
        if count <= rows_max:
            return  # the decoder of the rows says what is wrong
    expect_at_most(rows_max, count)


def elements(body: bytes, rows_max: int) -> Iterator[tuple[int, bytes]]:
    """The elements of an array with their numbers, from 1.

    Raises:
        MalformedBulkError: it is no array, or a longer one. Raised by this call.
    """
    _expect_elements(rows_max, body)
    try:
        found = _decode_array(body)
    except _UNREADABLE:
        raise MalformedBulkError(explain(body, list[msgspec.Raw])) from None
    expect_at_most(rows_max, len(found))
    return ((number, bytes(element)) for number, element in enumerate(found, 1))


def lines(body: bytes, rows_max: int) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank with their numbers, from 1.

    Raises:
        MalformedBulkError: there are more. Raised by this call.
    """
    expect_at_most(rows_max, body.count(b"\n"))
    expect_line_ends(body, _LINES_OF_CR)
    split = enumerate(body.split(b"\n"), 1)
    return ((number, line) for number, line in split if line and not line.isspace())


def read_array(body: bytes, rows_max: int) -> Iterator[Row]:
    """The filings of an array.

    Raises:
        MalformedBulkError: it is no array, or a longer one. Raised by this call.
    """
    return _read(body, elements(body, rows_max))


def read_lines(body: bytes, rows_max: int) -> Iterator[Row]:
    """The filings of JSON Lines.

    Raises:
        MalformedBulkError: there are more. Raised by this call.
    """
    return _read(body, lines(body, rows_max))


def read_one(body: bytes) -> Row:
    """The filing of a document that is one object."""
    return _read_document(1, body, _is_plain(body))


def _read(body: bytes, documents: Iterator[tuple[int, bytes]]) -> Iterator[Row]:
    is_plain = _is_plain(body)
    return (
        Row(number, None, (too_long_fault(len(document)),))
        if len(document) > ROW_BYTES_MAX
        else _read_document(number, document, is_plain)
        for number, document in documents
    )


def _is_plain(body: bytes) -> bool:
    """Whether all texts print and have no blanks around them, as can be told without reading them."""
    if not body.isascii() or b"\\" in body or b"\x7f" in body:
        return False
    squeezed = _squeezed(body)
    return b'" ' not in squeezed and b' "' not in squeezed


def _squeezed(document: bytes) -> bytes:
    """The document without the blanks that many programs write behind colons and commas.

    Nothing is read from it: it only tells whether the document says more than what was decoded.
    """
    return document.replace(b'": ', b'":').replace(b', "', b',"').replace(b"}, {", b"},{")


def _read_document(number: int, document: bytes, is_plain: bool) -> Row:
    if not is_plain:
        return _read_carefully(number, document)
    try:
        filing = _decode_filing(document)
    except _UNREADABLE:
        pass
    else:
        if _is_shortest(document, filing) and not has_faulty_claims(filing):
            return Row(number, filing)
        return _read_carefully(number, document)
    try:
        named = _decode_of_office(document)
    except _UNREADABLE:
        return _read_carefully(number, document)
    filing = _without_office(named)
    if _is_shortest(document, named) and not has_faulty_claims(filing):
        return Row(number, filing, (), named.ip_office_code)
    return _read_carefully(number, document)


def _is_shortest(document: bytes, decoded: msgspec.Struct) -> bool:
    """Whether a plain document says no more than what was decoded from it: so no name stands twice."""
    shortest = _squeezed(document)
    length = len(shortest) + (0 if _TAG in shortest else _TAG_LENGTH)
    return length - shortest.endswith(b"\r") == len(_encode(decoded))


def _without_office(named: _FilingOfOffice) -> Filing:
    return Filing(
        right=named.right,
        application_number_text=named.application_number_text,
        filing_date=named.filing_date,
        receiving_office_code=named.receiving_office_code,
        priority_claim_bag=named.priority_claim_bag,
        related_filing_bag=named.related_filing_bag,
        request_key=named.request_key,
    )


def _read_carefully(number: int, document: bytes) -> Row:
    """The same for every document: an entry, an entry with its office, an ST.97 document, or a fault."""
    try:
        value = msgspec.json.decode(document)
        repeated = repeated_names(document)
    except _UNREADABLE:
        return Row(number, None, explain(document, Filing))
    if not isinstance(value, dict):
        return Row(number, None, explain_value(value, Filing))
    faults = repeated or tuple(tidy(value))
    if faults:
        return Row(number, None, faults)
    try:
        office, filing = _convert(value)
    except st97.ContradictionError as error:
        return Row(number, None, (error.fault,))
    except _UNREADABLE:
        kind = Filing if st97.MARKS.isdisjoint(value) else st97.Document
        return Row(number, None, explain_value(value, kind))
    faults = claim_faults(filing)
    return Row(number, None if faults else filing, faults, office)


def _convert(value: dict[str, Any]) -> ListedFiling:
    """(office, filing) of a decoded document.

    Raises:
        ContradictionError: it says two things about one.
        msgspec.ValidationError: it is none.
    """
    if st97.MARKS.isdisjoint(value):
        return ListedFiling("", msgspec.convert(value, Filing))
    try:
        named = msgspec.convert(value, _FilingOfOffice)
    except msgspec.ValidationError:
        return st97.filing_of(msgspec.convert(value, st97.Document))
    return ListedFiling(named.ip_office_code, _without_office(named))


def repeated_names(document: bytes) -> tuple[FieldError, ...]:
    """The fault of a JSON document in which a name stands twice in one object; none otherwise.

    Raises:
        UnicodeDecodeError, RecursionError: it is no JSON, or too deep.
    """
    try:
        json.loads(document.decode(), object_pairs_hook=_expect_once, strict=False)
    except _RepeatedNameError as error:
        return (FieldError(str(error), "each field once in an object", "it stands there twice"),)
    except UnicodeDecodeError:
        raise
    except ValueError:
        return ()  # such as a number with too many digits: the record type refuses it
    return ()


def _expect_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _RepeatedNameError(name[:RECEIVED_LENGTH_MAX])
            seen.add(name)
    return found


def write_lines(filings: Iterable[ListedFiling]) -> Iterator[bytes]:
    """JSON Lines: the register's entries, each with the office that it is of."""
    for office, filing in filings:
        fields = msgspec.json.encode(filing)[1:]
        yield b'{"ipOfficeCode":' + msgspec.json.encode(office) + b"," + fields + b"\n"
