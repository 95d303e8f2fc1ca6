"""A stop at every operation of a disk and before every send: all of them, and all recover."""

import pytest

from simulations.campaign import never_fired, run_campaign, totals
from simulations.crash_points import (
    OPERATIONS,
    STOPS,
    PlannedStop,
    Stopper,
    cluster_of,
    every_run,
    points,
)
from simulations.errors import BrokenPromiseError, KilledError

DOUBLE_CRASHES = 300


def test_every_office_recovers_from_a_stop_at_any_point(
    record_property: pytest.FixtureRequest,
) -> None:
    reports = list(run_campaign("crash points", range(every_run())))
    fired = totals(reports)
    counts = ", ".join(f"{kind} {times:,}" for kind, times in sorted(fired.items()))
    record_property("crash points", f"{len(reports):,} runs: {counts}")  # type: ignore[operator]
    assert len(reports) == len(points()) * 4
    assert never_fired(fired) == []
    assert {kind: fired[kind] for kind in OPERATIONS} == {
        kind: 4 * points().count(kind) for kind in OPERATIONS
    }
    assert {fired[str(stop)] for stop in STOPS} == {len(points())}


def test_every_office_recovers_from_a_second_stop_during_the_recovery(
    record_property: pytest.FixtureRequest,
) -> None:
    reports = list(run_campaign("double crashes", range(DOUBLE_CRASHES)))
    counts = ", ".join(f"{kind} {times:,}" for kind, times in sorted(totals(reports).items()))
    record_property("double crashes", f"{len(reports):,} runs: {counts}")  # type: ignore[operator]
    assert sum(totals(reports)[str(stop)] for stop in STOPS) == 2 * DOUBLE_CRASHES


def test_a_node_that_goes_on_after_its_stop_is_noticed() -> None:
    cluster = cluster_of(0)
    Stopper(cluster, (PlannedStop(0, STOPS[0]),))
    with pytest.raises(KilledError):
        cluster.interferes("AU", "send")
    with pytest.raises(BrokenPromiseError, match="AU went on after its stop before send"):
        cluster.interferes("AU", "send")
