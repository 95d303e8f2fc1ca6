"""How much a node may hold, whatever it is sent (docs/protocol.md 9)."""

from consensus.settings import ReplicaSettings
from ledger.submission import SUBMISSION_BYTES_MAX
from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError


def check_bounds(cluster: Cluster, settings: ReplicaSettings) -> None:
    """No honest node holds more than the protocol allows.

    Raises:
        BrokenPromiseError: one does.
    """
    offices = len(cluster.genesis.offices)
    for name, node in cluster.nodes.items():
        if node.engine is None or name in cluster.faulty:
            continue
        # After a power cut that took certificates, what was executed above the last one is looked at again.
        limits = limits_of(offices, settings, node.ledger.height - node.engine.stable)
        for what, held in node.engine.held().items():
            if held > limits[what]:
                raise BrokenPromiseError(
                    f"{name} holds {held} {what}, expected at most {limits[what]}"
                )


def limits_of(offices: int, settings: ReplicaSettings, uncertified: int) -> dict[str, int]:
    """The bounds that `Engine.held` must keep in a network of so many offices.

    `uncertified`: blocks that the node executed above its last stable one.
    """
    in_flight = settings.watermark_range + uncertified
    listed = in_flight * settings.submissions_per_block
    pool = offices * (settings.pool_per_office + settings.relayed_per_peer)
    # Two accounts an office: its own, and what it passed on of others beyond theirs.
    pool_bytes = 2 * offices * settings.pool_bytes_per_office
    block_bytes = max(settings.block_bytes, SUBMISSION_BYTES_MAX)
    return {
        "slots": in_flight,
        "checkpoint votes": in_flight * offices,
        "view changes": offices + offices * offices,
        "early votes": offices * settings.early_per_office,
        "pending submissions": pool + listed,
        "bodies": pool + 2 * listed,
        "body bytes": pool_bytes + 2 * in_flight * block_bytes,
    }
