"""Replicas under seeded loss, repetition, reordering and crashes; no seed is ever excluded."""

import itertools
import random

import pytest
from builders.replica_network import ReplicaNetwork

from consensus.settings import ReplicaSettings

SEEDS = range(40)


def executed_prefixes_agree(network: ReplicaNetwork) -> bool:
    histories = sorted(
        ([decision.submissions for decision in o.decisions] for o in network.offices.values()),
        key=len,
    )
    return all(
        longer[: len(shorter)] == shorter for shorter, longer in itertools.pairwise(histories)
    )


def run(seed: int, count: int) -> tuple[ReplicaNetwork, set[bytes]]:
    """Runs 60 steps of faults, heals, and returns what was pending or executed somewhere by then."""
    rng = random.Random(seed)
    settings = ReplicaSettings(
        view_timeout_ms=1_000, heartbeat_ms=250, watermark_range=rng.choice((8, 64))
    )
    network = ReplicaNetwork(count, settings)
    loss = rng.choice((0.0, 0.02, 0.1))
    blocked: set[tuple[str, str]] = set()
    network.drop = lambda sender, to, _: rng.random() < loss or (sender, to) in blocked
    names = list(network.offices)
    for step in range(60):
        blocked = _disturb(network, rng, blocked)
        if rng.random() < 0.5:
            entry = rng.choice(names)
            reached = tuple(name for name in names if name == entry or rng.random() < 0.9)
            network.submit(b"%d-%d" % (seed, step), entry, reached)
        network.pass_time(rng.choice((50, 200, 1_000)), step_ms=50)
        assert executed_prefixes_agree(network)
    network.drop = lambda *_: False
    for name, office in network.offices.items():
        if not office.is_up:
            network.restart(name)
    known = {digest for office in network.offices.values() for digest, _ in office.replica.pool}
    return network, known.union(*network.executed().values())


def _disturb(
    network: ReplicaNetwork, rng: random.Random, blocked: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    names = list(network.offices)
    if rng.random() < 0.1:
        name = rng.choice(names)
        down = sum(not office.is_up for office in network.offices.values())
        if not network.offices[name].is_up:
            network.restart(name)
        elif down < network.keyring.faults:
            network.offices[name].is_up = False
    if rng.random() < 0.1:
        name = rng.choice(names)
        if network.offices[name].is_up:
            network.restart(name)
    if rng.random() < 0.02:
        for name, office in network.offices.items():
            if office.is_up:
                network.restart(name)
    if rng.random() < 0.1:
        return {(a, b) for a in names for b in names if rng.random() < 0.15}
    return blocked


@pytest.mark.parametrize("count", [4, 7])
@pytest.mark.parametrize("seed", SEEDS)
def test_replicas_agree_and_lose_nothing_under_random_faults(seed: int, count: int) -> None:
    network, known = run(seed, count)
    for _ in range(60):
        network.pass_time(1_000)
        if all(known <= set(executed) for executed in network.executed().values()):
            break
    assert executed_prefixes_agree(network)
    assert {name: known - set(done) for name, done in network.executed().items()} == {
        name: set() for name in network.offices
    }
