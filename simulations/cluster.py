"""A network of production engines on a virtual clock: the very class that `node.runner` drives.

Events happen in order of virtual time, ties in order of creation; nothing reads a real clock, a socket or an
unseeded random source.
"""

import heapq
from collections.abc import Callable, Iterator
from itertools import count

from consensus.output import Instant
from consensus.settings import ReplicaSettings
from crypto.digest import sha256
from crypto.signing import SigningKey
from ledger.genesis import Genesis, GenesisOffice, encode_public_key
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from ledger.submission import Submission
from node.effects import Executed
from node.engine import JOURNAL_BYTES_MAX, Engine, SubmissionRefusedError
from node.journal import MemoryJournal
from simulations.disk import SimulatedDisk
from simulations.network import NetworkConditions, SeededNetwork


class BrokenPromiseError(AssertionError):
    """A run broke a promise of the register; the message says which, where and with which seed."""


EPOCH_MS = 1_700_000_000_000
"""Unix time at the start of every simulation."""


def key_of(office: str) -> SigningKey:
    """The key of a simulated office: derived from its name, so every run has the same."""
    return SigningKey(sha256(b"simulated office " + office.encode()))


def genesis_of(offices: tuple[str, ...]) -> Genesis:
    """The genesis of a simulated network."""
    return Genesis(
        protocol_version=1,
        network_name="simulation",
        created_at="2026-01-01T00:00:00Z",
        offices=tuple(
            GenesisOffice(
                code=office,
                name=office,
                public_key=encode_public_key(key_of(office).public_bytes),
            )
            for office in sorted(offices)
        ),
    )


class SimulatedNode:
    """One office: its engine, and the storage that outlives a crash."""

    def __init__(
        self, office: str, genesis: Genesis, settings: ReplicaSettings, journal_bytes_max: int
    ) -> None:
        self.office = office
        self._journal_bytes_max = journal_bytes_max
        self._genesis = genesis
        self._settings = settings
        self.disk = SimulatedDisk()
        self._index = MemoryStore()
        self.journal = MemoryJournal()
        self.engine: Engine | None = None
        self.ledger = Ledger(genesis, self.disk, self._index)
        self.acknowledged: dict[bytes, Executed] = {}
        """What this node told its clients to be final."""
        self.wake_at_ms: int | None = None

    def start(self, now: Instant) -> None:
        """Start from what is durable."""
        self.wake_at_ms = None
        self.ledger = Ledger(self._genesis, self.disk, self._index)
        self.engine = Engine(
            office=self.office,
            signing_key=key_of(self.office),
            ledger=self.ledger,
            journal=self.journal,
            settings=self._settings,
            now=now,
            journal_bytes_max=self._journal_bytes_max,
        )

    def crash(self) -> None:
        """Stop without a goodbye; what was not synced is lost."""
        self.engine = None
        self.journal.crash()
        if self.disk.crash():
            self._index = MemoryStore()  # It was ahead of the files: a derived thing, made anew.


