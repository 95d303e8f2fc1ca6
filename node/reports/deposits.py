"""The documents that come in: what is kept of them, and how the register learns of them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Final

from ledger.register.applied import Position
from ledger.register.apply import apply_entry
from ledger.register.entries import Report
from ledger.register.outcome import Outcome
from node.registration import EntryReceipt, Registering
from node.reports.document_errors import DamagedDocumentError
from node.reports.document_file import DocumentWriter
from node.reports.document_store import DocumentStore
from node.reports.errors import BusyError, MediaTypeDiffersError
from node.reports.media_types import HEAD_SIZE, begins_as
from node.reports.waiting import BLOCK_SIZE, to_its_end

INCOMING_MAX: Final = 8
"""Requests at a time that bring documents, or parts of them."""


class Deposits:
    """Takes in the documents that the office deposits."""

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
        self.incoming = 0
        """Requests that bring documents now."""
        self._entering: set[str] = set()
        """The SHA-256 of those that are being registered."""

    def outcome_of(self, entry: Report) -> Outcome:
        """What the register would say to a report now: so that no document is sent in vain."""
        reader = self._service.reader
        network_id = self._service.ledger.keyring.network_id
        position = Position(reader.height + 1, 0, self._read_unix_ms(), network_id)
        return apply_entry(reader.get, self._service.office, entry, position).outcome

    async def deposit(self, entry: Report, content: AsyncIterator[bytes]) -> EntryReceipt:
        """Keep a document that comes in one request, and register its report.

        Raises:
            MediaTypeDiffersError, BusyError: as `receive`.
            StoreFullError: there is no room.
            AlteredDocumentError, BusyError, ServiceError: as `enter`.
        """
        digest, size = entry.document_digest, entry.document_size
        writer = await asyncio.to_thread(self._store.begin_deposit, digest, size)
        try:
            await self.receive(entry, content, writer)
            return await self.enter(entry, writer)
        except BaseException:
            self._store.discard(writer)
            raise

    async def receive(
        self, entry: Report, content: AsyncIterator[bytes], writer: DocumentWriter
    ) -> None:
        """Write what comes of a document, also what came before an error.

        Raises:
            AlteredDocumentError: more comes than was announced; names both hashes.
            MediaTypeDiffersError: it does not begin as its media type says.
            BusyError: too many come in.
        """
        with self._place():
            block = bytearray()
            try:
                async for part in content:
                    block += part
                    if len(block) >= BLOCK_SIZE:
                        whole, block = bytes(block), bytearray()
                        await to_its_end(writer.write, whole)
                        _expect_beginning(entry, writer)
            finally:
                await to_its_end(writer.write, bytes(block))
        _expect_beginning(entry, writer)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self.incoming >= INCOMING_MAX:
            raise BusyError(f"{self.incoming} documents are coming in")
        self.incoming += 1
        try:
            yield
        finally:
            self.incoming -= 1

    async def enter(self, entry: Report, writer: DocumentWriter) -> EntryReceipt:
        """Keep a document that came, and register its report; what the register rejects is not kept.

        Raises:
            BusyError: the same document is being registered; nothing happened.
            AlteredDocumentError: what came is not what the entry says; names both hashes. It is removed.
            ServiceError: it is not decided; the document is kept, and the same deposit sent again gets the receipt.
        """
        digest = entry.document_digest
        if digest in self._entering:
            raise BusyError("the same document is being registered")
        self._entering.add(digest)
        try:
            was_held = self._store.holds(digest)
            await to_its_end(self._store.keep_deposited, writer)
            (receipt,) = await self._service.register((entry,))
            self._events[f"deposit_{receipt.outcome.status}"] += 1
            if receipt.outcome.status == "rejected" and not was_held:
                await asyncio.to_thread(self._store.withdraw, digest)
        finally:
            self._entering.discard(digest)
        return receipt

    async def enter_held(self, entry: Report) -> EntryReceipt | None:
        """Register a report whose document is here already, whole and undamaged; None: it is not.

        Raises:
            ServiceError: it is not decided.
        """
        if not await asyncio.to_thread(self._is_held, entry):
            return None
        (receipt,) = await self._service.register((entry,))
        return receipt

    def _is_held(self, entry: Report) -> bool:
        if not self._store.holds(entry.document_digest):
            return False
        try:
            with self._store.read_deposited(entry.document_digest) as document:
                first = b""
                for part in document.parts():
                    first = first or part[:HEAD_SIZE]
                return document.size == entry.document_size and begins_as(entry.media_type, first)
        except (OSError, DamagedDocumentError):
            return False


def _expect_beginning(entry: Report, writer: DocumentWriter) -> None:
    """Return where the document begins as its media type says, or too little of it came to tell."""
    is_known = len(writer.beginning) >= min(HEAD_SIZE, entry.document_size)
    if is_known and not begins_as(entry.media_type, writer.beginning):
        raise MediaTypeDiffersError(
            f"expected a document of {entry.media_type}, got one that begins with {writer.beginning[:8]!r}"
        )
