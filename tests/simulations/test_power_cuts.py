"""What the simulations found about power cuts, each as the shortest run that shows it."""

import pytest

from simulations.cluster import Cluster
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
