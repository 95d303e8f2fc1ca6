"""The faults of a scenario: those of its timeline, and those that it lets the seed draw."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeAlias

from simulations.cluster import Cluster
from simulations.geography import GeographicNetwork
from simulations.scenarios.scenario import (
    ClockStep,
    Crash,
    Fault,
    Heal,
    Partition,
    Pause,
    Restart,
    Resume,
    Scenario,
    Slow,
    Whom,
)
from simulations.trace import Disturbed

_Draw: TypeAlias = Callable[[str], Callable[[], None] | None]
"""Strikes an office; returns how that ends, or none where nothing happened."""


class Timeline:
    """Disturbs a cluster as a scenario says. `schedule` plans all of it; `undo` ends all of it."""

    def __init__(
        self, scenario: Scenario, cluster: Cluster, network: GeographicNetwork, rng: random.Random
    ) -> None:
        self.fired: Counter[str] = Counter()
        """How often each kind struck, by kind."""
        self._scenario = scenario
        self._cluster = cluster
        self._network = network
        self._rng = rng
        self._offices = scenario.codes()
        self._disturbed: set[str] = set()
        """By the drawn faults, now: at most f."""
        self._held: set[tuple[str, str]] = set()
        """(kind, office) of what the timeline did and has not ended: no drawn fault's end undoes it."""
        self._is_over = False

    def schedule(self) -> None:
        """Plan the faults of the timeline, and the first drawn one of each kind."""
        for fault in self._scenario.faults:
            self._at(fault.at_s, lambda fault=fault: self._strike(fault))  # type: ignore[misc]
        swarm = self._scenario.swarm
        for every_s, strike in (
            (swarm.crash_every_s, self._draw_crash),
            (swarm.pause_every_s, self._draw_pause),
            (swarm.partition_every_s, self._draw_partition),
            (swarm.slow_every_s, self._draw_slow),
            (swarm.clock_step_every_s, self._draw_clock_step),
        ):
            if every_s:
                self._draw_next(every_s, strike)

    def undo(self) -> None:
        """End every fault: all nodes run, all links are open, all clocks are right, and nothing is lost any more."""
        self._is_over = True
        self._network.conditions = self._network.conditions._replace(loss=0.0, duplication=0.0)
        for office in self._offices:
            self._slow(office, 0)
            self._step_clock(office, -self._cluster.nodes[office].clock.unix_error_ms)
            self._resume(office)
            self._restart(office)
        self._heal()

    # -- the timeline ----------------------------------------------------------------------------

    def _strike(self, fault: Fault) -> None:
        if isinstance(fault, Heal):
            self._heal()
            return
        offices = self._chosen(fault.offices)
        match fault:
            case Partition(direction=direction):
                self._cut(offices, direction)
                return
            case Crash():
                strike = self._crash
                self._hold("crash", offices)
            case Restart():
                strike = self._restart
                self._release("crash", offices)
            case Pause():
                strike = self._pause
                self._hold("pause", offices)
            case Resume():
                strike = self._resume
                self._release("pause", offices)
            case Slow(extra_ms=extra_ms):
                (self._hold if extra_ms else self._release)("slow", offices)
                strike = lambda office: self._slow(office, extra_ms)  # noqa: E731
            case ClockStep(by_ms=by_ms):
                strike = lambda office: self._step_clock(office, by_ms)  # noqa: E731
        for office in offices:
            strike(office)

    def _hold(self, kind: str, offices: Iterable[str]) -> None:
        self._held |= {(kind, office) for office in offices}

    def _release(self, kind: str, offices: Iterable[str]) -> None:
        self._held -= {(kind, office) for office in offices}

    def _chosen(self, whom: Whom) -> tuple[str, ...]:
        """The offices that a fault means at this moment."""
        if isinstance(whom, int):
            return tuple(sorted(self._rng.sample(self._offices, whom)))
        if whom == "primary":
            return (self._primary(),)
        if whom == "all":
            return self._offices
        if whom == "down":
            return tuple(
                office for office in self._offices if self._cluster.nodes[office].engine is None
            )
        assert isinstance(whom, tuple)
        return whom

    def _primary(self) -> str:
        """The primary of the view that most running offices are in (of two, the later)."""
        views = Counter(node.engine.view for node in self._cluster.up() if node.engine is not None)
        view = max(views, key=lambda view: (views[view], view), default=0)
        return self._offices[view % len(self._offices)]

    # -- drawn from the seed ---------------------------------------------------------------------

    def _draw_next(self, every_s: float, strike: _Draw) -> None:
        """Plan a fault of this kind, and behind it the next one."""
        at_s = self._cluster.now_ms / 1_000 + self._rng.expovariate(1 / every_s)
        if at_s < self._scenario.duration_s:
            self._at(at_s, lambda: self._draw(every_s, strike))

    def _draw(self, every_s: float, strike: _Draw) -> None:
        """Strike some office that is well, unless f are not; and plan the end of it."""
        well = [office for office in self._offices if self._is_well(office)]
        if well and len(self._disturbed) < (len(self._offices) - 1) // 3:
            office = self._rng.choice(well)
            undo = strike(office)
            if undo is not None:
                self._disturbed.add(office)
                lasting_s = self._rng.uniform(*self._scenario.swarm.lasting_s)
                self._at(self._cluster.now_ms / 1_000 + lasting_s, lambda: self._end(office, undo))
        self._draw_next(every_s, strike)

    def _is_well(self, office: str) -> bool:
        """Whether nothing is wrong with an office yet: what the timeline does to it is not to be undone early."""
        node = self._cluster.nodes[office]
        is_slow = self._network.slowed_ms.get(office, 0) > 0
        is_up = node.engine is not None and not node.is_paused
        return is_up and not is_slow and office not in self._disturbed

    def _end(self, office: str, undo: Callable[[], None]) -> None:
        self._disturbed.discard(office)
        undo()

    def _draw_crash(self, office: str) -> Callable[[], None]:
        self._crash(office)
        return lambda: self._unless_held("crash", office, self._restart)

    def _draw_pause(self, office: str) -> Callable[[], None]:
        self._pause(office)
        return lambda: self._unless_held("pause", office, self._resume)

    def _draw_partition(self, office: str) -> Callable[[], None] | None:
        if self._network.severed:
            return None  # One partition at a time.
        self._cut((office,), self._rng.choice(("both", "outgoing", "incoming")))
        own = self._network.severed

        def end() -> None:
            if self._network.severed is own:  # Else another one replaced it, which has its own end.
                self._heal()

        return end

    def _draw_slow(self, office: str) -> Callable[[], None]:
        self._slow(office, self._scenario.swarm.slow_ms)
        return lambda: self._unless_held("slow", office, lambda slowed: self._slow(slowed, 0))

    def _draw_clock_step(self, office: str) -> Callable[[], None]:
        by_ms = self._scenario.swarm.clock_step_ms * self._rng.choice((-1, 1))
        self._step_clock(office, by_ms)
        return lambda: self._step_clock(office, -by_ms)

    def _unless_held(self, kind: str, office: str, end: Callable[[str], None]) -> None:
        if (kind, office) not in self._held:
            end(office)

    # -- what the world does; without effect where it is so already --------------------------------

    def _crash(self, office: str) -> None:
        if self._cluster.nodes[office].engine is not None:
            self.fired["crash"] += 1
            self._cluster.crash(office)

    def _restart(self, office: str) -> None:
        if self._cluster.nodes[office].engine is None:
            self.fired["restart"] += 1
            self._cluster.start(office)

    def _pause(self, office: str) -> None:
        node = self._cluster.nodes[office]
        if node.engine is not None and not node.is_paused:
            self.fired["pause"] += 1
            self._cluster.pause(office)

    def _resume(self, office: str) -> None:
        if self._cluster.nodes[office].is_paused:
            self.fired["resume"] += 1
            self._cluster.resume(office)

    def _cut(self, offices: tuple[str, ...], direction: str) -> None:
        within = set(offices)
        self._network.severed = frozenset(
            (a, b)
            for a in self._offices
            for b in self._offices
            if (a in within and b not in within and direction != "incoming")
            or (b in within and a not in within and direction != "outgoing")
        )
        self._tell("partition", offices)

    def _heal(self) -> None:
        if self._network.severed:
            self.fired["heal"] += 1
            self._cluster.heal_links()

    def _slow(self, office: str, extra_ms: int) -> None:
        if self._network.slowed_ms.get(office, 0) != extra_ms:
            self._network.slowed_ms[office] = extra_ms
            self._tell("slow" if extra_ms else "normal speed", (office,))

    def _step_clock(self, office: str, by_ms: int) -> None:
        if by_ms:
            clock = self._cluster.nodes[office].clock
            clock.unix_error_ms += by_ms
            self._tell("clock-step" if clock.unix_error_ms else "clock right", (office,))

    def _tell(self, kind: str, offices: tuple[str, ...]) -> None:
        self.fired[kind] += 1
        self._cluster.tell(Disturbed(self._cluster.now_ms, kind, offices))

    def _at(self, at_s: float, action: Callable[[], None]) -> None:
        def act() -> None:
            if not self._is_over:
                action()

        self._cluster.at(round(at_s * 1_000), act)
