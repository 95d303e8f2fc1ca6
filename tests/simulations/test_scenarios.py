from collections import Counter
from pathlib import Path

import pytest

from simulations.errors import BrokenPromiseError
from simulations.promises import Promise
from simulations.report.result import Result
from simulations.scenarios.run import Judge, ScenarioRun
from simulations.scenarios.scenario_text import read_scenario
from simulations.scenarios.shipped import shipped_names, shipped_scenarios
from simulations.trace import BlockExecuted, Delivered, Disturbed, Event, Synced, ViewMoved

SHORT = """\
title = "four"
duration_s = 4

[offices]
codes = ["AU", "EP", "JP", "US"]

[workload]
filings_per_second = 10
filings_per_submission = 2
"""


def run_of(more: str = "", seed: int = 1) -> tuple[Result, list[Event]]:
    events: list[Event] = []
    scenario = read_scenario((SHORT + more).encode())
    return ScenarioRun(scenario, seed, [events.append]).run(), events


def disturbances(events: list[Event]) -> list[Disturbed]:
    return [event for event in events if isinstance(event, Disturbed) and event.at_ms > 0]


def fault(at_s: float, kind: str, *more: str) -> str:
    return "\n".join(("", "[[faults]]", f"at_s = {at_s}", f'kind = "{kind}"', *more, ""))


def test_each_size_is_shipped_steady_and_under_faults() -> None:
    sizes = (4, 7, 16, 31, 64, 100, 190)
    assert shipped_names() == tuple(
        f"{kind}-{size}" for size in sizes for kind in ("steady", "faults")
    )
    assert {name: len(each.codes()) for name, each in shipped_scenarios().items()} == {
        f"{kind}-{size}": size for size in sizes for kind in ("steady", "faults")
    }


def test_a_steady_scenario_keeps_every_promise_and_registers_everything() -> None:
    result, events = run_of()
    measures = result.measures
    assert result.is_right, result.verdicts
    assert result.healed_after_ms is not None
    assert result.refused == 0
    assert len(measures.final_ms) == len(measures.entered) > 5
    assert disturbances(events) == []


def test_one_seed_gives_one_run_and_another_seed_another() -> None:
    (_, one), (_, again), (_, other) = run_of(), run_of(), run_of(seed=2)
    assert one == again != other


def test_a_burst_comes_at_its_time_from_its_offices() -> None:
    result, _ = run_of(
        "[[workload.bursts]]\nat_s = 2\nsubmissions = 6\nfilings_per_submission = 3\n"
        'offices = ["EP", "US"]\n'
    )
    burst = [entry for entry in result.measures.entered.values() if entry.filings == 3]
    assert Counter(entry.office for entry in burst) == {"EP": 3, "US": 3}
    assert {entry.at_ms for entry in burst} == {2_000}


def test_a_crashed_primary_is_replaced_and_comes_back() -> None:
    result, events = run_of(fault(1, "crash", 'offices = "primary"') + fault(3.5, "restart"))
    assert disturbances(events)[:2] == [
        Disturbed(1_000, "crash", ("AU",)),
        Disturbed(3_500, "restart", ("AU",)),
    ]
    assert any(isinstance(event, ViewMoved) and event.view == 1 for event in events)
    assert result.is_right, result.verdicts


def test_a_paused_office_takes_no_steps_until_it_goes_on() -> None:
    result, events = run_of(
        fault(1, "pause", 'offices = ["JP"]') + fault(3, "resume", 'offices = ["JP"]')
    )
    steps = [
        event.at_ms
        for event in events
        if isinstance(event, BlockExecuted | Synced) and event.office == "JP"
    ]
    assert not [at for at in steps if 1_000 < at < 3_000]
    assert [at for at in steps if at >= 3_000]
    assert result.is_right, result.verdicts


@pytest.mark.parametrize(
    ("direction", "executes_blocks"), [("both", False), ("outgoing", True), ("incoming", False)]
)
def test_a_partition_cuts_the_directions_that_it_names(
    direction: str, executes_blocks: bool
) -> None:
    cut = ('offices = ["US"]', f'direction = "{direction}"')
    result, events = run_of(fault(1, "partition", *cut) + fault(3.9, "heal"))
    blocks = [
        event
        for event in events
        if isinstance(event, BlockExecuted) and event.office == "US" and 1_500 < event.at_ms < 3_500
    ]
    assert bool(blocks) is executes_blocks
    assert result.fired["severed"] > 0
    assert result.is_right, result.verdicts


