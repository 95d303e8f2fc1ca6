"""Changes of priority claims as a table (CSV), a JSON array or JSON Lines: `Claim` entries, one to a row.

In a table `right`, `applicationNumberText` and `filingDate` name the filing, the columns that begin
with `claim` the claim, those that begin with `replacedClaim` the claim as it stood.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from api.explain import explain, explain_value
from api.formats import CSV, JSON, JSON_LINES
from api.formats.columns import OFFICE, Group, Layout
from api.formats.json_rows import elements, lines, repeated_names
from api.formats.row import (
    ROW_BYTES_MAX,
    ROWS_MAX,
    ClaimRow,
    ListedClaim,
    too_long_fault,
)
from api.formats.table import read_table
from api.formats.table_writing import write_table
from api.formats.texts import tidy
from ledger.register.entries import Claim, FilingReference, PriorityClaim

LAYOUT: Final = Layout(
    Claim,
    Group("", "filing", FilingReference),
    Group("claim", "claim", PriorityClaim),
    Group("replacedClaim", "replacedClaim", PriorityClaim),
)
MEDIA_TYPES: Final = (JSON, *JSON_LINES, CSV)
SUFFIXES: Final = {
    ".csv": CSV,
    ".jsonl": JSON_LINES[0],
    ".ndjson": JSON_LINES[1],
    ".json": JSON,
}
"""Media types by the endings of file names."""

_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def read_claims(media_type: str, body: bytes, rows_max: int = ROWS_MAX) -> Iterator[ClaimRow]:
    """The claim changes of a document of one of `MEDIA_TYPES`.

    Raises:
        MalformedBulkError: it cannot be told apart into rows, or has too many. Raised by this call.
    """
    body = body.removeprefix(b"\xef\xbb\xbf")
    if media_type == CSV:
        rows = read_table(body, LAYOUT, rows_max)
        return (
            ClaimRow(number, claim, errors, office) for number, claim, errors, office, _ in rows
        )
    split = elements if media_type == JSON else lines
    return (_read_row(number, document) for number, document in split(body, rows_max))


def _read_row(number: int, document: bytes) -> ClaimRow:
    size = len(document)
    if size > ROW_BYTES_MAX:
        return ClaimRow(number, None, (too_long_fault(size),))
    try:
        fields = msgspec.json.decode(document)
        faults = repeated_names(document)
    except _UNREADABLE:
        return ClaimRow(number, None, explain(document, Claim))
    if isinstance(fields, dict):
        faults = faults or tuple(tidy(fields))
    if faults:
        return ClaimRow(number, None, faults)
    office = fields.pop(OFFICE, "") if isinstance(fields, dict) else ""
    try:
        claim = msgspec.convert(fields, Claim)
    except msgspec.ValidationError:
        return ClaimRow(number, None, explain_value(fields, Claim))
    return ClaimRow(number, claim, office=str(office))


def _write_lines(claims: Iterable[ListedClaim]) -> Iterator[bytes]:
    for office, claim in claims:
        fields = msgspec.json.encode(claim)[1:]
        yield b'{"ipOfficeCode":' + msgspec.json.encode(office) + b"," + fields + b"\n"


def _write_table(claims: Iterable[ListedClaim]) -> Iterator[bytes]:
    return write_table(LAYOUT, claims)


WRITERS: Final[dict[str, Callable[[Iterable[ListedClaim]], Iterator[bytes]]]] = {
    "csv": _write_table,
    "jsonl": _write_lines,
}
"""By the name of the format."""
