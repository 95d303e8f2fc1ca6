"""Runs a scenario: production engines over the distances of the earth, with a workload and faults; then healing."""

import random
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final

from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError
from simulations.geography import GeographicNetwork
from simulations.oracles import check_replay
from simulations.promises import Check, Promise, Promises
from simulations.report.measures import Measures
from simulations.report.result import Result, Verdict
from simulations.run import is_quiet
from simulations.scenarios.scenario import Burst, Scenario
from simulations.scenarios.timeline import Timeline
from simulations.trace import Event, Observer
from simulations.workload import submission

SLICE_MS: Final = 100
"""Virtual time between two looks at the progress, and at what the nodes hold."""


class Judge:
    """Whether a promise was kept: when it is broken the run goes on, so that it can be reported."""

    def __init__(self, promise: Promise) -> None:
        self._promise = promise
        self._count = 0
        self._broken: str | None = None

    def watching(self, oracle: Observer) -> Observer:
        """The oracle as an observer; after the first broken promise it watches no more."""

        def observe(event: Event) -> None:
            if self._broken is None:
                self._count += 1
                try:
                    oracle(event)
                except BrokenPromiseError as error:
                    self._broken = str(error)

        return observe

    def check(self, check: Check) -> None:
        """Let it judge now."""
        self._count += 1
        try:
            check()
        except BrokenPromiseError as error:
            self._broken = self._broken or str(error)

    def verdict(self) -> Verdict:
        """What it found."""
        detail = self._broken or f"judged {self._count:,} times"
        return Verdict(self._promise, self._broken is None, detail)


class ScenarioRun:
    """One run of a scenario; `run` does all of it."""

    def __init__(self, scenario: Scenario, seed: int, observers: Iterable[Observer] = ()) -> None:
        self._scenario = scenario
        self._seed = seed
        self._rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self._offices = scenario.codes()
        self._measures = Measures(self._offices)
        self._network = GeographicNetwork(seed, scenario.network.conditions())
        self._cluster = Cluster(
            self._offices,
            seed=seed,
            settings=scenario.settings,
            network=self._network,
            observers=(self._measures, *observers),
            frame_cost_us=scenario.nodes.frame_cost_us,
        )
        self._network.clock = lambda: self._cluster.now_ms
        self._timeline = Timeline(scenario, self._cluster, self._network, self._rng)
        self._judges = {promise: Judge(promise) for promise in Promise}
        self._promises = Promises(
            self._cluster,
            scenario.settings,
            judging=lambda promise, oracle: self._judges[promise].watching(oracle),
        )
        self._submitted = 0
        self._refused = 0

    def run(self, advance: Callable[[int], None] = lambda _: None) -> Result:
        """Run it whole; `advance` is told how many virtual milliseconds of the duration passed."""
        healed_after_ms, broken = None, None
        try:
            self._file_and_disturb(advance)
            healed_after_ms = self._settle()
            node = self._cluster.nodes[self._rng.choice(self._offices)]
            if healed_after_ms is not None:  # An office that still catches up has lost nothing.
                self._judge(self._promises.checks_at_end((node,)))
            else:
                self._judge(((Promise.REPLAY, partial(check_replay, node)),))
        except BrokenPromiseError as error:
            broken = str(error)
        return Result(
            scenario=self._scenario,
            seed=self._seed,
            offices=self._offices,
            measures=self._measures,
            verdicts=self._verdicts(healed_after_ms, broken),
            fired=self._timeline.fired + self._network.fired,
            refused=self._refused,
            ended_ms=self._cluster.now_ms,
            healed_after_ms=healed_after_ms,
        )

    def _file_and_disturb(self, advance: Callable[[int], None]) -> None:
        duration_ms = round(self._scenario.duration_s * 1_000)
        self._timeline.schedule()
        for burst in self._scenario.workload.bursts:
            self._cluster.at(round(burst.at_s * 1_000), lambda burst=burst: self._burst(burst))  # type: ignore[misc]
        self._plan_next()
        while (rest := duration_ms - self._cluster.now_ms) > 0:
            self._cluster.run_for(min(SLICE_MS, rest))
            self._judge(self._promises.checks_during())
            advance(min(SLICE_MS, rest))

    def _judge(self, checks: Iterable[tuple[Promise, Check]]) -> None:
        for promise, check in checks:
            self._judges[promise].check(check)

    def _settle(self) -> int | None:
        """End the faults, and let everything pending become final; how long that took, none where it did not."""
        start_ms = self._cluster.now_ms
        self._timeline.undo()
        limit_ms = round(self._scenario.settling_s * 1_000)
        if self._cluster.run_until(lambda: is_quiet(self._cluster), limit_ms):
            return self._cluster.now_ms - start_ms
        return None

    def _verdicts(self, healed_after_ms: int | None, broken: str | None) -> tuple[Verdict, ...]:
        healed = (
            f"not within {self._scenario.settling_s:g} s of virtual time"
            if healed_after_ms is None
            else f"after {healed_after_ms:,} ms of virtual time"
        )
        return (
            Verdict("No office fails by itself", broken is None, broken or "none did"),
            *(judge.verdict() for judge in self._judges.values()),
            Verdict(
                "After the faults everything becomes final everywhere",
                healed_after_ms is not None,
                healed,
            ),
        )

    # -- the workload ----------------------------------------------------------------------------

    def _plan_next(self) -> None:
        """Plan the next submission of the steady workload."""
        workload = self._scenario.workload
        if workload.filings_per_second:
            mean_s = workload.filings_per_submission / workload.filings_per_second
            at_s = self._cluster.now_ms / 1_000 + self._rng.expovariate(1 / mean_s)
            if at_s < self._scenario.duration_s:
                self._cluster.at(round(at_s * 1_000), self._file)

    def _file(self) -> None:
        workload = self._scenario.workload
        office = self._rng.choice(workload.offices or self._offices)
        self._submit(office, workload.filings_per_submission)
        self._plan_next()

    def _burst(self, burst: Burst) -> None:
        offices: Sequence[str] = burst.offices or self._offices
        for number in range(burst.submissions):
            self._submit(offices[number % len(offices)], burst.filings_per_submission)

    def _submit(self, office: str, filings: int) -> None:
        """A client hands a submission to its own office's node; it does not come again when it is refused."""
        self._submitted += 1
        one = submission(
            self._cluster.genesis,
            office,
            self._cluster.filing_numbers.next_filings(office, filings),
            unix_ms=self._cluster.now.unix_ms,
            nonce=self._submitted,
        )
        self._measures.expect(one.digest, filings)
        if not self._cluster.submit(one, office):
            self._refused += 1
