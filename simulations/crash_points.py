"""Crash points: one small workload, stopped once at every operation of a disk and before every frame that is sent.

The workload has blocks, certificates, a compaction of the journal, an office that is cut off and catches up, a
restart and a change of view. It runs once undisturbed, and every operation of every node is counted: these are the
points. Then it runs again for each, and the node stops exactly there: by a power cut or a kill, alone or with all
others. All start again after a while, and must recover.
"""

import random
from collections import deque
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from consensus.messages import PrePrepare
from consensus.settings import ReplicaSettings
from simulations import faults
from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError, KilledError, PowerCutError, StoppedError
from simulations.network import NetworkConditions, SeededNetwork
from simulations.promises import Promises
from simulations.run import HEALING_MS, RunReport, await_quiet, next_submission
from simulations.trace import message_in

OFFICES: Final = ("AU", "EP", "JP", "US")
OPERATIONS: Final = (*faults.OPERATIONS, "send")
"""Every kind of operation at which a node is stopped."""
DOWN_MS: Final = 700
"""How long who was stopped stays down."""
SECOND_STOP_WITHIN: Final = 120
"""A second stop comes within so many operations after the first restart."""
SETTINGS: Final = ReplicaSettings(watermark_range=8)


class Stop(NamedTuple):
    """How a node is stopped."""

    everyone: bool
    """All nodes stop at that moment, not only the one whose operation it is."""
    power_cut: bool
    """What was not synced may be lost; else a kill, after which everything written is there."""

    def __str__(self) -> str:
        who, how = "all" if self.everyone else "one", "power cut" if self.power_cut else "kill"
        return f"{how} of {who}"


STOPS: Final = tuple(Stop(everyone, cut) for everyone in (False, True) for cut in (False, True))


class PlannedStop(NamedTuple):
    """A stop, and the number of operations of all nodes that pass before it: from the start, or from a restart on."""

    after: int
    stop: Stop


class Stopper:
    """Counts the operations of all nodes, stops them where it was planned, and starts them again."""

    def __init__(self, cluster: Cluster, plan: Iterable[PlannedStop] = ()) -> None:
        self._cluster = cluster
        self._plan = deque(plan)
        self._left = self._plan[0].after if self._plan else -1
        """Operations until the next stop; negative: none is due before a restart."""
        self._is_stopping = False
        self.operations: list[str] = []
        """The kind of every operation so far."""
        self.stopped: set[str] = set()
        """Nodes that were stopped."""
        self.struck: list[str] = []
        """At which kinds of operations nodes were stopped."""
        cluster.interferes = self._before
        cluster.on_failure = self._stopped

    @property
    def is_done(self) -> bool:
        """Whether every planned stop came."""
        return not self._plan

    def let_go(self) -> None:
        """Count nothing more, and stop nobody."""
        self._cluster.interferes = lambda _name, _operation: None

    def _before(self, name: str, operation: str) -> None:
        if self._is_stopping:
            raise BrokenPromiseError(f"{name} went on after its stop before {self.struck[-1]}")
        self.operations.append(operation)
        self._left -= 1
        if self._left != -1 or not self._plan:
            return
        stop = self._plan.popleft().stop
        self.struck.append(operation)
        self._is_stopping = True
        self.stopped |= set(self._cluster.nodes) if stop.everyone else {name}
        if stop.everyone:
            for other in self._cluster.nodes:
                if other != name:
                    self._cluster.crash(other, power_cut=stop.power_cut)
        raise PowerCutError(operation) if stop.power_cut else KilledError(operation)

    def _stopped(self, name: str, error: BaseException) -> None:
        if not isinstance(error, StoppedError):
            raise BrokenPromiseError(f"{name} failed by itself: {error!r}") from error
        self._is_stopping = False
        self._cluster.at(self._cluster.now_ms + DOWN_MS, self._start_again)

    def _start_again(self) -> None:
        self._left = self._plan[0].after if self._plan else -1
        for name, node in self._cluster.nodes.items():
            if node.engine is None:
                self._cluster.start(name)


def cluster_of(torn_by: int) -> Cluster:
    """The four offices of the workload; `torn_by` is the seed of what a power cut leaves."""
    return Cluster(
        OFFICES,
        seed=torn_by,
        network=SeededNetwork(0, NetworkConditions(delay_ms=(1, 4))),
        settings=SETTINGS,
        journal_bytes_max=0,
    )


