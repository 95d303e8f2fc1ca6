"""Clients that file and read at the nodes of a simulated network, and remember what they saw."""

import random
from typing import ClassVar

from ledger.register.entries import Filing
from ledger.register.filing import load_filing
from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError
from simulations.history import Operation, Place, Read, Registered, violations
from simulations.run import next_submission
from simulations.trace import Acknowledged, Event


class Readers:
    """Everything that clients did: one submission holds one filing."""

    kinds: ClassVar = (Acknowledged,)

    def __init__(self, cluster: Cluster, rng: random.Random) -> None:
        self._cluster = cluster
        self._rng = rng
        self._sent: dict[tuple[str, bytes], Registered] = {}
        self._reads: list[Operation] = []
        self._filings: list[str] = []
        self._tick = 0

    def __call__(self, event: Event) -> None:
        """Take note of an answer."""
        if not isinstance(event, Acknowledged):
            return
        key = event.office, event.executed.digest
        asked = self._sent.get(key)
        if asked is None or asked.completed_at is not None:
            return
        found = load_filing(self._cluster.nodes[event.office].ledger.reader, asked.filing)
        place = None if found is None else Place(found.height, found.index)
        self._sent[key] = asked._replace(completed_at=self._now(), receipt=place)

    def file(self, office: str) -> None:
        """Ask a node to register a new filing of its office."""
        nonce = len(self._filings) + 1
        one = next_submission(self._cluster, office, nonce)
        (entry,) = one.entries
        assert isinstance(entry, Filing)
        filing = f"{office}.patent.{entry.application_number_text}"
        self._filings.append(filing)
        asked = Registered("clerk", office, filing, self._now(), None, None)
        self._sent[office, one.digest] = asked
        self._cluster.submit(one, office)

    def read(self, times: int) -> None:
        """Read filings of anyone at any node."""
        for _ in range(times):
            node = self._rng.choice(list(self._cluster.up()))
            filing = self._rng.choice(self._filings)
            began = self._now()
            found = load_filing(node.ledger.reader, filing)
            place = None if found is None else Place(found.height, found.index)
            height = node.ledger.reader.height
            self._reads.append(
                Read("examiner", node.name, filing, "local", 0, began, self._now(), height, place)
            )

    def check(self) -> None:
        """What was seen is what a register may show.

        Raises:
            BrokenPromiseError: it is not.
        """
        for violation in violations([*self._sent.values(), *self._reads]):
            raise BrokenPromiseError(f"clients saw: {violation.promise}: {violation.text}")

    def _now(self) -> int:
        """A clock for all clients that never stands still."""
        self._tick += 1
        return self._cluster.now_ms * 1_000_000 + self._tick
