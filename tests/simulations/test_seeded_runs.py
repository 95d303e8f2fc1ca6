"""Whole networks under faults drawn from seeds: 2,000 runs, and no seed is ever left out."""

import subprocess
import sys

import pytest

from simulations.campaign import never_fired, run_campaign, totals
from simulations.run import run_seed

RUNS = 2_000


@pytest.mark.timeout(1_200)
def test_every_promise_holds_in_two_thousand_runs_and_every_kind_of_fault_strikes(
    record_property: pytest.FixtureRequest,
) -> None:
    reports = list(run_campaign("faults", range(RUNS)))
    fired = totals(reports)
    counts = ", ".join(f"{kind} {times:,}" for kind, times in sorted(fired.items()))
    record_property("simulations", f"{len(reports):,} runs with faults: {counts}")  # type: ignore[operator]
    assert [report.seed for report in reports] == list(range(RUNS))
    assert never_fired(fired) == []


@pytest.mark.parametrize("hash_seed", ["0", "1", "4711"])
def test_one_seed_gives_one_run_whatever_the_hash_seed(hash_seed: str) -> None:
    program = "from simulations.run import run_seed; print(run_seed(7))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(run_seed(7))


EVENTFUL = {
    351: "a body that came again after its block kept its office waiting for a view of its own",
    136: "a power cut left less than eight zeros in the last sector of a journal",
    1372: "the checker of the rules wanted a record of its own for what a durable new view proposes again",
    1068: "the checker of the rules took fetched blocks for a reason to wait longer for a new view",
    767: "power cuts that took certificates left offices whose view changes everyone refused",
}
"""Seeds that broke a promise once, and what was found by them."""


@pytest.mark.parametrize("seed", EVENTFUL)
def test_a_seed_that_broke_a_promise_once_keeps_it_now(seed: int) -> None:
    run_seed(seed)
