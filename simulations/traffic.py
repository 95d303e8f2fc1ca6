"""What honest nodes say about views is bounded, whatever liars do: no conversation feeds itself.

Fabric 0.6 (issue 2060) answered view changes with view changes for ever.
"""

from collections import Counter
from typing import ClassVar, Final

from consensus.messages import FetchViewChanges, NewView, Status, ViewChange
from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError
from simulations.trace import Disturbed, Event, Sent, ViewMoved, message_in

PER_PAIR: Final = 12
"""Messages of one kind that an honest node may send to one other within two heartbeats: each of the receiver's statuses
and questions is answered at most so often (docs/protocol.md 6.2), and the rest it tells by itself. Seen: 7."""
PASSED_ON_PER_OFFICE: Final = 4
"""... and of view changes that it passes on to those who lack them, for each office of the network. Seen: 0.75."""


class Traffic:
    """Counts what each honest node says about views to each other one, within two heartbeats."""

    kinds: ClassVar = (Sent, ViewMoved, Disturbed)

    def __init__(self, cluster: Cluster, heartbeat_ms: int) -> None:
        self._cluster = cluster
        self._offices = cluster.genesis.keyring().offices
        self._period_ms = 2 * heartbeat_ms
        self._period = 0
        self._sent: Counter[tuple[str, str, type, bool]] = Counter()
        """By sender, receiver, kind, and whether it is passed on."""
        self.frames: Counter[str] = Counter()
        """All frames so far by the kind of message: one for each receiver."""
        self.moves = 0
        """How often honest offices left for a view, entered one or started."""

    def __call__(self, event: Event) -> None:
        """Judge an event."""
        if isinstance(event, Sent):
            if event.frame[:1] == b"\x01" and event.office not in self._cluster.faulty:
                self._count(event)
        elif isinstance(event, ViewMoved):
            self.moves += event.office not in self._cluster.faulty
        elif isinstance(event, Disturbed):
            self.moves += event.kind == "restart"

    def _count(self, event: Sent) -> None:
        message = message_in(event.frame)
        if not isinstance(message, ViewChange | NewView | Status | FetchViewChanges):
            return
        if event.at_ms // self._period_ms != self._period:
            self._period = event.at_ms // self._period_ms
            self._sent.clear()
        kind = type(message)
        is_passed_on = isinstance(message, ViewChange) and message.office != event.office
        limit = PASSED_ON_PER_OFFICE * len(self._offices) if is_passed_on else PER_PAIR
        for receiver in self._offices if event.to is None else (event.to,):
            if receiver == event.office:
                continue
            self.frames[kind.__name__] += 1
            key = event.office, receiver, kind, is_passed_on
            self._sent[key] += 1
            if self._sent[key] > limit:
                raise BrokenPromiseError(
                    f"at {event.at_ms} ms {event.office} sent {receiver} {self._sent[key]} messages of"
                    f" kind {kind.__name__} within {self._period_ms} ms, expected at most {limit}"
                )
