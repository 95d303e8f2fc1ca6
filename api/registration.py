"""Registers entries through the node's service and says what became of them."""

import asyncio
import re
from collections import deque
from collections.abc import Iterator
from typing import Any, Final, Literal, TypeAlias, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.answers import JSON, encode, json_response
from api.bulk_places import Turn
from api.description import parameter
from api.explain import FieldError, quote
from api.formats.row import ClaimRow, Row
from api.moments import moment_text
from api.problems import ProblemError
from api.rejections import (
    rejection,
    rejection_errors,
)
from api.schemas import BulkReport, Registration, RowCounts, RowReport
from api.unsent import REFUSALS, clerk_refusal, why_unsent
from ledger.register.entries import ENTRIES_MAX, Claim, Entry, Filing
from ledger.register.outcome import Outcome
from ledger.register.reader import RegisterReader
from node.service import EntryReceipt, OverloadedError, RegisterService, RequestTimeoutError

CHUNKS_WAITING_MAX: Final = 4
"""Submissions' worth of rows of one document under way at a time."""
CLAIMS_AT_ONCE: Final = 5_000
"""Claims of one chunk: what is registered at once holds up all others."""
FAULTS_MAX: Final = 10_000
"""Faults named in one report. Of the rows behind them only the first fault each is."""
IDEMPOTENCY_KEY: Final = parameter(
    "header",
    "Idempotency-Key",
    "Stands for this content for ever, at every node; the rows of a bulk document get `<key>.<row>`.",
    {"type": "string", "maxLength": 48},
)

_KEY: Final = re.compile(r'"?([\x21\x23-\x7e]{1,48})"?')
"""An idempotency key: printable ASCII, with or without the quotation marks of RFC 9651."""

_E = TypeVar("_E", bound=Entry)
AnyRow: TypeAlias = Row | ClaimRow


def request_key_of(request: Request) -> str | None:
    """The client's idempotency key, if it sent one.

    Raises:
        ProblemError: 400, it is too long or not printable ASCII.
    """
    given = request.headers.get("idempotency-key")
    if given is None:
        return None
    key = _KEY.fullmatch(given)
    if key is None:
        expected = "1 to 48 printable ASCII characters without spaces"
        fault = FieldError("Idempotency-Key", expected, quote(given))
        raise ProblemError("invalid-parameter", errors=(fault,))
    return key[1]


def with_key(entry: _E, key: str | None) -> _E:
    """The entry under the key of its request.

    Raises:
        ProblemError: 400, it has another key of its own.
    """
    if key is None:
        return entry
    if entry.request_key not in (None, key):
        fault = FieldError("Idempotency-Key", str(entry.request_key)[:80], key)
        raise ProblemError("invalid-parameter", errors=(fault,))
    return msgspec.structs.replace(entry, request_key=key)


def entry_of(asked: msgspec.Struct, entry_type: type[_E], **more: object) -> _E:
    """The entry that a request asks for, with what its path and headers say."""
    fields: dict[str, Any] = {**msgspec.structs.asdict(asked), **more}
    return entry_type(**fields)


async def register_one(service: RegisterService, entry: Entry, path: str = "") -> Response:
    """Registers an entry: 201 with its receipt, 200 with the first one when it was there before.

    `path` begins the `Location` of the resource; empty: the answer names none.

    Raises:
        ProblemError: 409 or 422, the register rejected it; 503 or 504, it was not decided.
    """
    refusal = clerk_refusal(service, entry)
    if refusal is not None:
        reason, fault = refusal
        code = REFUSALS.get(reason, "invalid-fields")
        raise ProblemError(code, reason=reason, errors=(fault,))
    (receipt,) = await service.register((entry,))
    return registered(service, entry, receipt, path)


def registered(
    service: RegisterService, entry: Entry, receipt: EntryReceipt, path: str = ""
) -> Response:
    """The answer to an entry that was decided, as `register_one` gives it.

    Raises:
        ProblemError: 409 or 422, the register rejected it.
    """
    outcome = receipt.outcome
    if outcome.status == "rejected":
        raise rejection(service.reader, entry, outcome)
    headers = {"Register-Height": str(receipt.height)}
    if path:
        headers["Location"] = path + outcome.subject
    status = 201 if outcome.status == "accepted" else 200
    return json_response(_registration(service, receipt, outcome), status, headers)


def _registration(
    service: RegisterService, receipt: EntryReceipt, outcome: Outcome
) -> Registration:
    if outcome.status == "accepted":
        return Registration(
            status="accepted",
            subject=outcome.subject,
            height=receipt.height,
            index=receipt.index,
            block_hash=receipt.block_hash.hex(),
            block_time=moment_text(receipt.time_ms),
            warning_codes=outcome.warnings,
        )
    header = service.ledger.header(outcome.height)
    return Registration(
        status="repeated",
        subject=outcome.subject,
        height=outcome.height,
        index=outcome.index,
        block_hash=service.ledger.block_hash(outcome.height).hex(),
        block_time=moment_text(header.time_ms),
    )


# --- many rows -----------------------------------------------------------------------------------


