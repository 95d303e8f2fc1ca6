"""A network of production engines on a virtual clock: the very class that `node.runner` drives.

Events happen in order of virtual time, ties in order of creation; nothing reads a real clock, a socket or an
unseeded random source. A node takes turns, as under the runner: everything that arrived goes through its engine, one
flush makes it durable, then what it caused leaves.
"""

import heapq
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Protocol

from consensus.messages import NONCE_SIZE
from consensus.output import Instant
from consensus.settings import ReplicaSettings
from ledger.submission import Submission
from node.effects import Effects
from node.engine import JOURNAL_BYTES_MAX, Engine, SubmissionRefusedError
from simulations.clocks import EPOCH_MS, SimulatedClock
from simulations.errors import BrokenPromiseError, PowerCutError, StoppedError
from simulations.identities import genesis_of, key_of
from simulations.network import Network, NetworkConditions, SeededNetwork
from simulations.node import SimulatedNode
from simulations.trace import (
    EVENTS,
    Acknowledged,
    Delivered,
    Disturbed,
    Dropped,
    Event,
    Observer,
    Sent,
    Submitted,
    kinds_of,
)
from simulations.workload import FilingNumbers

__all__ = ["EPOCH_MS", "BrokenPromiseError", "Cluster", "genesis_of", "key_of"]

INBOX_MAX = 4_096
"""Inputs that wait for a node that is paused; what comes beyond is lost, as when a link's buffers are full."""


