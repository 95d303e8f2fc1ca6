"""What goes into a replica and comes out of it: time, records to store, messages to send, decisions.

The contract of an `Output`: FIRST everything in `store` is made durable, THEN anything in `send` may leave
(docs/protocol.md 3.1).
"""

from typing import NamedTuple, TypeAlias

import msgspec

from consensus.messages import Message, NewView, PreparedCertificate, PrePrepare, ViewChange
from crypto.certificate import CheckpointCertificate


class Instant(NamedTuple):
    """A reading of both clocks, in milliseconds.

    Timers use the monotonic one; only a proposal's time uses the other.
    """

    monotonic_ms: int
    unix_ms: int


class Position(NamedTuple):
    """Where the ledger stands when a replica starts."""

    executed: int
    block_hashes: tuple[tuple[int, bytes], ...]
    """(height, block hash) above the stable checkpoint, to vote for again."""
    stable: CheckpointCertificate | None


class AcceptedRecord(msgspec.Struct, frozen=True, array_like=True, tag="accepted"):
    """This replica accepted a pre-prepare (or made it).

    It votes for no other digest at that view and sequence.
    """

    pre_prepare: PrePrepare


class PreparedRecord(msgspec.Struct, frozen=True, array_like=True, tag="prepared"):
    """This replica is prepared, and will say so in every view change until the sequence is stable."""

    certificate: PreparedCertificate


class ViewChangeRecord(msgspec.Struct, frozen=True, array_like=True, tag="left"):
    """This replica left for the view of this message: it votes in no lower view again."""

    view_change: ViewChange


class NewViewRecord(msgspec.Struct, frozen=True, array_like=True, tag="entered"):
    """This replica entered a view by this proof, and can pass it on to those who missed it."""

    new_view: NewView
    view_changes: tuple[ViewChange, ...]


Record: TypeAlias = AcceptedRecord | PreparedRecord | ViewChangeRecord | NewViewRecord


class Send(NamedTuple):
    """A message for one office, or for all others where `to` is none."""

    to: str | None
    message: Message


class Decision(NamedTuple):
    """A sequence number is decided: execute it next. Decisions come in order, without a gap."""

    sequence: int
    time_ms: int
    submissions: tuple[bytes, ...]
    """Digests; the bodies are where the shell put them."""


class Relay(NamedTuple):
    """Send the body of a submission to one office, or to all others where `to` is none."""

    to: str | None
    digest: bytes


class Output(NamedTuple):
    """What one step of a replica asks of the world."""

    store: tuple[Record, ...]
    send: tuple[Send, ...]
    relay: tuple[Relay, ...]
    decided: tuple[Decision, ...]
    stable: CheckpointCertificate | None
    """A newly stable checkpoint: older records and bodies may be forgotten."""


class Outbox:
    """Gathers the output of one step."""

    def __init__(self) -> None:
        self._store: list[Record] = []
        self._send: list[Send] = []
        self._relay: list[Relay] = []
        self._decided: list[Decision] = []
        self._stable: CheckpointCertificate | None = None

    def store(self, record: Record) -> None:
        """Make this durable before anything of this step leaves."""
        self._store.append(record)

    def send(self, message: Message, to: str | None = None) -> None:
        """Send a message to one office, or to all others."""
        self._send.append(Send(to, message))

    def relay(self, digest: bytes, to: str | None = None) -> None:
        """Send a submission's body to one office, or to all others."""
        self._relay.append(Relay(to, digest))

    def decide(self, decision: Decision) -> None:
        """Execute this next."""
        self._decided.append(decision)

    def stabilise(self, certificate: CheckpointCertificate) -> None:
        """A checkpoint became stable."""
        self._stable = certificate

    def take(self) -> Output:
        """Everything gathered; the outbox is empty afterwards."""
        output = Output(
            tuple(self._store),
            tuple(self._send),
            tuple(self._relay),
            tuple(self._decided),
            self._stable,
        )
        self._clear()
        return output

    def _clear(self) -> None:
        self._store, self._send, self._relay, self._decided = [], [], [], []
        self._stable = None
