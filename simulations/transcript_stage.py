"""The network that a transcript plays on: what is lost on the way, and what is told of all that happens."""

from typing import Final, NamedTuple

from consensus.messages import Message, Proposal, Status
from consensus.settings import ReplicaSettings
from ledger.block import Block
from ledger.submission import Submission
from node.catchup import CatchUpMessage
from simulations.cluster import Cluster
from simulations.network import NetworkConditions
from simulations.promises import Promises
from simulations.trace import (
    Acknowledged,
    BlockExecuted,
    Disturbed,
    Event,
    Sent,
    Stabilised,
    Stored,
    Synced,
    ViewMoved,
    message_in,
)
from simulations.transcript_text import Names, Trace, describe, describe_record, short

TOLD_COUNTERS: Final = ("malformedFrames", "invalidMessages", "refusedSubmissions", "invalidBlocks")
"""What a node counts when it refuses something; each rise is told."""


class Loss(NamedTuple):
    """Frames that are lost. An empty set means any."""

    kinds: frozenset[str]
    senders: frozenset[str]
    receivers: frozenset[str]
    fields: tuple[tuple[str, int], ...]
    """(field, value) that the message has."""

    def takes(self, sender: str, receiver: str, message: Message | CatchUpMessage) -> bool:
        """Whether this message is lost."""
        return (
            (not self.kinds or kind_of(message) in self.kinds)
            and (not self.senders or sender in self.senders)
            and (not self.receivers or receiver in self.receivers)
            and all(getattr(message, field, None) == value for field, value in self.fields)
        )


def kind_of(message: Message | CatchUpMessage) -> str:
    """The name of a message on the wire."""
    return str(message.__struct_config__.tag)


class Stage:
    """A network, and the trace of what happens in it."""

    def __init__(
        self,
        offices: tuple[str, ...],
        *,
        delay_ms: int,
        settings: ReplicaSettings,
        journal_bytes_max: int,
        shows: frozenset[str] = frozenset(),
    ) -> None:
        """Start the nodes; every frame takes `delay_ms`.

        What is left out unless `shows` names it: "statuses", and "repetitions" of what reached its receiver before.
        """
        self.names = Names()
        self.losses: list[Loss] = []
        self.submissions: dict[str, Submission] = {}
        self.proposals: dict[str, Proposal] = {}
        self.said: list[tuple[str, Message | CatchUpMessage]] = []
        """(office, message) of all that was sent, oldest first."""
        self._shows = shows
        self._trace = Trace()
        self._starting: set[str] = set()
        self._refused: dict[tuple[str, str], int] = {}
        self._reached: dict[tuple[str, str, bytes], bool] = {}
        """Whether the last copy of a frame got through, by sender, receiver and frame."""
        self._accused: set[tuple[str, str]] = set()
        self.cluster = Cluster(
            offices,
            conditions=NetworkConditions(delay_ms=(delay_ms, delay_ms)),
            settings=settings,
            journal_bytes_max=journal_bytes_max,
        )
        self.cluster.watch(self._observe)
        self._promises = Promises(self.cluster, settings)
        self.cluster.is_lost = self._is_lost
        self.cluster.run_for(2 * delay_ms)  # Everyone hears where everyone stands.
        self.take()

    def tell(self, office: str, text: str) -> None:
        """Add to the trace what an office does now."""
        self._trace.add(self.cluster.now_ms, office, text)

    def script_says(self, sender: str, to: str, message: Message, how: str) -> None:
        """Add to the trace what the script says in the name of an office, and how it made that."""
        self.tell(sender, f"THE SCRIPT SAYS to {to}: {describe(message, self.names)}{how}")

    def take(self) -> tuple[str, ...]:
        """The trace since the last time."""
        return self._trace.take()

    def tell_refusals(self) -> None:
        """Add to the trace what nodes refused, and whom they hold evidence against, since the last time."""
        for node in self.cluster.up():
            assert node.engine is not None
            status = node.engine.status()
            for name in TOLD_COUNTERS:
                now, before = status.counters.get(name, 0), self._refused.get((node.name, name), 0)
                self._refused[node.name, name] = now
                if now > before:
                    self.tell(node.name, f"refused {now - before} ({name})")
            for liar in (found.office for found in status.evidence):
                if (node.name, liar) not in self._accused:
                    self._accused.add((node.name, liar))
                    self.tell(node.name, f"holds two contradicting signatures of {liar}")

    def check(self) -> None:
        """Return when the network keeps every promise.

        Raises:
            BrokenPromiseError: it does not.
        """
        self._promises.check_at_end(*self.cluster.up())

    def _is_lost(self, sender: str, receiver: str, frame: bytes) -> bool:
        message = message_in(frame)
        return any(loss.takes(sender, receiver, message) for loss in self.losses)

    def _observe(self, event: Event) -> None:
        text = self._text(event)
        if text is not None and not isinstance(event, Disturbed):
            self._trace.add(event.at_ms, event.office, text)
        elif isinstance(event, Disturbed):
            self._disturbed(event)

    def _disturbed(self, event: Disturbed) -> None:
        self._starting.update(event.offices if event.kind == "restart" else ())
        if event.kind == "crash":  # Who starts again may need to hear everything once more.
            self._reached = {
                key: value for key, value in self._reached.items() if key[1] not in event.offices
            }
        for office in event.offices:
            self._trace.add(event.at_ms, office, event.kind)

    def _text(self, event: Event) -> str | None:
        """An event in words; none where it is left out."""
        text: str | None = None
        match event:
            case Sent():
                text = self._sent(event)
            case Stored():
                verb = "found" if event.office in self._starting else "stored"
                text = f"{verb} {describe_record(event.record, self.names)}"
            case Synced():
                text = "synced"
            case BlockExecuted():
                held = self.names.block(self._block(event.office, event.height))
                text = f"executed block {event.height} {short(event.block_hash)} {held}"
            case Stabilised():
                text = f"stable at {event.height}"
            case Acknowledged():
                block = self._block(event.office, event.executed.height)
                text = f"told its clients: {self.names.fate(event.executed.digest, block)}"
            case ViewMoved():
                self._starting.discard(event.office)
                text = f"{'in' if event.is_active else 'waits for'} view {event.view}"
        return text

    def _block(self, office: str, height: int) -> Block:
        return self.cluster.nodes[office].ledger.block(height)

    def _sent(self, event: Sent) -> str | None:
        message = message_in(event.frame)
        self.said.append((event.office, message))
        if isinstance(message, Status) and "statuses" not in self._shows:
            return None
        offices = tuple(self.cluster.nodes) if event.to is None else (event.to,)
        receivers = [office for office in offices if office != event.office]
        lost = [to for to in receivers if self._is_lost(event.office, to, event.frame)]
        news = [self._is_news(event, to, to not in lost) for to in receivers]  # each is noted
        if not any(news):
            return None
        note = ""
        if lost:
            note = " (lost)" if lost == receivers else f" (lost to {' '.join(lost)})"
        return f"to {event.to or 'all'}: {describe(message, self.names)}{note}"

    def _is_news(self, event: Sent, to: str, gets_through: bool) -> bool:
        """Whether this is no mere repetition: said for the first time, or at last getting through."""
        key = (event.office, to, event.frame)
        before = self._reached.get(key)
        self._reached[key] = gets_through
        return before is None or (gets_through and not before) or "repetitions" in self._shows
