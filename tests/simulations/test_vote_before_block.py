"""A block must not outlive the vote that decided it (docs/protocol.md 3.1): else one liar makes another of it."""

import pytest

from consensus.messages import Commit, Prepare
from simulations.cluster import Cluster
from simulations.errors import PowerCutError
from simulations.network import NetworkConditions
from simulations.oracles import Chain
from simulations.run import next_submission
from simulations.trace import message_in

OFFICES = ("AU", "EP", "JP", "US")
SYNCS = ("journal sync", "blocks sync")


def decided_by_the_vote_of_ep(seed: int) -> Cluster:
    """AU and JP committed, US is not prepared; EP stood still and takes everything in within its next turn."""
    cluster = Cluster(OFFICES, seed=seed, conditions=NetworkConditions(delay_ms=(1, 1)))
    cluster.watch(Chain(cluster))
    cluster.run_for(10)

    def is_lost(sender: str, receiver: str, frame: bytes) -> bool:
        message = message_in(frame)
        is_late = isinstance(message, Commit) or (
            isinstance(message, Prepare) and (sender, receiver) == ("JP", "US")
        )
        return receiver != "EP" and is_late

    cluster.is_lost = is_lost
    cluster.pause("EP")
    cluster.submit(next_submission(cluster, "US", 1), "US")
    cluster.run_for(50)
    return cluster


def go_on_without_those_who_remember(cluster: Cluster) -> None:
    """AU loses its disk and JP is away for a while; the others must come to nothing that JP contradicts."""
    cluster.is_lost = lambda *_: False
    cluster.interferes = lambda *_: None
    cluster.crashes_before_flush = lambda _: False
    cluster.faulty.add("AU")
    cluster.crash("AU")
    cluster.nodes["AU"].wipe()
    cluster.pause("JP")
    for name in ("AU", "EP"):
        cluster.start(name)
    cluster.submit(next_submission(cluster, "US", 2), "US")
    cluster.run_for(60_000)
    cluster.resume("JP")
    cluster.run_for(60_000)
    assert len({cluster.nodes[name].ledger.head_hash for name in ("EP", "JP", "US")}) == 1


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("operation", SYNCS)
def test_power_that_is_cut_at_a_sync_leaves_no_block_without_its_vote(
    operation: str, seed: int
) -> None:
    cluster = decided_by_the_vote_of_ep(seed)

    def cut_power(name: str, struck: str) -> None:
        if (name, struck) == ("EP", operation):
            raise PowerCutError(operation)

    cluster.interferes = cut_power
    cluster.resume("EP")
    cluster.run_for(1)
    assert cluster.nodes["EP"].engine is None
    go_on_without_those_who_remember(cluster)


@pytest.mark.parametrize("seed", range(4))
def test_power_that_is_cut_before_any_sync_leaves_no_block_without_its_vote(seed: int) -> None:
    cluster = decided_by_the_vote_of_ep(seed)
    cluster.crashes_before_flush = lambda name: name == "EP"
    cluster.resume("EP")
    cluster.run_for(1)
    assert cluster.nodes["EP"].engine is None
    go_on_without_those_who_remember(cluster)
