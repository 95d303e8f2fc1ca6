"""The depositing side: who asks for a document, whether the ledger lets them, and the entry that says so."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final

from ledger.register.entries import ReportAccess
from ledger.register.reader import RegisterReader
from ledger.register.report_access import judge_reading, knows_of
from ledger.register.report_keys import (
    MalformedReportIdError,
    depositing_office,
    parse_report_id,
    report_digest,
    report_id,
)
from ledger.register.reports import DepositedReport, load_accesses_of, load_report
from node.registration import Registering
from node.reports.document_errors import DamagedDocumentError
from node.reports.document_file import DocumentReader
from node.reports.document_store import DocumentStore
from node.reports.errors import (
    BusyError,
    DocumentLostError,
    ReadingRefusedError,
    UnknownReportError,
)
from node.reports.message_signature import (
    MessageSignatureError,
    MessageVerifier,
    SignedRequest,
    Signer,
)
from node.reports.places import Places
from node.reports.replay import ReplayGuard

RESUME_MS: Final = 24 * 3_600 * 1_000
"""For so long after a granted reading the same office gets the document without another entry."""
PENDING_MAX: Final = 1_000
"""Readings remembered of which nobody knows yet whether they are entered; beyond that the oldest is forgotten."""
STREAMS_MAX: Final = 32
"""Requests of other offices at a time, from when they wait to the last byte that is sent."""
STREAMS_OF_OFFICE_MAX: Final = 4
PARTS_AT_ONCE: Final = 16
"""Of 64 KiB, read and decrypted in one go in a thread."""


class Granting:
    """Grants readings of the documents that this office deposited."""

    def __init__(
        self,
        service: Registering,
        store: DocumentStore,
        read_unix_ms: Callable[[], int],
        events: Counter[str] | None = None,
    ) -> None:
        self._service = service
        self._events = Counter[str]() if events is None else events
        self._store = store
        self._read_unix_ms = read_unix_ms
        self._verifier = MessageVerifier(service.ledger.keyring)
        self._guard = ReplayGuard(read_unix_ms() // 1_000)
        self.places: Final = Places(STREAMS_MAX, STREAMS_OF_OFFICE_MAX)
        """By office."""
        self._pending: dict[tuple[str, bytes], ReportAccess] = {}
        """By office and report."""

    def authenticate(self, request: SignedRequest) -> Signer:
        """The office that signed a request, which did not come before.

        Raises:
            MessageSignatureError: no such signature.
            ReplayedRequestError, TooManyRequestsError: as `ReplayGuard`.
        """
        now = self._read_unix_ms() // 1_000
        signer = self._verifier.verify(request, now)
        if signer.office == self._service.office:
            raise MessageSignatureError("expected a request of another office")
        self._guard.expect_new(signer, now)
        return signer

    def judge(self, signer: Signer, identifier: str) -> DepositedReport:
        """The report of this office that another one may read, by the ledger as this node knows it.

        Raises:
            UnknownReportError: this office deposited no such report, or none that the other one may know of.
            ReadingRefusedError: the other one may not read it.
        """
        reader = self._service.reader
        report = own_report(reader, self._service.office, identifier)
        reading = judge_reading(reader, signer.office, report.key, self._service.ledger.time_of)
        if reading.is_granted:
            return report
        self._events["reading_refused"] += 1
        if not knows_of(reader, signer.office, report.key):
            raise UnknownReportError(_unknown(identifier))
        raise ReadingRefusedError(signer.office, reading)

    async def enter(self, signer: Signer, report: DepositedReport) -> None:
        """Return when the reading is entered in the register. What came before it may forbid it: judge again.

        What the same office was granted not long ago, or asked for and nobody knows yet whether it was granted, is not
        entered again: a transfer that goes on, or begins anew after a failure, is the same reading.

        Raises:
            ServiceError: it is not entered, or not yet.
            ReadingRefusedError: the report was withheld meanwhile.
        """
        if self._was_granted(self._service.reader, signer.office, report.key):
            self._events["reading_continued"] += 1
            return
        asked = signer.office, report.key
        (receipt,) = await self._service.register((self._pending_entry(asked, signer.nonce),))
        self._pending.pop(asked, None)
        self._events[f"reading_{receipt.outcome.status}"] += 1
        if receipt.outcome.status == "rejected":
            reader = self._service.reader
            reading = judge_reading(reader, signer.office, report.key, self._service.ledger.time_of)
            if not reading.is_granted:
                self._events["reading_refused"] += 1
                raise ReadingRefusedError(signer.office, reading)
            raise BusyError(f"the register refused the access: {receipt.outcome.reason}")

    def _pending_entry(self, asked: tuple[str, bytes], nonce: str) -> ReportAccess:
        """The entry of a reading (office and report), the same one until it is decided: the register takes it once."""
        if asked not in self._pending:
            if len(self._pending) >= PENDING_MAX:
                del self._pending[next(iter(self._pending))]
            office, report = asked
            self._pending[asked] = ReportAccess(
                report_identifier=report_id(report),
                reading_office_code=office,
                access_identifier=nonce,
            )
        return self._pending[asked]

    def _was_granted(self, reader: RegisterReader, office: str, report: bytes) -> bool:
        """Whether this office was granted this report not long ago."""
        since = self._read_unix_ms() - RESUME_MS
        heights = (access.height for access in load_accesses_of(reader, report, office))
        last = max(heights, default=0)
        return last > 0 and self._service.ledger.header(last).time_ms >= since


def own_report(reader: RegisterReader, office: str, identifier: str) -> DepositedReport:
    """A report that the office deposited.

    Raises:
        UnknownReportError: it deposited none with this id.
    """
    try:
        key = parse_report_id(identifier)
    except MalformedReportIdError as error:
        raise UnknownReportError(str(error)) from None
    report = load_report(reader, key)
    if report is None or depositing_office(key) != office:
        raise UnknownReportError(_unknown(identifier))
    return report


def _unknown(identifier: str) -> str:
    return f"{identifier} is not a report that this office deposited"


async def open_deposited(store: DocumentStore, report: DepositedReport) -> DocumentReader:
    """A reader of the document of this office's own report.

    Raises:
        DocumentLostError: it is missing or damaged.
    """
    digest = report_digest(report.key)
    try:
        return await asyncio.to_thread(store.read_deposited, digest)
    except (OSError, DamagedDocumentError) as error:
        raise DocumentLostError(
            f"the document {digest} cannot be read: {error}; bring it back from the backup, or deposit it again"
        ) from error


async def sent(document: DocumentReader, start: int, end: int) -> AsyncIterator[bytes]:
    """Yield the bytes of a document from `start` up to `end`, and close it; others get their turn between.

    Raises:
        DamagedDocumentError: a part is not what was written there.
    """
    with document:
        parts = document.parts(start)
        left = end - start
        while left:
            data = await asyncio.to_thread(_joined, parts)
            if not data:
                return
            yield data[:left]
            left -= min(left, len(data))


def _joined(parts: Iterator[bytes]) -> bytes:
    return b"".join(part for _, part in zip(range(PARTS_AT_ONCE), parts, strict=False))
