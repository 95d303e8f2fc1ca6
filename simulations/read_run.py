"""Seeded runs of clients who register and read at any node, under faults; their history is judged at the end."""

import random
from collections import Counter
from itertools import count
from typing import ClassVar, Final

from crypto.digest import sha256
from ledger.ledger import Ledger
from ledger.submission import Submission
from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError
from simulations.faults import Faults, draw_conditions
from simulations.history import Consistency, Operation, Place, Read, Registered, violations
from simulations.promises import Promises
from simulations.run import (
    HEALING_MS,
    OFFICES,
    RunReport,
    await_quiet,
    honest,
    naming_the_seed,
    next_submission,
)
from simulations.trace import Acknowledged, Event

SIZES: Final = (2, 3, 4, 4, 4, 4, 4, 5, 6, 7)
STEPS: Final = 24
IDLE_READ_MS: Final = 5_000
"""Virtual time within which a linearizable read is answered where nothing is wrong and nothing is registered."""


class Clients:
    """Clients at every node, with one clock: it counts what they do and see, so no two moments are the same."""

    kinds: ClassVar = (Acknowledged,)

    def __init__(self, cluster: Cluster, rng: random.Random) -> None:
        self._cluster = cluster
        self._rng = rng
        self._moments = count()
        self._waiting: dict[tuple[str, bytes], int] = {}
        """(node, submission) -> when it was handed in, of what has no answer yet."""
        self._known: list[bytes] = []
        self.history: list[Operation] = []
        self.unanswered: dict[int, str] = {}
        """Linearizable reads that nobody gave up, by their beginning: the node that is to answer."""
        self.did: Counter[str] = Counter({"local read": 0, "linearizable read": 0})

    def __call__(self, event: Event) -> None:
        """Hear of an acknowledgement."""
        if not isinstance(event, Acknowledged) or event.office in self._cluster.faulty:
            return
        executed = event.executed
        if executed.status != "executed":
            return
        invoked_at = self._waiting.pop((event.office, executed.digest), None)
        if invoked_at is not None:
            place = Place(executed.height, executed.first_index)
            self._register(event.office, executed.digest, invoked_at, next(self._moments), place)

    def register(self, submission: Submission, name: str) -> None:
        """Hand a submission in."""
        invoked_at = next(self._moments)
        key = (name, submission.digest)
        self._waiting.setdefault(key, invoked_at)
        self._known.append(submission.digest)
        self._cluster.submit(submission, name)

    def read_local(self, name: str) -> None:
        """Read something that somebody handed in, as the node knows it."""
        if self._is_answering(name) and self._known:
            self.did["local read"] += 1
            self._read(name, self._rng.choice(self._known), "local", next(self._moments))

    def read_linearizable(self, name: str) -> None:
        """Begin to read something that somebody handed in, so that nothing final is missed."""
        if not self._is_answering(name) or not self._known:
            return
        digest, invoked_at = self._rng.choice(self._known), next(self._moments)
        self.unanswered[invoked_at] = name

        def answer() -> None:
            self.unanswered.pop(invoked_at, None)
            self.did["linearizable read"] += 1
            if name not in self._cluster.faulty:
                self._read(name, digest, "linearizable", invoked_at)

        self._cluster.read(name, answer)

    def whole_history(self) -> list[Operation]:
        """All that was done and seen; what has no answer, too."""
        given_up = [
            Registered(name, name, digest.hex(), invoked_at, None, None)
            for (name, digest), invoked_at in self._waiting.items()
        ]
        return [*self.history, *given_up]

    def _is_answering(self, name: str) -> bool:
        node = self._cluster.nodes[name]
        return node.engine is not None and not node.is_paused and name not in self._cluster.faulty

    def _register(self, name: str, digest: bytes, began: int, ended: int, place: Place) -> None:
        self.history.append(Registered(name, name, digest.hex(), began, ended, place))

    def _read(self, name: str, digest: bytes, consistency: Consistency, invoked_at: int) -> None:
        ledger = self._cluster.nodes[name].ledger
        with self._cluster.undisturbed():
            height, place = ledger.height, place_of(ledger, digest)
        completed_at = next(self._moments)
        self.history.append(
            Read(name, name, digest.hex(), consistency, 0, invoked_at, completed_at, height, place)
        )


