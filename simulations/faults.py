"""Faults drawn from a seed: every run has its own mix of kinds, and its own rate for each.

Crashes of any number of nodes, pauses, clocks and links may only delay; what was promised must hold through all of it.
At most f offices lose their disk, or lie: of these nothing is promised, and the others must do without them.
"""

import errno
import random
from collections import Counter
from collections.abc import Callable
from typing import Final

from consensus.settings import ReplicaSettings
from simulations.clocks import SimulatedClock
from simulations.cluster import Cluster
from simulations.errors import PowerCutError
from simulations.network import NetworkConditions, SeededNetwork

OPERATIONS: Final = (
    "journal append",
    "journal sync",
    "journal rewrite",
    "journal read",
    "blocks append",
    "blocks sync",
    "blocks read",
    "certificates append",
    "certificates sync",
    "certificates read",
    "index write",
)
"""Every operation of a disk that can fail. What is read from the index cannot: that is memory here."""
RARE: Final = {operation: 30 for operation in OPERATIONS if operation.endswith(("read", "rewrite"))}
"""Operations that are seldom done fail so much more often when they are."""
KINDS: Final = (
    "crash",
    "crash of f",
    "crash of all",
    "power cut in a step",
    "crash before flush",
    "restart",
    "pause",
    "resume",
    "wiped disk",
    "clock step",
    "clock drift",
    "isolation",
    "split",
    "one-way cuts",
    "healing",
    *(f"disk error: {operation}" for operation in OPERATIONS),
)
"""Every kind of fault that a run may meet, besides the network's own (`lost`, `repeated`, `overtaken`, `severed`) and
`torn record`, which a power cut leaves."""
STEP_MS: Final = (-3_600_000, -30_000, -8_000, 5_000, 30_000, 3_600_000)
"""By how much a time of day is set wrong."""


def draw_conditions(rng: random.Random, offices: tuple[str, ...]) -> NetworkConditions:
    """How bad the network of a run is: near or far apart, with links of equal or of different lengths."""
    distances = {}
    if rng.random() < 0.3:  # noqa: PLR2004 - a third of the runs span continents
        place = {office: rng.randint(0, 120) for office in offices}
        distances = {(a, b): abs(place[a] - place[b]) for a in offices for b in offices if a != b}
    return NetworkConditions(
        delay_ms=rng.choice(((1, 5), (1, 40), (20, 120))),
        loss=rng.choice((0.0, 0.0, 0.01, 0.08)),
        repetition=rng.choice((0.0, 0.05)),
        distances_ms=distances,
    )


def draw_settings(rng: random.Random) -> ReplicaSettings:
    """Patient or hasty offices, wide or narrow watermarks: hasty ones change views often."""
    hasty = {"view_timeout_ms": 600, "heartbeat_ms": 150, "censorship_timeout_ms": 3_000}
    return ReplicaSettings(
        watermark_range=rng.choice((64, 64, 8)),
        window=rng.choice((8, 1)),
        submissions_per_block=rng.choice((64, 2)),
        **rng.choice(({}, hasty)),
    )


