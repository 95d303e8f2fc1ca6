"""Reports at one office: deposit, grant and read. What the API asks."""

import asyncio
import contextlib
import secrets
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable
from typing import Final

from crypto.signing import SigningKey
from ledger.register.report_access import judge_reading
from ledger.register.report_keys import depositing_office
from ledger.register.reports import DepositedReport
from node.clock import read_clocks
from node.registration import Registering
from node.reports.deposits import Deposits
from node.reports.document_file import DocumentReader
from node.reports.document_store import DocumentStore
from node.reports.errors import ReadingRefusedError
from node.reports.granting import Granting, open_deposited
from node.reports.message_signature import MessageSigner, MessageVerifier
from node.reports.office_client import OfficeClient
from node.reports.places import Places
from node.reports.transfers import Transfers
from node.reports.uploads import Uploads
from node.settings import DocumentsSection

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
            OSError: the file of certificate authorities, or what is left of uploads, cannot be read.
        """
        self._service = service
        self.events: Final = Counter[str]()
        """What happened since the start, for the metrics: names of this node's own, never of a report or office."""
        self.store: Final = store
        self.settings: Final = settings
        self.granting: Final = Granting(service, store, read_time, self.events)
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
        self._transfers = Transfers(store, client, self.events)
        self.read_unix_ms: Final = read_time
        self.places: Final = Places(READERS_MAX, READERS_OF_TOKEN_MAX)
        """Of this office's own readers, by token."""
        self.deposits: Final = Deposits(service, store, read_time, self.events)
        self.uploads: Final = Uploads(self.deposits, store, read_time)
        self._forgetting = asyncio.create_task(self._forget_old())

    async def _forget_old(self) -> None:
        """Remove what lies here of other offices when its time is over, also while nobody reads."""
        while True:
            with contextlib.suppress(OSError):
                self.uploads.forget_old()
                await asyncio.to_thread(self.store.forget_old)
            await asyncio.sleep(FORGET_SECONDS)

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
        reading = judge_reading(reader, office, report.key, self._service.ledger.time_of)
        if not reading.is_granted:
            raise ReadingRefusedError(office, reading)
        return await self._transfers.document(report, reader.height, wait_seconds)

    def gauges(self) -> dict[str, int]:
        """How much there is now, by names for the metrics."""
        return {
            "document_bytes": self.store.used_bytes(),
            "document_bytes_max": self.store.bytes_max,
            "uploads_unfinished": len(self.uploads),
            "documents_incoming": self.deposits.incoming,
            "documents_fetching": self._transfers.under_way,
            "document_readers": self.places.taken.total(),
            "exchange_requests": self.granting.places.taken.total(),
        }

    async def close(self) -> None:
        """End the transfers and connections."""
        self._forgetting.cancel()
        await self.uploads.close()
        await self._transfers.close()
        await self._client.close()