def place_of(ledger: Ledger, digest: bytes) -> Place | None:
    """Where a submission was executed, by its first entry; none where it was not."""
    height = ledger.executed_height(digest)
    if height is None:
        return None
    entry = 0
    for item in ledger.block(height).submissions:
        if sha256(item.data) == digest and item.status == "executed":
            return Place(height, entry)
        entry += len(item.outcomes)
    raise BrokenPromiseError(f"block {height} does not hold {digest.hex()[:16]}")


def run_reads(seed: int) -> RunReport:
    """Run one seed whole.

    Raises:
        BrokenPromiseError: a promise was broken; the message names the seed.
    """
    return naming_the_seed(_run, seed)


def _run(seed: int) -> RunReport:
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    offices = OFFICES[: rng.choice(SIZES)]
    cluster = Cluster(offices, seed=seed, conditions=draw_conditions(rng, offices))
    promises, clients = Promises(cluster), Clients(cluster, rng)
    cluster.watch(clients)
    faults = Faults(rng, cluster)
    sent = 0
    for _ in range(STEPS):
        faults.disturb()
        for _ in range(rng.choice((0, 1, 1, 3))):
            sent += 1
            office = rng.choice(offices)
            clients.register(next_submission(cluster, office, sent), rng.choice((office, *offices)))
        for _ in range(rng.choice((0, 2, 4))):
            rng.choice((clients.read_local, clients.read_linearizable))(rng.choice(offices))
        cluster.run_for(rng.choice((1, 5, 20, 100, 1_000)))
        promises.check()
    faults.heal()
    healed_after_ms = _read_everywhere(cluster, clients)
    nodes = honest(cluster)
    promises.check_at_end(nodes[seed % len(nodes)])
    _read_while_some_are_down(cluster, clients, rng)
    broken = violations(clients.whole_history())
    if broken:
        raise BrokenPromiseError(f"{broken[0].promise}: {broken[0].text}; {broken[0].operations}")
    views = [node.engine.view for node in cluster.up() if node.engine is not None]
    fired = {**faults.fired, **clients.did}
    return RunReport(
        seed, len(offices), promises.chain.height, sent, max(views), fired, healed_after_ms
    )


def _read_everywhere(cluster: Cluster, clients: Clients) -> int:
    """Read at every node while the network heals; returns how long that took (virtual milliseconds)."""
    clients.unanswered.clear()  # Of nodes that went down with them.
    for node in honest(cluster):
        clients.read_linearizable(node.name)
    began_ms = cluster.now_ms
    await_quiet(cluster)
    _expect_answers(cluster, clients, HEALING_MS)
    return cluster.now_ms - began_ms


def _read_while_some_are_down(cluster: Cluster, clients: Clients, rng: random.Random) -> None:
    """With as many offices down as may be, and nothing to do, every other one answers soon."""
    down = set(cluster.faulty)
    allowed = (len(cluster.nodes) - 1) // 3
    down |= set(rng.sample(sorted(set(cluster.nodes) - down), allowed - len(down)))
    for name in sorted(down):
        cluster.crash(name)
    for name in sorted(set(cluster.nodes) - down):
        clients.read_linearizable(name)
    _expect_answers(cluster, clients, IDLE_READ_MS)


def _expect_answers(cluster: Cluster, clients: Clients, limit_ms: int) -> None:
    if not cluster.run_until(lambda: not clients.unanswered, limit_ms):
        waiting = sorted(set(clients.unanswered.values()))
        raise BrokenPromiseError(f"linearizable reads wait after {limit_ms} ms at {waiting}")
