"""A stop at every operation of a disk and before every send: all of them, and all recover."""

import pytest

from simulations.campaign import run_campaign, totals
from simulations.crash_points import (
    OPERATIONS,
    STOPS,
    PlannedStop,
    Stopper,
    cluster_of,
    every_run,
    points,
    run_double_crash,
)
from simulations.errors import BrokenPromiseError, KilledError

DOUBLE_CRASHES = 300


@pytest.mark.timeout(600)
@pytest.mark.parametrize("way", range(len(STOPS)), ids=list(map(str, STOPS)))
def test_every_office_recovers_from_a_stop_at_any_point(
    way: int, record_property: pytest.FixtureRequest
) -> None:
    seeds = range(way, every_run(), len(STOPS))
    fired = totals(run_campaign("crash points", seeds))
    struck = {kind: fired[kind] for kind in OPERATIONS}
    counts = ", ".join(f"{kind} {times}" for kind, times in struck.items())
    record_property("crash points", f"{STOPS[way]}, {len(seeds)} points: {counts}")  # type: ignore[operator]
    assert struck == {kind: points().count(kind) for kind in OPERATIONS}
    assert set(struck) == set(points()), "a kind of operation that is not listed, or never met"
    assert fired[str(STOPS[way])] == len(seeds) == len(points())


@pytest.mark.timeout(600)
def test_every_office_recovers_from_a_second_stop_during_the_recovery(
    record_property: pytest.FixtureRequest,
) -> None:
    fired = totals(run_campaign("double crashes", range(DOUBLE_CRASHES)))
    counts = ", ".join(f"{kind} {times}" for kind, times in sorted(fired.items()))
    record_property("double crashes", f"{DOUBLE_CRASHES} runs: {counts}")  # type: ignore[operator]
    assert sum(fired[str(stop)] for stop in STOPS) == 2 * DOUBLE_CRASHES
    assert min(fired[str(stop)] for stop in STOPS) > 0


EVENTFUL = {30: "a certificate that a kill left in the files was never told of"}
"""Double crashes that broke a promise once, and what was found by them."""


@pytest.mark.parametrize("seed", EVENTFUL)
def test_a_seed_that_broke_a_promise_once_keeps_it_now(seed: int) -> None:
    run_double_crash(seed)


def test_a_node_that_goes_on_after_its_stop_is_noticed() -> None:
    cluster = cluster_of(0)
    Stopper(cluster, (PlannedStop(0, STOPS[0]),))
    with pytest.raises(KilledError):
        cluster.interferes("AU", "send")
    with pytest.raises(BrokenPromiseError, match="AU went on after its stop before send"):
        cluster.interferes("AU", "send")
