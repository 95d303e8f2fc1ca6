"""How many messages view changes cost: O(n^2) each, whatever liars do (Fabric 0.6 issue 2060 sent them for ever)."""

from collections import Counter

from consensus.messages import FetchViewChanges, NewView, ViewChange
from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError
from simulations.trace import Disturbed, Event, Sent, ViewMoved, message_in

ANSWERS_PER_SECOND = 4
"""A peer's status, or its question for view changes, is answered twice a heartbeat of half a second."""


class ViewChangeTraffic:
    """Counts the frames about views that honest offices send, and how often they move."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._started_ms = cluster.now_ms
        self.frames: Counter[str] = Counter()
        """Frames about views by the kind of message: one for each receiver."""
        self.moves = 0
        """How often honest offices left for a view, entered one or started."""

    def __call__(self, event: Event) -> None:
        """Count an event."""
        if isinstance(event, Sent):
            if event.office not in self._cluster.faulty and event.frame[:1] == b"\x01":
                message = message_in(event.frame)
                if isinstance(message, ViewChange | NewView | FetchViewChanges):
                    receivers = len(self._cluster.nodes) - 1 if event.to is None else 1
                    self.frames[type(message).__name__] += receivers
        elif isinstance(event, ViewMoved):
            self.moves += event.office not in self._cluster.faulty
        elif isinstance(event, Disturbed) and event.kind == "restart":
            self.moves += 1

    def check(self) -> None:
        """One broadcast for each move; and for each peer and answer a new view, or the view changes it names.

        Raises:
            BrokenPromiseError: there were more.
        """
        offices = len(self._cluster.genesis.offices)
        seconds = 1 + (self._cluster.now_ms - self._started_ms) // 1_000
        pairs = offices * (offices - 1)
        limit = pairs * (self.moves + seconds * ANSWERS_PER_SECOND * (2 + offices))
        if sum(self.frames.values()) > limit:
            raise BrokenPromiseError(
                f"{dict(self.frames)} frames about views, {self.moves} moves in {seconds} s:"
                f" expected at most {limit}"
            )
