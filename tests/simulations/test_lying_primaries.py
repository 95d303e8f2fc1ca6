"""What one office that lies costs the others at most: time, messages and memory."""

import random
from collections import Counter

import pytest

from consensus.settings import ReplicaSettings
from simulations.adversaries.floods import Floods
from simulations.adversaries.strategy import Conspiracy, Liar, Strategy
from simulations.adversaries.votes import Censorship, Miserliness, Slowness
from simulations.bounds import check_bounds
from simulations.cluster import Cluster
from simulations.oracles import Chain
from simulations.run import OFFICES, await_quiet, next_submission
from simulations.trace import Acknowledged, Event, Submitted
from simulations.traffic import Traffic

FIRST, *_, LAST = OFFICES[:4]
"""The first leads view 0."""
SETTINGS = ReplicaSettings()
SUBMISSIONS = 120
PACE_MS = 100


class Deluge(Floods):
    """Thousands of frames a second."""

    burst = 300


class Latencies:
    """How long each submission took at its entry node."""

    def __init__(self) -> None:
        self._submitted: dict[tuple[str, bytes], int] = {}
        self.found: list[int] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, Submitted):
            self._submitted[event.office, event.digest] = event.at_ms
        elif isinstance(event, Acknowledged):
            began = self._submitted.pop((event.office, event.executed.digest), None)
            if began is not None:
                self.found.append(event.at_ms - began)


def cluster_with(strategy: type[Strategy], name: str) -> tuple[Cluster, Liar]:
    cluster = Cluster(OFFICES[:4], settings=SETTINGS)
    rng = random.Random(1)
    conspiracy = Conspiracy(rng, cluster.genesis.keyring(), SETTINGS)
    conspiracy.censored = LAST
    liar = Liar(name, rng, conspiracy, Counter())
    liar.adopt(strategy)
    cluster.corrupted[name] = liar
    cluster.faulty.add(name)
    cluster.is_lost = lambda _, to, frame: to == name and liar.ignores(frame)
    return cluster, liar


def latencies_under(
    strategy: type[Strategy], name: str = FIRST, submissions: int = SUBMISSIONS
) -> list[int]:
    """Of submissions of the honest offices, ten a second (milliseconds, sorted)."""
    cluster, liar = cluster_with(strategy, name)
    latencies = Latencies()
    cluster.watch(Chain(cluster))
    cluster.watch(latencies)
    others = [office for office in OFFICES[:4] if office != name]
    for nonce in range(1, submissions + 1):
        entry = others[nonce % len(others)]
        assert cluster.submit(next_submission(cluster, entry, nonce), entry)
        cluster.run_for(PACE_MS)
        check_bounds(cluster, SETTINGS)
    await_quiet(cluster)
    assert len(latencies.found) == submissions
    assert sum(liar.fired.values()) > 0
    return sorted(latencies.found)


def test_a_primary_slow_by_just_less_than_the_time_out_costs_no_throughput() -> None:
    """Pitfall 12 (Aardvark, RBFT): ten a second go in and ten a second come out, two time-outs later at most."""
    assert latencies_under(Slowness)[-1] <= 2 * SETTINGS.view_timeout_ms


def test_a_primary_that_proposes_one_submission_at_a_time_is_replaced() -> None:
    """Pitfall 12: it serves every office now and then, and still nobody waits for longer than a censored one does."""
    found = latencies_under(Miserliness)
    assert found[len(found) // 2] <= SETTINGS.view_timeout_ms
    assert found[-1] <= SETTINGS.censorship_timeout_ms + 2 * SETTINGS.view_timeout_ms


def test_what_a_primary_censors_is_final_soon_after_the_censorship_time_out() -> None:
    """Pitfall 13."""
    found = latencies_under(Censorship)
    assert found[-1] <= SETTINGS.censorship_timeout_ms + 2 * SETTINGS.view_timeout_ms
    assert found[len(found) // 2] <= SETTINGS.heartbeat_ms


def test_a_flood_takes_no_memory_and_delays_nobody() -> None:
    """Pitfall 23: far views, far sequences, checkpoints, view changes and questions without end."""
    assert latencies_under(Deluge, LAST, 40)[-1] <= SETTINGS.heartbeat_ms


def test_a_primary_that_floods_is_not_heard_and_so_is_replaced() -> None:
    found = latencies_under(Deluge, FIRST, 40)
    assert found[len(found) // 2] <= SETTINGS.heartbeat_ms
    assert found[-1] <= 2 * SETTINGS.view_timeout_ms


@pytest.mark.parametrize("offices", [4, 7, 10, 13])
def test_a_view_change_costs_a_message_for_each_pair_of_offices(offices: int) -> None:
    """Pitfall 27 (Fabric 0.6 issue 2060): one view change from each to each, one new view, a few questions."""
    cluster = Cluster(OFFICES[:offices])
    traffic = Traffic(cluster, SETTINGS.heartbeat_ms)
    cluster.watch(traffic)
    cluster.run_for(PACE_MS)
    cluster.crash(FIRST)
    cluster.faulty.add(FIRST)
    assert cluster.submit(next_submission(cluster, LAST, 1), LAST)
    cluster.run_for(PACE_MS)
    await_quiet(cluster)
    assert traffic.moves == 2 * (offices - 1)
    assert traffic.frames["ViewChange"] <= offices**2
    assert traffic.frames["NewView"] + traffic.frames["FetchViewChanges"] <= 2 * offices
