"""What must hold in every run, checked from outside the replicas."""

from simulations.cluster import BrokenPromiseError, Cluster


def check_agreement(cluster: Cluster) -> None:
    """No two nodes hold different blocks at one height.

    Raises:
        BrokenPromiseError: two do.
    """
    ledgers = {office: node.ledger for office, node in cluster.nodes.items()}
    reference = max(ledgers.values(), key=lambda ledger: ledger.height)
    for office, ledger in ledgers.items():
        height = ledger.height
        if height and ledger.head_hash != reference.block_hash(height):
            raise BrokenPromiseError(f"{office} holds another block at height {height}")


def check_acknowledged(cluster: Cluster) -> None:
    """What a node called final stands in the longest chain, where it said.

    Raises:
        BrokenPromiseError: something acknowledged is lost or elsewhere.
    """
    reference = max((node.ledger for node in cluster.nodes.values()), key=lambda x: x.height)
    for office, node in cluster.nodes.items():
        for digest, executed in node.acknowledged.items():
            if executed.height > reference.height or (
                reference.block_hash(executed.height) != executed.block_hash
            ):
                raise BrokenPromiseError(
                    f"{office} acknowledged {digest.hex()[:16]} at height {executed.height}, which is lost"
                )


def check_exactly_once(cluster: Cluster) -> None:
    """No submission was executed twice.

    Raises:
        BrokenPromiseError: one was.
    """
    reference = max((node.ledger for node in cluster.nodes.values()), key=lambda x: x.height)
    seen: dict[bytes, int] = {}
    for height in range(1, reference.height + 1):
        for item in reference.block(height).submissions:
            if item.status == "executed" and seen.setdefault(item.data, height) != height:
                raise BrokenPromiseError(
                    f"one submission was executed at heights {seen[item.data]} and {height}"
                )