def test_a_slow_office_is_slow_until_that_is_ended() -> None:
    def waits(more: str) -> list[int]:
        result, _ = run_of(more)
        assert result.is_right, result.verdicts
        return sorted(
            at - result.measures.entered[digest].at_ms
            for digest, at in result.measures.final_ms.items()
        )

    slow = fault(0, "slow", 'offices = "primary"', "extra_ms = 400")
    ended = fault(0, "slow", 'offices = "all"', "extra_ms = 0")
    assert waits(slow)[0] > waits("")[0] + 300
    assert waits(slow + ended) == waits("")


def test_a_clock_that_is_set_wrong_is_right_again_at_the_end() -> None:
    result, events = run_of(fault(1, "clock-step", "offices = 1", "by_ms = -60000"))
    steps = [event for event in disturbances(events) if event.kind.startswith("clock")]
    assert [(event.at_ms, event.kind) for event in steps] == [
        (1_000, "clock-step"),
        (4_000, "clock right"),
    ]
    assert result.fired["clock-step"] == 1
    assert result.is_right, result.verdicts


def test_faults_drawn_from_the_seed_strike_at_most_f_offices_at_once() -> None:
    result, events = run_of(
        "[swarm]\ncrash_every_s = 0.2\npause_every_s = 0.2\nlasting_s = [0.1, 0.4]\n", seed=3
    )
    affected: set[str] = set()
    for event in disturbances(events):
        if event.kind in {"crash", "pause"}:
            affected |= set(event.offices)
            assert len(affected) <= 1
        elif event.kind in {"restart", "resume"}:
            affected -= set(event.offices)
    assert result.fired["crash"] > 0 < result.fired["pause"]
    assert result.is_right, result.verdicts


def test_every_kind_of_drawn_fault_strikes() -> None:
    result, _ = run_of(
        "[network]\nloss = 0.02\nduplication = 0.02\n[swarm]\ncrash_every_s = 0.7\n"
        "pause_every_s = 0.7\npartition_every_s = 0.7\nslow_every_s = 0.7\n"
        "clock_step_every_s = 0.7\nlasting_s = [0.1, 0.3]\n"
    )
    kinds = ("crash", "restart", "pause", "resume", "partition", "heal", "slow", "clock-step")
    network = ("lost", "repeated", "severed")
    assert [kind for kind in (*kinds, *network) if not result.fired[kind]] == []
    assert result.is_right, result.verdicts


def test_what_is_not_final_in_time_is_a_broken_promise() -> None:
    burst = "[[workload.bursts]]\nat_s = 4\nsubmissions = 3\n"
    text = SHORT.replace("[offices]", "settling_s = 0\n[offices]") + burst
    result = ScenarioRun(read_scenario(text.encode()), 1).run()
    assert [verdict.promise for verdict in result.verdicts if not verdict.is_kept] == [
        "After the faults everything becomes final everywhere"
    ]
    assert result.healed_after_ms is None


def test_a_broken_oracle_is_reported_once_with_its_first_finding() -> None:
    def forbids(event: Event) -> None:
        raise BrokenPromiseError(f"at {event.at_ms} ms")

    judge = Judge(Promise.CHAIN)
    observe = judge.watching(forbids)
    for at_ms in (5, 7):
        observe(Synced(at_ms, "EP"))
    assert judge.verdict() == (Promise.CHAIN, False, "at 5 ms")


def test_the_scenario_of_the_documentation_is_one() -> None:
    document = Path(__file__).parents[2] / "docs" / "simulations.md"
    _, _, rest = document.read_text(encoding="utf-8").partition("```toml\n")
    scenario = read_scenario(rest.partition("```")[0].encode())
    assert scenario.title == "Seven offices, and a primary that crashes"
    assert [type(fault).__name__ for fault in scenario.faults] == ["Crash", "Restart"]