class Cluster:
    """Nodes, network and clock."""

    def __init__(
        self,
        offices: tuple[str, ...],
        *,
        seed: int = 0,
        conditions: NetworkConditions | None = None,
        settings: ReplicaSettings | None = None,
        journal_bytes_max: int = JOURNAL_BYTES_MAX,
    ) -> None:
        self.genesis = genesis_of(offices)
        self.network = SeededNetwork(seed, conditions or NetworkConditions())
        self.nodes = {
            office: SimulatedNode(
                office, self.genesis, settings or ReplicaSettings(), journal_bytes_max
            )
            for office in sorted(offices)
        }
        self.now_ms = 0
        self.is_lost: Callable[[str, str, bytes], bool] = _nothing_is_lost
        """Scripted loss, besides the seeded one: (sender, receiver, frame)."""
        self.crashes_before_flush: Callable[[str], bool] = _never
        """Whether a node crashes now, between a step and its flush."""
        self._order = count()
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        for office in self.nodes:
            self.start(office)

    @property
    def now(self) -> Instant:
        """Both virtual clocks."""
        return Instant(self.now_ms, EPOCH_MS + self.now_ms)

    def start(self, office: str) -> None:
        """Start a node that is down, and link it with all that are up."""
        self.nodes[office].start(self.now)
        for peer in self.nodes:
            if peer != office and self.nodes[peer].engine is not None:
                self._connect(office, peer)
                self._connect(peer, office)
        self._step(office, lambda engine: engine.tick(self.now))

    def crash(self, office: str) -> None:
        """Stop a node without a goodbye."""
        self.nodes[office].crash()

    def heal_links(self) -> None:
        """Let everything pass again, and tell every node that its links came up."""
        self.network.severed = frozenset()
        for office in self.nodes:
            for peer in self.nodes:
                if peer != office:
                    self._connect(office, peer)

    def submit(self, submission: Submission, entry: str) -> bool:
        """Hand a submission to its entry node; returns whether the node took it."""
        accepted = []

        def hand_over(engine: Engine) -> None:
            try:
                engine.submit(submission, self.now)
            except SubmissionRefusedError:
                return
            accepted.append(True)

        self._step(entry, hand_over)
        return bool(accepted)

    def run_for(self, duration_ms: int) -> None:
        """Let virtual time pass."""
        self.run_until(lambda: False, duration_ms)

    def run_until(self, is_done: Callable[[], bool], limit_ms: int) -> bool:
        """Let virtual time pass until the condition holds; returns whether it did within the limit."""
        end = self.now_ms + limit_ms
        while not is_done():
            if not self._events or self._events[0][0] > end:
                self.now_ms = end
                return is_done()
            self.now_ms, _, event = heapq.heappop(self._events)
            event()
        return True

    def up(self) -> Iterator[SimulatedNode]:
        """The nodes that run."""
        return (node for node in self.nodes.values() if node.engine is not None)

    def _connect(self, office: str, peer: str) -> None:
        self._step(office, lambda engine: engine.connected(peer, self.now))

    def _step(self, office: str, action: Callable[[Engine], None]) -> None:
        node = self.nodes[office]
        if node.engine is None:
            return
        action(node.engine)
        if self.crashes_before_flush(office):
            self.crash(office)
            return
        effects = node.engine.flush()
        for executed in effects.executed:
            if executed.height > node.disk.blocks.synced:
                raise BrokenPromiseError(
                    f"{office} acknowledged block {executed.height} before it was durable"
                )
            node.acknowledged[executed.digest] = executed
        for to, frame in effects.sends:
            for receiver in self.nodes if to is None else (to,):
                if receiver != office and not self.is_lost(office, receiver, frame):
                    self._deliver_later(office, receiver, frame)
        if node.wake_at_ms is None or effects.wake_at_ms < node.wake_at_ms:
            node.wake_at_ms = at_ms = max(effects.wake_at_ms, self.now_ms + 1)
            self._at(at_ms, lambda: self._wake(office, at_ms))

    def _wake(self, office: str, at_ms: int) -> None:
        node = self.nodes[office]
        if node.wake_at_ms == at_ms:
            node.wake_at_ms = None
            self._step(office, lambda engine: engine.tick(self.now))

    def _deliver_later(self, sender: str, receiver: str, frame: bytes) -> None:
        for delay_ms in self.network.fates(sender, receiver):
            self._at(
                self.now_ms + delay_ms,
                lambda: self._step(
                    receiver, lambda engine: engine.receive(sender, frame, self.now)
                ),
            )

    def _at(self, at_ms: int, event: Callable[[], None]) -> None:
        heapq.heappush(self._events, (max(at_ms, self.now_ms), next(self._order), event))


def _nothing_is_lost(_sender: str, _receiver: str, _frame: bytes) -> bool:
    return False


def _never(_office: str) -> bool:
    return False
