"""One caller's entries on their way into the register, what comes back, and the reasons why it may not."""

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol

import msgspec

from ledger.ledger import Ledger
from ledger.register.entries import Entry
from ledger.register.outcome import Outcome
from ledger.register.reader import RegisterReader

RETRY_AFTER_SECONDS: Final = 1
"""What a caller that is refused for a while is told."""

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)


class EntryReceipt(msgspec.Struct, frozen=True, gc=False):
    """What became of one entry, and where it stands in the ledger."""

    outcome: Outcome
    height: int
    index: int
    """Of the entry in the block."""
    block_hash: bytes
    time_ms: int
    """Of the block, Unix ms."""


class ServiceError(Exception):
    """Base of the reasons why the service does not do what it is asked; never raised itself."""


class OverloadedError(ServiceError):
    """Too much waits already; nothing was taken in. The caller tries again after `retry_after_seconds`."""

    retry_after_seconds = RETRY_AFTER_SECONDS


class StoppingError(OverloadedError):
    """The node is going down; what was not final may become so at the other offices."""


class RequestTimeoutError(ServiceError):
    """It is not final in time. It stays pending; the same entries sent again get the first receipts."""


class ExpiredError(RequestTimeoutError):
    """It was ordered again and again outside its validity, and is given up: this node's clock is wrong."""


class NotEntitledError(ServiceError):
    """The submission is another office's; it goes in at that office's node."""


class Registering(Protocol):
    """The register at one office, as far as its own other work needs it: `service.RegisterService`."""

    @property
    def office(self) -> str:
        """The office's code."""

    @property
    def ledger(self) -> Ledger:
        """Its copy of the ledger."""

    @property
    def reader(self) -> RegisterReader:
        """The register at the last block of that."""

    async def register(self, entries: Sequence[Entry]) -> list[EntryReceipt]:
        """Register entries of this office, and return their receipts when all are final.

        Raises:
            ServiceError: they are not.
        """


class Registration:
    """Entries of one caller. Their order is kept, in the submissions as in the receipts."""

    __slots__ = ("_receipts", "_undecided", "done", "entries", "failure", "raw_entries")

    def __init__(
        self, entries: tuple[Entry, ...], raw_entries: tuple[bytes, ...] | None = None
    ) -> None:
        """Take the entries as they will be signed.

        Raises:
            msgspec.ValidationError: a value does not fit its field, so no node would admit it.
        """
        if raw_entries is None:
            raw_entries = tuple(map(_encoder.encode, entries))
            entries = tuple(map(_decoder.decode, raw_entries))
        self.entries = entries
        self.raw_entries = raw_entries
        self._receipts: list[EntryReceipt | None] = [None] * len(entries)
        self._undecided = len(entries)
        self.failure: ServiceError | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Ends when all is decided or `failure` is set."""

    @property
    def undecided(self) -> int:
        """How many entries are not final yet."""
        return self._undecided

    @property
    def receipts(self) -> list[EntryReceipt]:
        """The receipts of the entries that are final, in the order of the entries."""
        return [receipt for receipt in self._receipts if receipt is not None]

    def decide(self, start: int, receipts: Sequence[EntryReceipt]) -> None:
        """Entries from this one on are final."""
        self._receipts[start : start + len(receipts)] = receipts
        self._undecided -= len(receipts)
        if self._undecided == 0:
            self.end()

    def end(self, failure: ServiceError | None = None) -> None:
        """Nothing more will be decided."""
        self.failure = failure
        if not self.done.done():
            self.done.set_result(None)
