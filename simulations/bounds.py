"""How much a node may hold, whatever it is sent (docs/protocol.md 8)."""

from consensus.settings import ReplicaSettings
from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError


def check_bounds(cluster: Cluster, settings: ReplicaSettings | None = None) -> None:
    """No honest node holds more than the protocol allows.

    Raises:
        BrokenPromiseError: one does.
    """
    limits = limits_of(len(cluster.genesis.offices), settings or ReplicaSettings())
    for name, node in cluster.nodes.items():
        if node.engine is None or name in cluster.faulty:
            continue
        for what, held in node.engine.held().items():
            if held > limits[what]:
                raise BrokenPromiseError(
                    f"{name} holds {held} {what}, expected at most {limits[what]}"
                )


def limits_of(offices: int, settings: ReplicaSettings) -> dict[str, int]:
    """The bounds that `Engine.held` must keep in a network of so many offices."""
    in_flight = settings.watermark_range * 2
    listed = in_flight * settings.submissions_per_block
    pool = offices * (settings.pool_per_office + settings.relayed_per_peer)
    return {
        "slots": in_flight,
        "checkpoint votes": in_flight * offices,
        "view changes": 2 * offices,
        "early votes": offices * settings.early_per_office,
        "pending submissions": pool + listed,
        "bodies": pool + 2 * listed,
    }
