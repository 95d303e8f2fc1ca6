"""What a report needs of a run, gathered from its events one by one; nothing reads the replicas.

Memory grows with the blocks, submissions and faults of the run, not with its messages.
"""

from collections import Counter
from typing import Final, NamedTuple

from crypto.digest import sha256
from simulations.report.frames import kind_of
from simulations.trace import (
    Acknowledged,
    BlockExecuted,
    Delivered,
    Disturbed,
    Dropped,
    Event,
    Sent,
    Submitted,
    ViewMoved,
)

CONVERSATION_KINDS: Final = frozenset({"view-change", "new-view", "fetch-view-changes"})
"""What is kept of the talk of a view change."""
CONVERSATION_MAX: Final = 100_000
"""Messages of view changes that are kept: those of the first ones."""


class Entry(NamedTuple):
    """A submission at the node that took it from its client."""

    at_ms: int
    office: str
    filings: int


class Spoken(NamedTuple):
    """A message of a view change that arrived."""

    sent_ms: int
    arrived_ms: int
    sender: str
    receiver: str
    kind: str


class Measures:
    """An observer of a run (`simulations.trace`)."""

    def __init__(self, offices: tuple[str, ...]) -> None:
        self.offices = offices
        self.entered: dict[bytes, Entry] = {}
        self.final_ms: dict[bytes, int] = {}
        """When the entry node told its client that the submission is final."""
        self.messages: Counter[str] = Counter()
        """By kind: one for each receiver, whether it arrived or not."""
        self.message_bytes: Counter[str] = Counter()
        self.arrived = 0
        self.dropped: Counter[str] = Counter()
        """Messages that did not arrive, by the reason."""
        self.executed: list[tuple[int, str, int]] = []
        """(virtual ms, office, height) of every block that a node executed."""
        self.view_moves: list[ViewMoved] = []
        self.disturbed: list[Disturbed] = []
        self.conversation: list[Spoken] = []
        self._filings: dict[bytes, int] = {}
        self._sent_ms: dict[tuple[str, bytes], int] = {}

    def expect(self, digest: bytes, filings: int) -> None:
        """Say how many filings are in a submission that will be handed in."""
        self._filings[digest] = filings

    def __call__(self, event: Event) -> None:
        """Take in the next event."""
        match event:
            case Delivered():
                self.arrived += 1
                if len(self.conversation) < CONVERSATION_MAX:
                    self._heard(event)
            case Sent():
                self._sent(event)
            case Dropped():
                self.dropped[event.why] += 1
            case BlockExecuted():
                self.executed.append((event.at_ms, event.office, event.height))
            case Acknowledged():
                self._acknowledged(event)
            case Submitted():
                self._filed(event)
            case ViewMoved():
                self.view_moves.append(event)
            case Disturbed():
                self.disturbed.append(event)

    def _sent(self, event: Sent) -> None:
        kind = kind_of(event.frame)
        receivers = len(self.offices) - 1 if event.to is None else 1
        self.messages[kind] += receivers
        self.message_bytes[kind] += receivers * len(event.frame)
        if kind in CONVERSATION_KINDS and len(self._sent_ms) < CONVERSATION_MAX:
            self._sent_ms[event.office, sha256(event.frame)] = event.at_ms

    def _heard(self, event: Delivered) -> None:
        kind = kind_of(event.frame)
        if kind in CONVERSATION_KINDS:
            sent_ms = self._sent_ms.get((event.sender, sha256(event.frame)), event.at_ms)
            self.conversation.append(Spoken(sent_ms, event.at_ms, event.sender, event.office, kind))

    def _filed(self, event: Submitted) -> None:
        filings = self._filings.get(event.digest, 1)
        self.entered.setdefault(event.digest, Entry(event.at_ms, event.office, filings))

    def _acknowledged(self, event: Acknowledged) -> None:
        digest = event.executed.digest
        entry = self.entered.get(digest)
        if entry is not None and entry.office == event.office:
            self.final_ms.setdefault(digest, event.at_ms)
