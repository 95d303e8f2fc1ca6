"""Registers many filings through the API: in chunks, repeated until decided, none lost.

Repeating is safe: what is registered already is answered with its first receipt. So a broken
connection, a node that is busy and a change of the primary are all met in the same way: the chunk
is sent again.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import msgspec

from ledger.register.entries import ENTRIES_MAX, Filing
from node.client import Document, NodeClient, NodeUnreachableError, NotANodeError, ProblemError

JSON_LINES = "application/jsonl"
ATTEMPTS_MAX = 30
PAUSE_S = 1.0
_BUSY = frozenset({429, 500, 502, 503, 504})


class NumberedRow(msgspec.Struct, frozen=True):
    """A row of a file that can be sent."""

    number: int
    filing: Filing


class RowResult(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What became of one row."""

    row: int
    status: str
    """`accepted`, `repeated` (it was there before), `rejected`, `malformed` or `undecided`."""
    number: str = ""
    """The application number as given."""
    subject: str = ""
    height: int = 0
    index: int = 0
    reason: str = ""
    """Reason or warning codes; what is wrong with a malformed row."""


def register_rows(
    client: NodeClient,
    rows: Sequence[NumberedRow],
    *,
    chunk_size: int = ENTRIES_MAX,
    attempts_max: int = ATTEMPTS_MAX,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[RowResult]:
    """Yield the result of every row, in order; `progress` hears how many more are decided.

    Raises:
        NodeUnreachableError: no answer after all attempts.
        ProblemError: the node refuses the whole chunk, and would again.
    """
    remaining = iter(rows)
    while chunk := list(islice(remaining, chunk_size)):
        yield from _register_chunk(client, chunk, attempts_max)
        progress(len(chunk))


def _register_chunk(
    client: NodeClient, chunk: list[NumberedRow], attempts_max: int
) -> list[RowResult]:
    body = b"\n".join(msgspec.json.encode(row.filing) for row in chunk)
    for attempt in range(1, attempts_max + 1):
        last = attempt == attempts_max
        try:
            report = client.post("/filings", body, JSON_LINES)
        except NodeUnreachableError as error:
            if last or isinstance(error, NotANodeError):
                raise
        except ProblemError as error:
            if last or error.status not in _BUSY:
                raise
        else:
            results = [
                _result(row, found) for row, found in zip(chunk, report["rows"], strict=True)
            ]
            if last or all(result.status != "undecided" for result in results):
                return results
        time.sleep(PAUSE_S)
    raise AssertionError("the last attempt returns or raises")


def _result(row: NumberedRow, report: Document) -> RowResult:
    codes = ",".join(report.get("warningCodes", ()))
    faults = "; ".join(
        f"{fault['field']}: expected {fault['expected']}, received {fault['received']}"
        for fault in report.get("errors", ())
    )
    return RowResult(
        row=row.number,
        status=report["status"],
        number=row.filing.application_number_text,
        subject=report.get("subject", ""),
        height=report.get("height", 0),
        index=report.get("index", 0),
        reason=report.get("reasonCode") or codes or faults,
    )
