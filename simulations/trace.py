"""What a simulated network tells its observers: every event of a run, in order, as a frozen value.

Oracles, the rule checker, transcripts and reports all read these events; nothing reads the replicas themselves.
Times are virtual milliseconds since the start of the run.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias, get_args

from consensus.messages import Message
from consensus.wire import decode_message
from node.catchup import CatchUpMessage, decode_catch_up
from node.effects import Executed
from node.journal_records import JournalRecord


class Submitted(NamedTuple):
    """A client handed a submission to its entry node, which took it."""

    at_ms: int
    office: str
    digest: bytes


class Stored(NamedTuple):
    """A node added a record to its journal, or found it there at its start; durable after its next `Synced`."""

    at_ms: int
    office: str
    record: JournalRecord


class Synced(NamedTuple):
    """Everything that the node stored and executed so far is durable."""

    at_ms: int
    office: str


class Sent(NamedTuple):
    """A node handed a frame to the network, for one office or for all others where `to` is none."""

    at_ms: int
    office: str
    to: str | None
    frame: bytes


class Delivered(NamedTuple):
    """A frame reached a node."""

    at_ms: int
    sender: str
    office: str
    frame: bytes


class Dropped(NamedTuple):
    """A frame did not reach a node: lost, severed, or the node was down."""

    at_ms: int
    sender: str
    office: str
    why: str


class BlockExecuted(NamedTuple):
    """A node executed the next block, not yet durable; after a crash that took it perhaps once more.

    What a step executed that the world broke off is told at the next start, where the disk kept it.
    """

    at_ms: int
    office: str
    height: int
    block_hash: bytes


class Stabilised(NamedTuple):
    """A node holds a certificate for this height.

    One that it wrote in a step that the world broke off is told at the next start.
    """

    at_ms: int
    office: str
    height: int


class Acknowledged(NamedTuple):
    """A node told its client what became of a submission, and that this is final."""

    at_ms: int
    office: str
    executed: Executed


class ViewMoved(NamedTuple):
    """A node is now in this view, or on its way into it."""

    at_ms: int
    office: str
    view: int
    is_active: bool


class Disturbed(NamedTuple):
    """A fault was injected, or ended: its kind, and whom it concerns."""

    at_ms: int
    kind: str
    offices: tuple[str, ...]


Event: TypeAlias = (
    Submitted
    | Stored
    | Synced
    | Sent
    | Delivered
    | Dropped
    | BlockExecuted
    | Stabilised
    | Acknowledged
    | ViewMoved
    | Disturbed
)

Observer: TypeAlias = Callable[[Event], None]
"""Told of events; one that has the attribute `kinds`, a tuple of their types, of these alone."""
EVENTS: Final[tuple[type, ...]] = get_args(Event)
"""Every kind of event."""


def kinds_of(observer: Observer) -> tuple[type, ...]:
    """The kinds of events that it wants to be told of."""
    kinds: tuple[type, ...] = getattr(observer, "kinds", EVENTS)
    return kinds


@lru_cache(maxsize=4_096)
def message_in(frame: bytes) -> Message | CatchUpMessage:
    """The message in a frame of an engine: of consensus behind a one, of catching up behind a zero byte.

    Raises:
        MalformedMessageError: there is none.
    """
    if frame[:1] == b"\x00":
        return decode_catch_up(frame[1:])
    return decode_message(frame[1:])
