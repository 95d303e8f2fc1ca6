"""What honest nodes send is bounded, too: no conversation feeds itself."""

from collections import Counter

from consensus.messages import FetchViewChanges, NewView, Status, ViewChange
from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError
from simulations.trace import Event, Sent, message_in

PER_RECEIVER = 20
"""Messages of one kind that one honest node may send to one other in two heartbeats (docs/protocol.md 6): each of the
receiver's statuses and questions is answered at most twice a heartbeat, and the rest is what it tells by itself."""


class Traffic:
    """Counts what each honest node sends about views: its own view changes, new views, statuses and questions."""

    def __init__(self, cluster: Cluster, heartbeat_ms: int) -> None:
        self._cluster = cluster
        self._limit = PER_RECEIVER * len(cluster.nodes)
        self._period_ms = 2 * heartbeat_ms
        self._period = 0
        self._sent: Counter[tuple[str, type]] = Counter()

    def __call__(self, event: Event) -> None:
        """Count a frame; the limit is for all receivers together."""
        if not isinstance(event, Sent) or event.frame[:1] != b"\x01":
            return
        if event.office in self._cluster.faulty:
            return
        message = message_in(event.frame)
        if not isinstance(message, ViewChange | NewView | Status | FetchViewChanges):
            return
        if isinstance(message, ViewChange) and message.office != event.office:
            return  # Passed on to those who ask for it.
        if event.at_ms // self._period_ms != self._period:
            self._period = event.at_ms // self._period_ms
            self._sent.clear()
        key = event.office, type(message)
        self._sent[key] += len(self._cluster.nodes) if event.to is None else 1
        if self._sent[key] > self._limit:
            raise BrokenPromiseError(
                f"at {event.at_ms} ms {event.office} sent {self._sent[key]} messages of kind"
                f" {type(message).__name__} within {self._period_ms} ms, expected at most {self._limit}"
            )