class Adversary(Protocol):
    """What an office that lies makes of each frame that its engine sends."""

    def outgoing(self, to: str, frame: bytes, now_ms: int) -> Iterable[tuple[int, bytes]]:
        """(milliseconds to wait, frame) of what one receiver gets instead; nothing is silence."""


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
        observers: Iterable[Observer] = (),
        network: Network | None = None,
        frame_cost_us: int = 0,
        twins: Sequence[str] = (),
    ) -> None:
        """Start the nodes of these offices.

        `frame_cost_us`: the time that a node works on each frame that it receives (microseconds). `twins`: offices
        that run a second node under the same identity; its name is the office's with a quotation mark behind it.
        """
        self.genesis = genesis_of(tuple(sorted(offices)))
        self.network: Network = network or SeededNetwork(seed, conditions or NetworkConditions())
        self._observers: dict[type, list[Observer]] = {kind: [] for kind in EVENTS}
        for observer in observers:
            self.watch(observer)
        self.now_ms = 0
        self.filing_numbers = FilingNumbers()
        """Of all filings that clients of this network made up."""
        self.overtaken = 0
        """Frames that arrive before one that was sent earlier."""
        self.torn_records = 0
        """Records of journals that power cuts tore."""
        self.corrupted: dict[str, Adversary] = {}
        """What nodes that lie make of their frames, by name."""
        self.faulty: set[str] = {f"{office}'" for office in twins} | set(twins)
        """Nodes of which nothing is promised: liars, twins, and those whose disk was wiped."""
        self.is_lost: Callable[[str, str, bytes], bool] = _nothing_is_lost
        """Scripted loss, besides the seeded one: (sender, receiver, frame)."""
        self.crashes_before_flush: Callable[[str], bool] = _never
        """Whether a node crashes now, between a step and its flush."""
        self.interferes: Callable[[str, str], None] = _let_pass
        """Called with a node's name and each operation of its disk, or "send"; may raise (`simulations.disk`)."""
        self.on_failure: Callable[[str, BaseException], None] = _ignore
        """Told when the world stopped a node in the middle of a step: (name, what it raised)."""
        self._frame_cost_us = frame_cost_us
        self._is_telling = False
        """What observers read, no fault disturbs."""
        self._rng = random.Random(seed + 1)  # noqa: S311 - reproducible, not secret
        self._order = count()
        self._arrives_at: dict[tuple[str, str], int] = {}
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        names = {office: office for office in sorted(offices)}
        names |= {f"{office}'": office for office in sorted(twins)}
        self.nodes = {
            name: SimulatedNode(
                name=name,
                office=office,
                genesis=self.genesis,
                settings=settings or ReplicaSettings(),
                journal_bytes_max=journal_bytes_max,
                tell=self.tell,
                interfere=self._interfere,
            )
            for name, office in names.items()
        }
        self._names = {
            office: tuple(name for name, identity in names.items() if identity == office)
            for office in names.values()
        }
        for name in self.nodes:
            self.start(name)

    @property
    def now(self) -> Instant:
        """Both clocks of a node whose clocks are right."""
        return SimulatedClock().read(self.now_ms)

    def watch(self, observer: Observer, kinds: Iterable[type] | None = None) -> None:
        """Tell this observer, too, of the events of these kinds; where none are given, of those that it wants."""
        for kind in kinds_of(observer) if kinds is None else kinds:
            self._observers[kind].append(observer)

    def tell(self, event: Event) -> None:
        """Tell all observers who want it what happened."""
        before, self._is_telling = self._is_telling, True
        try:
            for observer in self._observers[type(event)]:
                observer(event)
        finally:
            self._is_telling = before

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """What is read in here from a node's disk is read by those who watch, not by the node: no fault strikes."""
        before, self._is_telling = self._is_telling, True
        try:
            yield
        finally:
            self._is_telling = before

    # -- what the world does ---------------------------------------------------------------------

    def start(self, name: str) -> bool:
        """Start a node that is down, and link it with all that are up; returns whether it runs."""
        node = self.nodes[name]
        self.tell(Disturbed(self.now_ms, "restart", (name,)))
        try:
            node.start(self.now_ms)
        except (StoppedError, OSError) as error:
            self._fail(name, error)
            return False
        for peer in self.nodes:
            if self.nodes[peer].office != node.office and self.nodes[peer].engine is not None:
                self._connect(name, peer)
                self._connect(peer, name)
        self._call_turn(name)
        return True

    def crash(self, name: str, *, power_cut: bool = True) -> None:
        """Stop a node without a goodbye: by a power cut, which takes what was not synced, or else by a kill."""
        self.tell(Disturbed(self.now_ms, "crash", (name,)))
        self.torn_records += self.nodes[name].stop(self._rng if power_cut else None)

    def pause(self, name: str) -> None:
        """Let a node stand still; what is sent to it waits."""
        self.tell(Disturbed(self.now_ms, "pause", (name,)))
        self.nodes[name].is_paused = True

    def resume(self, name: str) -> None:
        """Let a node that stood still go on."""
        self.tell(Disturbed(self.now_ms, "resume", (name,)))
        self.nodes[name].is_paused = False
        self._call_turn(name)

    def heal_links(self) -> None:
        """Let everything pass again, and tell every node that its links came up."""
        self.tell(Disturbed(self.now_ms, "healing", ()))
        self.network.severed = frozenset()
        for name, node in self.nodes.items():
            for peer in self.nodes:
                if self.nodes[peer].office != node.office:
                    self._connect(name, peer)

    def submit(self, submission: Submission, entry: str) -> bool:
        """Hand a submission to its entry node, in a turn of its own; returns whether the node took it."""
        node = self.nodes[entry]
        if node.engine is None or node.is_paused:
            return False
        accepted = []

        def hand_over(engine: Engine, now: Instant) -> None:
            try:
                engine.submit(submission, now)
            except SubmissionRefusedError:
                return
            accepted.append(True)
            self.tell(Submitted(self.now_ms, entry, submission.digest))

        if self._is_busy(
            node
        ):  # It says at once whether it takes it, and sends it on when it has time.
            hand_over(node.engine, node.clock.read(self.now_ms))
            self._call_turn(entry)
        else:
            node.inbox.append(hand_over)
            self._turn(entry)
        return bool(accepted)

    def read(self, name: str, on_readable: Callable[[], None]) -> None:
        """Begin a linearizable read at a node; tells once it may be answered, or never if the node stops first."""
        nonce = next(self._order).to_bytes(NONCE_SIZE, "big")

        def begin(engine: Engine, now: Instant) -> None:
            self.nodes[name].reads.append((engine.read(nonce, now), on_readable))

        self._give(name, begin)

    def send(self, sender: str, receiver: str, frame: bytes) -> None:
        """Put a frame on the way from one node to another, whoever made it."""
        fates = self.network.fates(sender, receiver, len(frame))
        if not fates:
            self.tell(Dropped(self.now_ms, sender, receiver, "lost"))
        for delay_ms in fates:
            at_ms = self.now_ms + delay_ms
            self.overtaken += at_ms < self._arrives_at.get((sender, receiver), 0)
            self._arrives_at[sender, receiver] = at_ms
            self.at(at_ms, partial(self.deliver, sender, receiver, frame))

    def deliver(self, sender: str, receiver: str, frame: bytes) -> None:
        """Let a frame arrive now, whoever made it; it is read in the receiver's next turn."""
        node, office = self.nodes[receiver], self.nodes[sender].office
        if node.engine is None or len(node.inbox) >= INBOX_MAX:
            why = "down" if node.engine is None else "full"
            self.tell(Dropped(self.now_ms, sender, receiver, why))
            return

        def receive(engine: Engine, now: Instant) -> None:
            self.tell(Delivered(self.now_ms, sender, receiver, frame))
            engine.receive(office, frame, now)

        self._give(receiver, receive)

    # -- time ------------------------------------------------------------------------------------

    def at(self, at_ms: int, action: Callable[[], None]) -> None:
        """Let something happen at a virtual time."""
        heapq.heappush(self._events, (max(at_ms, self.now_ms), next(self._order), action))

    def run_for(self, duration_ms: int) -> None:
        """Let virtual time pass."""
        self.run_until(lambda: False, duration_ms)

    def run_until(self, is_done: Callable[[], bool], limit_ms: int) -> bool:
        """Let virtual time pass until the condition holds; returns whether it did within the limit."""
        end, events = self.now_ms + limit_ms, self._events
        while not is_done():
            if not events or events[0][0] > end:
                self.now_ms = end
                return is_done()
            at_ms, _, action = heapq.heappop(events)
            self.now_ms = at_ms
            action()
            while events and events[0][0] == at_ms:
                heapq.heappop(events)[2]()
        return True

    def up(self) -> Iterator[SimulatedNode]:
        """The nodes that run."""
        return (node for node in self.nodes.values() if node.engine is not None)

    # -- turns -----------------------------------------------------------------------------------

    def _connect(self, name: str, peer: str) -> None:
        office = self.nodes[peer].office
        self._give(name, lambda engine, now: engine.connected(office, now))

    def _give(self, name: str, action: Callable[[Engine, Instant], None]) -> None:
        node = self.nodes[name]
        if node.engine is None:
            return
        if not node.inbox:
            self._call_turn(name)
        node.inbox.append(action)

    def _call_turn(self, name: str) -> None:
        """Let the node take a turn as soon as it has time: with all that has arrived by then."""
        self.at(self.nodes[name].busy_until_us // 1_000, partial(self._turn, name))

    def _is_busy(self, node: SimulatedNode) -> bool:
        """Whether it still works on what came before; what takes it less than a millisecond is not waited for."""
        return node.busy_until_us // 1_000 > self.now_ms

    def _turn(self, name: str) -> None:
        node = self.nodes[name]
        if node.engine is None or node.is_paused:
            return
        if self._is_busy(node):
            self._call_turn(name)
            return
        started_us = max(node.busy_until_us, self.now_ms * 1_000)
        node.busy_until_us = started_us + self._frame_cost_us * len(node.inbox)
        self._let_work(name, partial(self._work, node))

    def _work(self, node: SimulatedNode) -> None:
        """Work on all that has arrived; what comes of it leaves when that is done."""
        engine = node.engine
        assert engine is not None
        node.take_turn(self.now_ms)
        if self.crashes_before_flush(node.name):
            self.crash(node.name)
            return
        effects = engine.flush()
        if self._is_busy(node):
            leave = partial(self._leave, node, engine, effects)
            self.at(node.busy_until_us // 1_000, partial(self._let_work, node.name, leave))
        else:
            self._leave(node, engine, effects)

    def _leave(self, node: SimulatedNode, engine: Engine, effects: Effects) -> None:
        """Let out what an engine's turn came to, unless it stopped meanwhile."""
        if node.engine is not engine:
            return
        self._acknowledge(node, effects)
        node.answer_reads(effects.readable)
        self._send(node, effects)
        self._wake_at(node, node.clock.when(effects.wake_at_ms))

    def _let_work(self, name: str, work: Callable[[], None]) -> None:
        """Let a node do something, and see what stops it."""
        try:
            work()
        except (StoppedError, OSError) as error:
            self._fail(name, error)
        except BrokenPromiseError:
            raise
        except Exception as error:
            if name not in self.faulty:
                raise BrokenPromiseError(f"{name} failed at {self.now_ms} ms: {error!r}") from error
            self._fail(name, error)

    def _interfere(self, name: str, operation: str) -> None:
        if not self._is_telling:
            self.interferes(name, operation)

    def _acknowledge(self, node: SimulatedNode, effects: Effects) -> None:
        for executed in effects.executed:
            if executed.height > node.disk.files.blocks.synced:
                raise BrokenPromiseError(
                    f"{node.name} acknowledged block {executed.height} before it was durable"
                )
            node.acknowledged[executed.digest] = executed
            self.tell(Acknowledged(self.now_ms, node.name, executed))

    def _send(self, node: SimulatedNode, effects: Effects) -> None:
        adversary = self.corrupted.get(node.name)
        for to, frame in effects.sends:
            self.tell(Sent(self.now_ms, node.name, to, frame))
            self._interfere(node.name, "send")
            for receiver in self.nodes if to is None else self._names[to]:
                if self.nodes[receiver].office == node.office:
                    continue
                if self.is_lost(node.name, receiver, frame):
                    self.tell(Dropped(self.now_ms, node.name, receiver, "scripted"))
                elif adversary is None:
                    self.send(node.name, receiver, frame)
                else:
                    self._send_lies(adversary, node.name, receiver, frame)

    def _send_lies(self, adversary: Adversary, name: str, receiver: str, frame: bytes) -> None:
        for delay_ms, lie in adversary.outgoing(receiver, frame, self.now_ms):
            if delay_ms:
                at_ms = self.now_ms + delay_ms
                self.at(at_ms, lambda lie=lie: self.send(name, receiver, lie))  # type: ignore[misc]
            else:
                self.send(name, receiver, lie)

    def _wake_at(self, node: SimulatedNode, at_ms: int) -> None:
        at_ms = max(at_ms, self.now_ms + 1)
        if node.wake_at_ms is None or at_ms < node.wake_at_ms:
            node.wake_at_ms = at_ms
            self.at(at_ms, lambda: self._wake(node, at_ms))

    def _wake(self, node: SimulatedNode, at_ms: int) -> None:
        if node.wake_at_ms == at_ms:
            node.wake_at_ms = None
            if not node.inbox:  # Else a turn is due, which ticks.
                self._turn(node.name)

    def _fail(self, name: str, error: BaseException) -> None:
        """The world stopped a node: a power cut, a kill, or an error of its disk, at which a node ends itself."""
        self.tell(Disturbed(self.now_ms, "crash", (name,)))
        is_power_cut = isinstance(error, PowerCutError)
        self.torn_records += self.nodes[name].stop(self._rng if is_power_cut else None)
        self.on_failure(name, error)


def _nothing_is_lost(_sender: str, _receiver: str, _frame: bytes) -> bool:
    return False


def _let_pass(_name: str, _operation: str) -> None:
    """Disturb nothing."""


def _never(_name: str) -> bool:
    return False


def _ignore(_name: str, _error: BaseException) -> None:
    """Nobody wants to know."""
