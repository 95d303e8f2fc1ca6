"""Blocks that a peer gives: the ledger executes them itself, and believes nothing that their headers do not cover."""

import msgspec

from crypto.certificate import encode_certificate
from ledger.block import Block, decode_block, encode_block
from ledger.ledger import Ledger
from node.block_transfer import import_blocks
from node.catchup import Blocks
from simulations.cluster import Cluster
from simulations.network import NetworkConditions
from simulations.node import SimulatedNode
from simulations.workload import filing, submission

OFFICES = ("AU", "EP", "JP", "US")


def one_behind() -> tuple[Cluster, SimulatedNode, SimulatedNode]:
    """A network with one block, the node of AU, which holds it, and that of US, which was away."""
    cluster = Cluster(OFFICES, conditions=NetworkConditions(delay_ms=(1, 1)))
    cluster.crash("US")
    entries = (filing("AU", 1), filing("AU", 2))
    one = submission(cluster.genesis, "AU", entries, unix_ms=cluster.now.unix_ms, nonce=1)
    cluster.submit(one, "AU")
    cluster.run_for(1_000)
    cluster.is_lost = lambda *_: True
    cluster.start("US")
    return cluster, cluster.nodes["AU"], cluster.nodes["US"]


def answer_with(ledger: Ledger, block: Block) -> Blocks:
    certificate = ledger.latest_certificate()
    assert certificate is not None
    return Blocks((encode_block(block),), encode_certificate(certificate))


def test_outcomes_that_a_peer_wrote_into_its_block_are_told_to_nobody() -> None:
    """Found by seed 54607 of the runs with lying offices: clients were told what the peer said of their filings."""
    _, source, behind = one_behind()
    block = decode_block(source.ledger.block_bytes(1))
    (item,) = block.submissions
    lies = tuple(
        msgspec.structs.replace(one, status="rejected", reason="DATE_CONFLICT")
        for one in item.outcomes
    )
    changed = msgspec.structs.replace(item, outcomes=lies)
    false = msgspec.structs.replace(block, submissions=(changed,))
    assert false.hash == block.hash
    imported = import_blocks(behind.ledger, answer_with(source.ledger, false))
    assert imported is not None
    assert [own for own, _ in imported.blocks] == [block]
    assert behind.ledger.block_bytes(1) == source.ledger.block_bytes(1)
