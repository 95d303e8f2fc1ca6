"""Reports at one office: deposit, grant and read. What the API asks."""

import asyncio
import contextlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from typing import Final

from crypto.signing import SigningKey
from ledger.register.applied import Position
from ledger.register.apply import apply_entry
from ledger.register.entries import Report
from ledger.register.outcome import Outcome
from ledger.register.report_access import judge_reading
from ledger.register.report_keys import depositing_office
from ledger.register.reports import DepositedReport
from node.clock import read_clocks
from node.registration import EntryReceipt, Registering
from node.reports.document_file import DocumentReader, DocumentWriter
from node.reports.document_store import DocumentStore
from node.reports.errors import BusyError, MediaTypeDiffersError, ReadingRefusedError
from node.reports.granting import Granting, open_deposited
from node.reports.media_types import HEAD_SIZE, begins_as
from node.reports.message_signature import MessageSigner, MessageVerifier
from node.reports.office_client import OfficeClient
from node.reports.places import Places
from node.reports.transfers import BLOCK_SIZE, Transfers
from node.settings import DocumentsSection

DEPOSITS_MAX: Final = 8
"""Documents that come in at a time."""
READERS_MAX: Final = 64
"""Own readers at a time, from when they wait for a document to the last byte that they take."""
READERS_OF_TOKEN_MAX: Final = 16
FORGET_SECONDS: Final = 600
_NONCE_SIZE: Final = 16


def new_nonce() -> str:
    """16 random bytes in unpadded base64url."""
    return urlsafe_b64encode(secrets.token_bytes(_NONCE_SIZE)).rstrip(b"=").decode()


def read_unix_ms() -> int:
    """The time, Unix milliseconds."""
    return read_clocks().unix_ms


class ReportDesk:
    """Reports at the office of a service."""

    def __init__(
        self,
        service: Registering,
        signing_key: SigningKey,
        store: DocumentStore,
        settings: DocumentsSection,
        read_time: Callable[[], int] = read_unix_ms,
    ) -> None:
        """Begin to grant.

        Raises:
            OSError: the file of certificate authorities cannot be read.
        """
        self._service = service
        self.store: Final = store
        self.settings: Final = settings
        self.granting: Final = Granting(service, store, read_time)
        network_id = service.ledger.keyring.network_id
        self.signer: Final = MessageSigner(service.office, signing_key, network_id)
        client = OfficeClient(
            addresses=settings.peers,
            signer=self.signer,
            verifier=MessageVerifier(service.ledger.keyring),
            read_unix_ms=read_time,
            new_nonce=new_nonce,
            certificate_authorities=settings.certificate_authorities,
        )
        self._client = client
        self._transfers = Transfers(store, client)
        self.read_unix_ms: Final = read_time
        self.places: Final = Places(READERS_MAX, READERS_OF_TOKEN_MAX)
        """Of this office's own readers, by token."""
        self._depositing: set[str] = set()
        self._forgetting = asyncio.create_task(self._forget_old())

    async def _forget_old(self) -> None:
        """Remove what lies here of other offices when its time is over, also while nobody reads."""
        while True:
            with contextlib.suppress(OSError):
                await asyncio.to_thread(self.store.forget_old)
            await asyncio.sleep(FORGET_SECONDS)

    # -- deposit ---------------------------------------------------------------------------------

    async def deposit(self, entry: Report, content: AsyncIterator[bytes]) -> EntryReceipt:
        """Keep a document and register its report; what the register rejects is not kept.

        Raises:
            AlteredDocumentError: what came is not what the entry says; names both hashes.
            MediaTypeDiffersError: it does not begin as its media type says.
            StoreFullError, BusyError: there is no room, or too many come in.
            ServiceError: it is not decided; the document is kept, and the same deposit sent again gets the receipt.
        """
        digest = entry.document_digest
        if digest in self._depositing or len(self._depositing) >= DEPOSITS_MAX:
            raise BusyError(f"{len(self._depositing)} documents are coming in")
        self._depositing.add(digest)
        try:
            was_held = self.store.holds(digest)
            writer = await asyncio.to_thread(self.store.begin_deposit, digest, entry.document_size)
            await self._receive(entry, content, writer)
            (receipt,) = await self._service.register((entry,))
            if receipt.outcome.status == "rejected" and not was_held:
                await asyncio.to_thread(self.store.withdraw, digest)
        finally:
            self._depositing.discard(digest)
        return receipt

    async def _receive(
        self, entry: Report, content: AsyncIterator[bytes], writer: DocumentWriter
    ) -> None:
        block, head = bytearray(), b""
        try:
            async for part in content:
                block += part
                if not head and len(block) >= HEAD_SIZE:
                    head = bytes(block[:HEAD_SIZE])
                    _expect_beginning(entry, head)
                if len(block) >= BLOCK_SIZE:
                    await asyncio.to_thread(writer.write, bytes(block))
                    block.clear()
            await asyncio.to_thread(writer.write, bytes(block))
            if not head:
                _expect_beginning(entry, bytes(block[:HEAD_SIZE]))
        except BaseException:
            self.store.discard(writer)
            raise
        await asyncio.to_thread(self.store.keep_deposited, writer)

    def outcome_of(self, entry: Report) -> Outcome:
        """What the register would say to a report now: so that no document is sent in vain."""
        reader = self._service.reader
        network_id = self._service.ledger.keyring.network_id
        position = Position(reader.height + 1, 0, self.read_unix_ms(), network_id)
        return apply_entry(reader.get, self._service.office, entry, position).outcome

    # -- read ------------------------------------------------------------------------------------

    async def open(self, report: DepositedReport, wait_seconds: float) -> DocumentReader:
        """The document of a report that this office may read, its own or another office's, checked.

        Raises:
            ReadingRefusedError: this office may not read it, by the ledger.
            DocumentLostError: its own document is missing or damaged.
            AlteredDocumentError, TransferUnderWayError, DepositingNodeUnreachableError, RefusedByOfficeError,
            StoreFullError, BusyError: as `Transfers.document`.
        """
        office = self._service.office
        if depositing_office(report.key) == office:
            return await open_deposited(self.store, report)
        reader = self._service.reader
        reading = judge_reading(reader, office, report.key)
        if not reading.is_granted:
            raise ReadingRefusedError(office, reading)
        return await self._transfers.document(report, reader.height, wait_seconds)

    async def close(self) -> None:
        """End the transfers and connections."""
        self._forgetting.cancel()
        await self._transfers.close()
        await self._client.close()


def _expect_beginning(entry: Report, head: bytes) -> None:
    if not begins_as(entry.media_type, head):
        raise MediaTypeDiffersError(
            f"expected a document of {entry.media_type}, got one that begins with {head[:8]!r}"
        )
