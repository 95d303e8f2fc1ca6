"""What the simulations found about power cuts, each as the shortest run that shows it."""

import random

import pytest

from simulations.cluster import Cluster
from simulations.disk import SimulatedJournal
from simulations.run import next_submission

OFFICES = ("AU", "EP", "JP", "US")


@pytest.mark.parametrize("seed", range(8))
def test_a_node_that_is_killed_restarted_and_loses_power_still_knows_what_is_stable(
    seed: int,
) -> None:
    """Its journal forgets votes for what is stable: so the certificates must be durable by then."""
    cluster = Cluster(OFFICES, seed=seed)
    for nonce in range(1, 5):
        cluster.submit(next_submission(cluster, "EP", nonce), "EP")
        cluster.run_for(500)
    node = cluster.nodes["AU"]
    cluster.crash("AU", power_cut=False)
    assert cluster.start("AU")
    assert node.engine is not None
    stable = node.engine.stable
    assert stable == node.ledger.height > 0
    cluster.crash("AU", power_cut=True)
    assert cluster.start("AU")
    assert node.engine is not None
    assert node.engine.stable == stable


def test_a_cut_between_two_records_tears_none() -> None:
    """Of two records of 20 bytes a cut tears one wherever it falls, but for the places between them."""
    seen = set()
    for seed in range(200):
        journal = SimulatedJournal()
        for _ in range(2):
            journal.append(bytes(20))
        is_torn = journal.lose_power(random.Random(seed))
        kept = len(list(journal.records()))
        seen.add((is_torn, kept))
    assert seen == {(True, 0), (True, 1), (False, 0), (False, 1), (False, 2)}