def run_workload(cluster: Cluster) -> int:
    """Everything that can be stopped happens once; returns how many submissions nodes took. Who is down takes none."""
    taken = _submit(cluster, "AU", 1) + _submit(cluster, "EP", 2)
    cluster.run_for(50)
    cluster.network.severed = frozenset((a, b) for a in OFFICES for b in OFFICES if "US" in {a, b})
    taken += _submit(cluster, "JP", 3)
    cluster.run_for(50)
    taken += _submit(cluster, "JP", 4)
    cluster.run_for(50)
    cluster.heal_links()
    cluster.run_for(1_500)  # US catches up.
    if cluster.nodes["JP"].engine is not None:
        cluster.crash("JP", power_cut=False)
    cluster.start("JP")
    cluster.is_lost = _is_proposal_of_first_view
    taken += _submit(cluster, "US", 5)
    cluster.run_for(3_000)  # The others leave AU's view.
    cluster.is_lost = lambda *_: False
    return taken + _submit(cluster, "AU", 6)


@lru_cache(maxsize=1)
def points() -> tuple[str, ...]:
    """The kind of every operation of the undisturbed workload, in order, until all is final.

    Raises:
        BrokenPromiseError: it breaks a promise, or one of its parts did not happen.
    """
    cluster = cluster_of(0)
    stopper = Stopper(cluster)
    _run(0, cluster, stopper)
    statuses = [node.engine.status() for node in cluster.up() if node.engine is not None]
    if min(status.view for status in statuses) == 0:
        raise BrokenPromiseError("the workload of the crash points changed no view")
    if not any(status.counters.get("blocksCaughtUp") for status in statuses):
        raise BrokenPromiseError("in the workload of the crash points nobody caught up")
    return tuple(stopper.operations)


def every_run() -> int:
    """How many runs stop once at every point in every way: the seeds from 0 up to this are all of them."""
    return len(points()) * len(STOPS)


def run_crash_point(seed: int) -> RunReport:
    """Run the workload with one stop. Seeds from `every_run` on begin anew, and tear other bytes.

    Raises:
        BrokenPromiseError: a promise was broken; the message names the point.
    """
    torn_by, number = divmod(seed, every_run())
    point, way = divmod(number, len(STOPS))
    return _run_with(seed, torn_by, (PlannedStop(point, STOPS[way]),))


def run_double_crash(seed: int) -> RunReport:
    """Run the workload with two stops, all drawn from the seed: the second during the recovery from the first.

    Raises:
        BrokenPromiseError: a promise was broken; the message names both points.
    """
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    first = PlannedStop(rng.randrange(len(points())), rng.choice(STOPS))
    second = PlannedStop(rng.randrange(SECOND_STOP_WITHIN), rng.choice(STOPS))
    return _run_with(seed, seed, (first, second))


def _run_with(seed: int, torn_by: int, plan: tuple[PlannedStop, ...]) -> RunReport:
    cluster = cluster_of(torn_by)
    stopper = Stopper(cluster, plan)
    try:
        report = _run(seed, cluster, stopper)
    except BrokenPromiseError as error:
        where = " and ".join(f"{stop} after {after} operations" for after, stop in plan)
        raise BrokenPromiseError(f"seed {seed}, {where} {stopper.struck}: {error}") from error
    fired = {**report.fired, "torn record": cluster.torn_records}
    for operation, (_, stop) in zip(stopper.struck, plan, strict=True):
        fired[operation] += 1
        fired[str(stop)] += 1
    return report._replace(fired=fired)


def _run(seed: int, cluster: Cluster, stopper: Stopper) -> RunReport:
    """Run the workload, and see everyone recover."""
    promises = Promises(cluster, SETTINGS)
    chain = promises.chain
    taken = run_workload(cluster)
    if not cluster.run_until(lambda: stopper.is_done, HEALING_MS):
        raise BrokenPromiseError("not every planned stop came")
    healed_after_ms = await_quiet(cluster)
    stopper.let_go()
    height = chain.height
    for nonce, name in enumerate(OFFICES, 7):
        taken += _submit(cluster, name, nonce)  # Everyone takes new work.
    await_quiet(cluster)
    if chain.height == height:
        raise BrokenPromiseError("nothing was executed after the recovery")
    promises.check_at_end(*(cluster.nodes[name] for name in sorted(stopper.stopped)))
    views = [node.engine.view for node in cluster.up() if node.engine is not None]
    fired = dict.fromkeys((*OPERATIONS, *map(str, STOPS)), 0)
    return RunReport(seed, len(OFFICES), chain.height, taken, max(views), fired, healed_after_ms)


def _submit(cluster: Cluster, name: str, nonce: int) -> bool:
    return cluster.submit(next_submission(cluster, name, nonce), name)


def _is_proposal_of_first_view(_sender: str, _receiver: str, frame: bytes) -> bool:
    message = message_in(frame)
    return isinstance(message, PrePrepare) and message.view == 0