class Faults:
    """Disturbs a cluster step by step."""

    def __init__(self, rng: random.Random, cluster: Cluster) -> None:
        self._rng = rng
        self._cluster = cluster
        self._names = sorted(cluster.nodes)
        self._allowed = (len(cluster.genesis.offices) - 1) // 3
        self.fired: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
        often = (0.0, 0.0, 0.05, 0.15)
        self._rates: list[tuple[float, Callable[[], None]]] = [
            (rng.choice(often), self._crash_one),
            (rng.choice((0.0, 0.03)), self._crash_some),
            (rng.choice((0.0, 0.0, 0.02)), self._crash_all),
            (rng.choice((0.2, 0.5)), self._restart),
            (rng.choice(often), self._pause),
            (0.3, self._resume),
            (rng.choice((0.0, 0.0, 0.02)), self._wipe),
            (rng.choice((0.0, 0.05)), self._step_clock),
            (rng.choice(often), self._isolate),
            (rng.choice(often), self._split),
            (rng.choice(often), self._cut_one_way),
            (0.3, self._heal_links),
        ]
        self._flush_crash_rate = rng.choice((0.0, 0.002))
        self._power_cut_rate = rng.choice((0.0, 0.0, 0.001))
        self._disk_error_rate = rng.choice((0.0, 0.0, 0.001))
        cluster.crashes_before_flush = self._crashes_before_flush
        cluster.on_failure = self._failed
        cluster.interferes = self._interfere
        if rng.random() < 0.5:  # noqa: PLR2004 - half of the runs
            self._let_clocks_drift()

    def disturb(self) -> None:
        """Draw what happens next."""
        for rate, strike in self._rates:
            if rate and self._rng.random() < rate:
                strike()

    def heal(self) -> None:
        """End all faults but lies: everyone is up and linked, clocks are right, nothing is lost any more."""
        network = self._cluster.network
        if isinstance(network, SeededNetwork):
            network.conditions = NetworkConditions()
        self._flush_crash_rate = self._power_cut_rate = self._disk_error_rate = 0.0
        for name, node in self._cluster.nodes.items():
            node.clock.unix_error_ms = 0
            if node.is_paused:
                self._cluster.resume(name)
            if node.engine is None:
                self._cluster.start(name)
        self._cluster.heal_links()

    # -- nodes -----------------------------------------------------------------------------------

    def _crash(self, name: str) -> None:
        self._cluster.crash(name, power_cut=self._rng.random() < 0.7)  # noqa: PLR2004 - else a kill

    def _crash_one(self) -> None:
        name = self._rng.choice(self._names)
        if self._cluster.nodes[name].engine is not None:
            self._crash(name)
            self.fired["crash"] += 1

    def _crash_some(self) -> None:
        chosen = self._rng.sample(self._names, self._allowed)
        self.fired["crash of f"] += any(self._cluster.nodes[name].engine for name in chosen)
        for name in chosen:
            self._crash(name)

    def _crash_all(self) -> None:
        for name in self._names:
            self._crash(name)
        for name in self._names:
            self._cluster.start(name)
        self.fired["crash of all"] += 1

    def _restart(self) -> None:
        for name in self._names:
            if self._cluster.nodes[name].engine is None:
                self._cluster.start(name)
                self.fired["restart"] += 1

    def _pause(self) -> None:
        name = self._rng.choice(self._names)
        if self._cluster.nodes[name].engine is not None:
            self._cluster.pause(name)
            self.fired["pause"] += 1

    def _resume(self) -> None:
        for name in self._names:
            if self._cluster.nodes[name].is_paused:
                self._cluster.resume(name)
                self.fired["resume"] += 1

    def _wipe(self) -> None:
        name = self._rng.choice(self._names)
        if len(self._cluster.faulty | {name}) > self._allowed:
            return
        self._cluster.faulty.add(name)
        self._cluster.crash(name)
        self._cluster.nodes[name].wipe()
        self.fired["wiped disk"] += 1

    # -- clocks ----------------------------------------------------------------------------------

    def _step_clock(self) -> None:
        node = self._cluster.nodes[self._rng.choice(self._names)]
        node.clock.unix_error_ms = self._rng.choice((0, *STEP_MS))
        self.fired["clock step"] += 1

    def _let_clocks_drift(self) -> None:
        for node in self._cluster.nodes.values():
            skew_ms = self._rng.randint(-2_000, 2_000)
            node.clock = SimulatedClock(self._rng.randint(-10_000, 10_000), skew_ms)
        self.fired["clock drift"] += 1

    # -- links -----------------------------------------------------------------------------------

    def _sever(self, kind: str, is_cut: Callable[[str, str], bool]) -> None:
        self._cluster.network.severed = frozenset(
            (a, b) for a in self._names for b in self._names if a != b and is_cut(a, b)
        )
        self.fired[kind] += 1

    def _isolate(self) -> None:
        name = self._rng.choice(self._names)
        self._sever("isolation", lambda a, b: name in {a, b})

    def _split(self) -> None:
        some = set(self._rng.sample(self._names, self._rng.randint(1, len(self._names) - 1)))
        self._sever("split", lambda a, b: (a in some) != (b in some))

    def _cut_one_way(self) -> None:
        share = self._rng.choice((0.1, 0.3, 0.6))
        self._sever("one-way cuts", lambda _a, _b: self._rng.random() < share)

    def _heal_links(self) -> None:
        if self._cluster.network.severed:
            self._cluster.heal_links()
            self.fired["healing"] += 1

    # -- in the middle of a step -----------------------------------------------------------------

    def _crashes_before_flush(self, _name: str) -> bool:
        if self._flush_crash_rate == 0.0 or self._rng.random() >= self._flush_crash_rate:
            return False
        self.fired["crash before flush"] += 1
        return True

    def _interfere(self, _name: str, operation: str) -> None:
        if self._power_cut_rate and self._rng.random() < self._power_cut_rate:
            raise PowerCutError(operation)
        if (
            self._disk_error_rate
            and operation != "send"
            and self._rng.random() < self._disk_error_rate * RARE.get(operation, 1)
        ):
            raise OSError(errno.EIO, operation)

    def _failed(self, _name: str, error: BaseException) -> None:
        if isinstance(error, PowerCutError):
            self.fired["power cut in a step"] += 1
        elif isinstance(error, OSError):
            self.fired[f"disk error: {error.strerror}"] += 1
