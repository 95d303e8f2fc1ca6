"""The reading side: documents on their way from other offices, each once at a time, continued after interruptions.

A document is handed out only when all of it is here and its SHA-256 is that of the ledger.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Final

from ledger.register.report_keys import depositing_office, report_digest, report_id
from ledger.register.reports import DepositedReport
from node.reports.document_errors import AlteredDocumentError
from node.reports.document_file import DocumentReader, DocumentWriter
from node.reports.document_store import DocumentStore
from node.reports.errors import (
    BusyError,
    DepositingNodeUnreachableError,
    TransferUnderWayError,
)
from node.reports.office_client import Asked, OfficeClient
from node.reports.waiting import BLOCK_SIZE, to_its_end

TRANSFERS_MAX: Final = 8
"""Documents on their way at a time."""
TRANSFERS_OF_OFFICE_MAX: Final = 4
"""... from one office: one that hardly sends keeps the others' documents from nobody."""
SECONDS_MAX: Final = 3_600
"""For one document, all attempts of it; what came is kept."""
ATTEMPTS_WITHOUT_PROGRESS_MAX: Final = 3
ATTEMPTS_AT_A_BUSY_NODE_MAX: Final = 5
"""... where a node is there that takes no request yet: longer than one refuses them after its start."""
PAUSE_SECONDS: Final = 0.5
"""Before the second attempt; doubled before each further one."""


class Transfers:
    """Fetches documents of other offices."""

    def __init__(
        self, store: DocumentStore, client: OfficeClient, events: Counter[str] | None = None
    ) -> None:
        self._store = store
        self._events = Counter[str]() if events is None else events
        self._client = client
        self._running: dict[str, asyncio.Task[None]] = {}
        """By the id of the report: the same bytes of another office are another one's to grant."""
        self._offices: dict[str, str] = {}
        """Where each comes from."""
        self._received: dict[str, int] = {}

    @property
    def under_way(self) -> int:
        """Documents that come now."""
        return len(self._running)

    async def document(
        self, report: DepositedReport, height: int, wait_seconds: float
    ) -> DocumentReader:
        """The document of a report, once it is here and checked; `height` is what this node knows of the ledger.

        Raises:
            TransferUnderWayError: it takes longer; it goes on, and asking again waits for the same transfer.
            AlteredDocumentError: what came is another document; names both hashes.
            DepositingNodeUnreachableError, RefusedByOfficeError: as `OfficeClient`.
            StoreFullError, BusyError: there is no room for it, or too many are on their way.
        """
        identifier, digest = report_id(report.key), report_digest(report.key)
        kept = await asyncio.to_thread(self._store.read_fetched, identifier, digest)
        if kept is not None:
            return kept
        task = self._running.get(identifier)
        if task is None:
            task = self._begin(report, height)
        done, _ = await asyncio.wait((task,), timeout=wait_seconds)
        if not done:
            came = self._received.get(identifier, 0)
            raise TransferUnderWayError(
                f"{came:,} of {report.record.size:,} bytes came from {depositing_office(report.key)}"
            )
        task.result()
        fetched = await asyncio.to_thread(self._store.read_fetched, identifier, digest)
        if fetched is None:
            raise DepositingNodeUnreachableError(
                depositing_office(report.key), "the transfer was interrupted here"
            )
        return fetched

    def _begin(self, report: DepositedReport, height: int) -> asyncio.Task[None]:
        """The transfer of a document, begun.

        Raises:
            BusyError: too many are on their way.
        """
        identifier, office = report_id(report.key), depositing_office(report.key)
        of_office = sum(other == office for other in self._offices.values())
        if len(self._running) >= TRANSFERS_MAX or of_office >= TRANSFERS_OF_OFFICE_MAX:
            raise BusyError(
                f"{len(self._running)} documents are on their way already, {of_office} of them from {office}"
            )
        task = asyncio.create_task(self._transfer(report, height))
        self._running[identifier] = task
        self._offices[identifier] = office
        task.add_done_callback(lambda done: self._ended(identifier, done))
        return task

    def _ended(self, report: str, task: asyncio.Task[None]) -> None:
        del self._running[report], self._offices[report]
        self._received.pop(report, None)
        if not task.cancelled():
            task.exception()  # is told to whoever waits; nobody need

    async def _transfer(self, report: DepositedReport, height: int) -> None:
        asked = Asked(
            depositing_office(report.key),
            report_id(report.key),
            report_digest(report.key),
            report.record.size,
            report.record.media_type,
        )
        writer = await asyncio.to_thread(
            self._store.begin_fetch, asked.identifier, asked.digest, asked.size
        )
        try:
            async with asyncio.timeout(SECONDS_MAX):
                await self._attempts(asked, writer, height)
            await asyncio.to_thread(self._store.keep_fetched, writer)
            self._events["document_fetched"] += 1
        except AlteredDocumentError:
            self._events["document_altered"] += 1
            await asyncio.to_thread(self._store.discard, writer)
            raise
        except TimeoutError:
            await to_its_end(self._store.interrupt, writer)
            cause = f"{writer.received:,} of {asked.size:,} bytes came in {SECONDS_MAX} s"
            raise DepositingNodeUnreachableError(asked.office, cause) from None
        except BaseException:
            await to_its_end(self._store.interrupt, writer)
            raise

    async def _attempts(self, asked: Asked, writer: DocumentWriter, height: int) -> None:
        """Return when all bytes came, however often the connection broke on the way."""
        without_progress = 0
        while writer.received < asked.size:
            before = writer.received
            try:
                async with self._client.document(asked, before, height) as parts:
                    await self._write(asked, parts, writer)
            except DepositingNodeUnreachableError as error:
                self._events["fetch_interrupted"] += 1
                without_progress = 0 if writer.received > before else without_progress + 1
                if without_progress >= (
                    ATTEMPTS_AT_A_BUSY_NODE_MAX if error.is_there else ATTEMPTS_WITHOUT_PROGRESS_MAX
                ):
                    raise
                await asyncio.sleep(PAUSE_SECONDS * 2**without_progress / 2)

    async def _write(
        self, asked: Asked, parts: AsyncIterator[bytes], writer: DocumentWriter
    ) -> None:
        """Write what comes, also what came before the connection broke.

        Raises:
            AlteredDocumentError: more comes than the ledger says.
        """
        block = bytearray()
        try:
            async for part in parts:
                block += part
                if len(block) >= BLOCK_SIZE:
                    whole, block = bytes(block), bytearray()
                    await to_its_end(writer.write, whole)
                    self._received[asked.identifier] = writer.received
        finally:
            await to_its_end(writer.write, bytes(block))
            self._received[asked.identifier] = writer.received

    async def close(self) -> None:
        """End all transfers; they can be continued after the next start."""
        tasks = tuple(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