class Progress:
    """What became of the rows of a document so far; bad ones stand among the good ones."""

    def __init__(self) -> None:
        self.reports: list[RowReport] = []
        self._faults = 0

    async def register(
        self,
        service: RegisterService,
        rows: Iterator[AnyRow],
        key: str | None,
        chunks_max: int = CHUNKS_WAITING_MAX,
    ) -> None:
        """Registers all rows, some submissions' worth at a time, and returns when all are decided.

        Others get their turn between the rows.

        Rows of one submission are applied in their order; with a `chunks_max` of 1 all rows are.
        """
        waiting: deque[asyncio.Task[list[RowReport]]] = deque()
        async with asyncio.TaskGroup() as group:
            turn = Turn()
            while chunk := await _next_chunk(rows, turn):
                waiting.append(group.create_task(_register_chunk(service, chunk, key)))
                await asyncio.sleep(0)
                if len(waiting) == chunks_max:
                    self._add(await waiting.popleft())
            while waiting:
                self._add(await waiting.popleft())

    def _add(self, reports: list[RowReport]) -> None:
        for report in reports:
            if len(report.errors) > 1 and self._faults + len(report.errors) > FAULTS_MAX:
                report = msgspec.structs.replace(report, errors=report.errors[:1])  # noqa: PLW2901
            self._faults += len(report.errors)
            self.reports.append(report)

    async def encoded_report(self) -> bytes:
        """The report as JSON, encoded part by part: others get their turn between them."""
        report = self.report()
        turn = Turn()
        parts = [b'{"counts":' + encode(report.counts) + b',"rows":[']
        for number, row in enumerate(report.rows):
            parts.append(encode(row) if number == 0 else b"," + encode(row))
            await turn.offer()
        return b"".join((*parts, b"]}"))

    def report(self) -> BulkReport:
        """The rows in their order, and how many ended in which way."""
        counts = dict.fromkeys(RowCounts.__struct_fields__, 0)
        for row in self.reports:
            counts[row.status] += 1
        return BulkReport(counts=RowCounts(**counts), rows=tuple(self.reports))


async def register_rows(
    service: RegisterService,
    rows: Iterator[AnyRow],
    key: str | None,
    chunks_max: int = CHUNKS_WAITING_MAX,
) -> Response:
    """Registers all rows, and answers with what became of each."""
    progress = Progress()
    await progress.register(service, rows, key, chunks_max)
    body = await progress.encoded_report()
    headers = {"Register-Height": str(service.ledger.height)}
    return Response(body, 200, headers, media_type=JSON)


async def _next_chunk(rows: Iterator[AnyRow], turn: Turn) -> list[AnyRow]:
    """The next rows, as many as a submission holds, or fewer that have many claims; empty: no more."""
    chunk: list[AnyRow] = []
    claims = 0
    for row in rows:
        chunk.append(row)
        if isinstance(row.entry, Filing):
            claims += len(row.entry.priority_claim_bag)
        await turn.offer()
        if len(chunk) == ENTRIES_MAX or claims >= CLAIMS_AT_ONCE:
            break
    return chunk


async def _register_chunk(
    service: RegisterService, chunk: list[AnyRow], key: str | None
) -> list[RowReport]:
    unsent = {row.number: why for row in chunk if (why := why_unsent(service, row)) is not None}
    entries = [
        _keyed(entry, key, row.number)
        for row in chunk
        if (entry := row.entry) is not None and row.number not in unsent
    ]
    receipts: Iterator[EntryReceipt] = iter(())
    undecided = ""
    if entries:
        try:
            receipts = iter(await service.register(entries))
        except OverloadedError:
            undecided = "OVERLOADED"
        except RequestTimeoutError:
            undecided = "UNDECIDED"
    reports = []
    for row in chunk:
        if row.entry is None:
            report = RowReport(row=row.number, status="malformed", errors=row.errors)
        elif row.number in unsent:
            reason, fault = unsent[row.number]
            report = RowReport(
                row=row.number, status="rejected", reason_code=reason, errors=(fault,)
            )
        elif undecided:
            report = RowReport(row=row.number, status="undecided", reason_code=undecided)
        else:
            report = _row_report(service.reader, row, next(receipts))
        reports.append(report)
    return reports


def _keyed(entry: Filing | Claim, key: str | None, row: int) -> Filing | Claim:
    """The entry of a row; its own key stands before that of the request."""
    if key is None or entry.request_key is not None:
        return entry
    return msgspec.structs.replace(entry, request_key=f"{key}.{row}")


def _row_report(reader: RegisterReader, row: AnyRow, receipt: EntryReceipt) -> RowReport:
    assert row.entry is not None, "it was registered"
    return entry_report(reader, row.number, row.entry, receipt)


def entry_report(
    reader: RegisterReader, number: int, entry: Entry, receipt: EntryReceipt
) -> RowReport:
    """What became of the entry of the row with this number."""
    outcome = receipt.outcome
    status: Literal["accepted", "repeated", "rejected"] = outcome.status
    if status == "rejected":
        return RowReport(
            row=number,
            status=status,
            subject=outcome.subject,
            reason_code=outcome.reason,
            errors=rejection_errors(reader, entry, outcome),
        )
    first = status == "accepted"
    return RowReport(
        row=number,
        status=status,
        subject=outcome.subject,
        height=receipt.height if first else outcome.height,
        index=receipt.index if first else outcome.index,
        warning_codes=outcome.warnings,
    )
