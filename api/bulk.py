"""Reads many filings from one document: a JSON array, JSON Lines or CSV.

Bytes in, rows out; knows nothing of HTTP. A bad row never stops the good ones: it comes out with
its number and its faults. Only a document that cannot be told apart into rows is refused whole.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from api.bulk_row import ROW_BYTES_MAX, MalformedBulkError, Row, too_long
from api.bulk_table import read_table
from api.explain import FieldError, explain
from ledger.register.entries import Filing

JSON: Final = "application/json"
JSON_LINES: Final = ("application/jsonl", "application/x-ndjson")
CSV: Final = "text/csv"
MEDIA_TYPES: Final = (JSON, *JSON_LINES, CSV)

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

_decode_filing: Final = msgspec.json.Decoder(Filing).decode
_decode_array: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode


ROWS_MAX: Final = 100_000


def read_rows(media_type: str, body: bytes, rows_max: int = ROWS_MAX) -> Iterator[Row]:
    """The rows of a document of one of `MEDIA_TYPES`, in order, blank ones left out.

    They are read one by one as they are asked for.

    Raises:
        MalformedBulkError: it cannot be told apart into rows, or has too many. Raised by this call,
            never by the iterator that it returns.
    """
    body = body.removeprefix(BYTE_ORDER_MARK)
    if media_type != JSON:
        _expect_at_most(rows_max, body.count(b"\n"))
        return read_table(body) if media_type == CSV else _read_lines(body)
    try:
        elements = _decode_array(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise MalformedBulkError(explain(body, list[msgspec.Raw])) from None
    _expect_at_most(rows_max, len(elements))
    return (_decode_row(number, element) for number, element in enumerate(elements, 1))


def _expect_at_most(rows_max: int, rows: int) -> None:
    if rows > rows_max:
        fault = FieldError("", f"at most {rows_max} rows", f"{rows} rows")
        raise MalformedBulkError((fault,))


def _read_lines(body: bytes) -> Iterator[Row]:
    for number, line in enumerate(body.split(b"\n"), 1):
        if line and not line.isspace():
            yield _decode_row(number, line)


def _decode_row(number: int, document: bytes | msgspec.Raw) -> Row:
    size = memoryview(document).nbytes
    if size > ROW_BYTES_MAX:
        return too_long(number, size)
    try:
        return Row(number, _decode_filing(document))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Row(number, None, explain(document, Filing))


__all__ = ["CSV", "JSON", "JSON_LINES", "MEDIA_TYPES", "MalformedBulkError", "Row", "read_rows"]
