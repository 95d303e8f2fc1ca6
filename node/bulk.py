"""Registers many filings, or claim changes, through the API: in chunks, repeated until decided, none lost.

Repeating is safe: what is registered already is answered with its first receipt. So a broken
connection, a node that is busy and a change of the primary are all met in the same way: the chunk
is sent again.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import msgspec

from ledger.register.entries import ENTRIES_MAX, Claim, Filing
from node.client import Document, NodeClient, NodeUnreachableError, NotANodeError, ProblemError

JSON_LINES = "application/jsonl"
ATTEMPTS_MAX = 30
PAUSE_S = 1.0
_BUSY = frozenset({429, 500, 502, 503, 504})


class NumberedRow(msgspec.Struct, frozen=True):
    """A row of a file that can be sent."""

    number: int
    entry: Filing | Claim

    @property
    def application_number(self) -> str:
        """The application number of the filing that it is about."""
        filing = self.entry.filing if isinstance(self.entry, Claim) else self.entry
        return filing.application_number_text


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
    field: str = ""
    """The field of the first fault."""
    expected: str = ""
    received: str = ""


def register_rows(
    client: NodeClient,
    rows: Sequence[NumberedRow],
    *,
    path: str = "/filings",
    chunk_size: int = ENTRIES_MAX,
    attempts_max: int = ATTEMPTS_MAX,
    pause_s: float = PAUSE_S,
    progress: Callable[[int], None] = lambda _: None,
    retrying: Callable[[str], None] = lambda _: None,
) -> Iterator[RowResult]:
    """Yield the result of every row, in order. `/claims` takes rows of claim changes.

    `progress` hears how many more are decided, `retrying` why a chunk is to be sent again.

    Raises:
        NodeUnreachableError: no answer after all attempts.
        ProblemError: the node refuses the whole chunk, and would again.
    """
    remaining = iter(rows)
    while chunk := list(islice(remaining, chunk_size)):
        for attempt in range(1, attempts_max + 1):
            results, trouble = _attempt(client, path, chunk, is_last=attempt == attempts_max)
            if not trouble:
                break
            retrying(f"{trouble}; sent again, attempt {attempt + 1} of {attempts_max}")
            time.sleep(pause_s)
        yield from results
        progress(len(chunk))


def _attempt(
    client: NodeClient, path: str, chunk: list[NumberedRow], *, is_last: bool
) -> tuple[list[RowResult], str]:
    """(what became of the rows, why they are to be sent again: empty when they are not)."""
    body = b"\n".join(msgspec.json.encode(row.entry) for row in chunk)
    try:
        report = client.post(path, body, JSON_LINES)
    except NodeUnreachableError as error:
        if is_last or isinstance(error, NotANodeError):
            raise
        return [], str(error)
    except ProblemError as error:
        if is_last or error.status not in _BUSY:
            raise
        return [], str(error)
    results = [_result(row, found) for row, found in zip(chunk, report["rows"], strict=True)]
    if is_last or all(result.status != "undecided" for result in results):
        return results, ""
    return results, "some rows are not decided yet"


def _result(row: NumberedRow, report: Document) -> RowResult:
    codes = ",".join(report.get("warningCodes", ()))
    errors: list[Document] = report.get("errors", [])
    first = errors[0] if errors else {}
    return RowResult(
        row=row.number,
        status=report["status"],
        number=row.application_number,
        subject=report.get("subject", ""),
        height=report.get("height", 0),
        index=report.get("index", 0),
        reason=report.get("reasonCode") or codes or "; ".join(map(_in_words, errors)),
        field=first.get("field", ""),
        expected=first.get("expected", ""),
        received=first.get("received", ""),
    )


def _in_words(fault: Document) -> str:
    about = f"{fault['field']}: " if fault["field"] else ""
    return f"{about}expected {fault['expected']}, received {fault['received']}"