def test_drawn_faults_do_not_end_what_the_timeline_did() -> None:
    swarm = "[swarm]\ncrash_every_s = 0.2\npartition_every_s = 0.2\nlasting_s = [0.1, 0.2]\n"
    cut = fault(0.1, "partition", 'offices = ["EP"]')
    _, events = run_of(fault(0, "crash", 'offices = ["AU"]') + cut + swarm)
    ends = [event for event in disturbances(events) if event.kind in {"restart", "healing"}]
    assert [event.at_ms for event in ends if event.kind == "healing"] == [4_000]
    assert [event.at_ms for event in ends if event.offices == ("AU",)] == [4_000]


@pytest.mark.parametrize("seed", range(6))
def test_the_end_of_a_drawn_partition_ends_no_other_one(seed: int) -> None:
    lasting = fault(1, "partition", "offices = 1") + fault(3, "heal")
    swarm = "[swarm]\npartition_every_s = 0.3\nlasting_s = [0.1, 0.6]\n"
    _, events = run_of(lasting + swarm, seed)
    healed = [event.at_ms for event in disturbances(events) if event.kind == "healing"]
    assert not [at_ms for at_ms in healed if 1_000 <= at_ms < 3_000]
    assert 3_000 in healed


def test_an_office_that_the_timeline_stopped_is_not_started_by_the_end_of_a_drawn_crash() -> None:
    swarm = "[swarm]\ncrash_every_s = 0.1\nlasting_s = [0.5, 0.5]\n"
    for seed in range(6):
        _, events = run_of(fault(1, "crash", 'offices = "all"') + swarm, seed)
        starts = [event.at_ms for event in disturbances(events) if event.kind == "restart"]
        assert not [at_ms for at_ms in starts if 1_000 <= at_ms < 4_000]


def test_a_drawn_partition_that_finds_another_one_takes_no_place() -> None:
    """Seven offices bear two disturbed ones: with two crashes beside a partition that lasts, none is left out."""
    scenario = SHORT.replace('codes = ["AU", "EP", "JP", "US"]', "count = 7")
    text = scenario + fault(0, "partition", "offices = 1") + "[swarm]\npartition_every_s = 0.05\n"
    text += "crash_every_s = 0.2\nlasting_s = [60, 60]\n"
    result = ScenarioRun(read_scenario(text.encode()), 1).run()
    assert result.fired["crash"] == 2
    assert result.fired["partition"] == 1


COSTLY = SHORT.replace("filings_per_second = 10", "filings_per_second = 40") + (
    "[nodes]\nframe_cost_us = 20000\n[settings]\nheartbeat_ms = 100000\nview_timeout_ms = 400000\n"
    "view_timeout_max_ms = 400000\ncensorship_timeout_ms = 1600000\n"
)


def test_no_node_works_longer_than_time_passes() -> None:
    """With 20 ms for each frame a node reads at most 50 a second, however many come."""
    frames: Counter[str] = Counter()

    def count(event: Event) -> None:
        if isinstance(event, Delivered):
            frames[event.office] += 1
            assert 20 * (frames[event.office] - 200) <= event.at_ms

    result = ScenarioRun(read_scenario(COSTLY.encode()), 1, [count]).run()
    assert result.is_right, result.verdicts
    for office in result.offices:
        assert 0.5 * result.ended_ms <= 20 * frames[office] <= result.ended_ms + 20


def test_what_a_node_works_on_leaves_only_when_it_is_done() -> None:
    """One submission passes a pre-prepare, prepares and commits: at 20 ms a frame that is no less than 60 ms more."""
    one = "[[workload.bursts]]\nat_s = 1\nsubmissions = 1\n"
    texts = [
        text.replace("filings_per_second = 40", "filings_per_second = 0") + one
        for text in (COSTLY, COSTLY.replace("20000", "0"))
    ]
    waits = []
    for text in texts:
        result = ScenarioRun(read_scenario(text.encode()), 1).run()
        (entry,), (at_ms,) = result.measures.entered.values(), result.measures.final_ms.values()
        waits.append(at_ms - entry.at_ms)
    assert waits[0] >= waits[1] + 60
