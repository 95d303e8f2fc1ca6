"""No client waits in vain: what an honest node took in, it answers, and soon."""

from typing import ClassVar

from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError
from simulations.trace import Acknowledged, Disturbed, Event, Submitted


class Answers:
    """Watches for each submission that a node took whether its client is told what became of it.

    A node that stops owes nothing any more: its client has seen the connection end, and asks again.
    """

    kinds: ClassVar = (Submitted, Acknowledged, Disturbed)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._waiting: dict[tuple[str, bytes], int] = {}

    def __call__(self, event: Event) -> None:
        """Take note of an event."""
        if isinstance(event, Submitted):
            self._waiting.setdefault((event.office, event.digest), event.at_ms)
        elif isinstance(event, Acknowledged):
            self._waiting.pop((event.office, event.executed.digest), None)
        elif isinstance(event, Disturbed) and event.kind in {"crash", "restart"}:
            gone = set(event.offices)
            self._waiting = {key: at for key, at in self._waiting.items() if key[0] not in gone}

    def check_waiting(self, limit_ms: int = 0) -> None:
        """Nobody waits at an honest node for longer than this.

        Raises:
            BrokenPromiseError: somebody does.
        """
        for (name, digest), since_ms in self._waiting.items():
            waited_ms = self._cluster.now_ms - since_ms
            if waited_ms > limit_ms and name not in self._cluster.faulty:
                raise BrokenPromiseError(
                    f"{name} did not answer {digest.hex()[:16]} within {waited_ms} ms"
                )
