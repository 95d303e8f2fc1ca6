"""Filings and claims as documents: one module for each form, and the one table of them all.

Bytes in, rows out, and the other way round; nothing here knows HTTP or files. A bad row never stops
the good ones: it comes out with its number and its faults. Only a document that cannot be told apart
into rows is refused whole. docs/formats.md describes every form field by field.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from api.formats import csv_filings, json_rows, st96_reading, st96_writing, st97
from api.formats.row import ROWS_MAX, ListedFiling, MalformedBulkError, Row

JSON: Final = "application/json"
JSON_LINES: Final = ("application/jsonl", "application/x-ndjson")
CSV: Final = "text/csv"
XML: Final = "application/xml"

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Format(NamedTuple):
    """One form of a list of filings."""

    name: str
    """By which `ipregister export` knows it."""
    media_types: tuple[str, ...]
    """The first is the one that is answered."""
    suffixes: tuple[str, ...]
    read: Callable[[bytes, int], Iterator[Row]]
    """From the document without byte order mark and the most rows that it may have."""
    write: Callable[[Iterable[ListedFiling]], Iterator[bytes]]


FORMATS: Final = (
    Format("st97", (JSON,), (".json",), json_rows.read_array, st97.write_filings),
    Format("jsonl", JSON_LINES, (".jsonl", ".ndjson"), json_rows.read_lines, json_rows.write_lines),
    Format("csv", (CSV,), (".csv",), csv_filings.read_filings, csv_filings.write_filings),
    Format(
        "st96", (XML, "text/xml"), (".xml",), st96_reading.read_filings, st96_writing.write_filings
    ),
)
BY_NAME: Final = {each.name: each for each in FORMATS}
BY_MEDIA_TYPE: Final = {name: each for each in FORMATS for name in each.media_types}
BY_SUFFIX: Final = {suffix: each for each in FORMATS for suffix in each.suffixes}
MEDIA_TYPES: Final = tuple(BY_MEDIA_TYPE)


def read_rows(media_type: str, body: bytes, rows_max: int = ROWS_MAX) -> Iterator[Row]:
    """The rows of a document of one of `MEDIA_TYPES`, in order, blank ones left out.

    They are read one by one as they are asked for.

    Raises:
        MalformedBulkError: it cannot be told apart into rows, or has too many. Raised by this call,
            never by the iterator that it returns.
    """
    return BY_MEDIA_TYPE[media_type].read(body.removeprefix(BYTE_ORDER_MARK), rows_max)


def write(media_type: str, filings: Iterable[ListedFiling]) -> bytes:
    """The filings as one document of one of `MEDIA_TYPES`."""
    return b"".join(BY_MEDIA_TYPE[media_type].write(filings))


__all__ = [
    "BYTE_ORDER_MARK",
    "BY_MEDIA_TYPE",
    "BY_NAME",
    "BY_SUFFIX",
    "CSV",
    "FORMATS",
    "JSON",
    "JSON_LINES",
    "MEDIA_TYPES",
    "XML",
    "Format",
    "ListedFiling",
    "MalformedBulkError",
    "Row",
    "read_rows",
    "write",
]
