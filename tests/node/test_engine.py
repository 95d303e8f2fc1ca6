import random

import pytest

from consensus.messages import Status, SubmissionBody
from consensus.settings import ReplicaSettings
from consensus.wire import encode_message
from ledger.submission import Submission
from node.engine import SubmissionRefusedError
from simulations.cluster import EPOCH_MS, Cluster
from simulations.workload import filing, submission

OFFICES = ("AU", "EP", "JP", "US")


def filings(cluster: Cluster, office: str, nonce: int) -> Submission:
    entries = tuple(filing(office, nonce * 10 + index) for index in range(3))
    return submission(cluster.genesis, office, entries, unix_ms=EPOCH_MS, nonce=nonce)


def test_hostile_frames_are_counted_and_change_nothing() -> None:
    cluster = Cluster(OFFICES)
    engine = cluster.nodes["AU"].engine
    assert engine is not None
    rng = random.Random(1)
    good = [b"\x01" + encode_message(Status(0, True, 0, 0)), b"\x00\x92\xacfetch-blocks\x01"]
    for _ in range(2_000):
        frame = bytearray(rng.choice(good) + rng.randbytes(rng.randrange(3)))
        frame[rng.randrange(len(frame))] ^= rng.randrange(1, 256)
        engine.receive("EP", bytes(frame), cluster.now)
    engine.receive("EP", b"", cluster.now)
    body = b"\x01" + encode_message(SubmissionBody(b"eyJ.not.signed"))
    engine.receive("JP", body, cluster.now)
    engine.flush()
    assert engine.status().height == 0
    assert engine.status().counters["malformedFrames"] > 0
    assert engine.status().counters["mutedFrames"] > 0
    assert engine.status().counters["refusedSubmissions"] == 1


def test_an_office_with_too_much_pending_is_told_so_and_nothing_changes() -> None:
    cluster = Cluster(OFFICES, settings=ReplicaSettings(pool_per_office=2))
    for peer in ("EP", "JP", "US"):
        cluster.crash(peer)
    engine = cluster.nodes["AU"].engine
    assert engine is not None
    for nonce in range(2):
        engine.submit(filings(cluster, "AU", nonce), cluster.now)
    with pytest.raises(SubmissionRefusedError, match="expected room for a submission of AU"):
        engine.submit(filings(cluster, "AU", 2), cluster.now)
    assert engine.status().pending == 2


def test_a_submission_is_executed_once_however_often_it_comes() -> None:
    cluster = Cluster(OFFICES)
    one = filings(cluster, "AU", 1)
    for _ in range(3):
        cluster.submit(one, "AU")
        cluster.run_for(1_000)
    assert {node.ledger.height for node in cluster.nodes.values()} == {1}
    assert cluster.nodes["AU"].acknowledged[one.digest].status == "executed"


def test_all_nodes_write_the_same_block_bytes() -> None:
    cluster = Cluster(OFFICES)
    for nonce, office in enumerate(OFFICES):
        cluster.submit(filings(cluster, office, nonce), office)
    cluster.run_for(2_000)
    chains = {
        tuple(node.ledger.block_bytes(height) for height in range(1, node.ledger.height + 1))
        for node in cluster.nodes.values()
    }
    assert len(chains) == 1
    assert len(next(iter(chains))) > 0


def test_a_restart_of_all_at_once_loses_nothing() -> None:
    cluster = Cluster(OFFICES)
    cluster.submit(filings(cluster, "AU", 1), "AU")
    cluster.run_for(1_000)
    before = cluster.nodes["AU"].ledger.head_hash
    for office in OFFICES:
        cluster.crash(office)
    for office in OFFICES:
        cluster.start(office)
    cluster.submit(filings(cluster, "US", 2), "US")
    cluster.run_for(2_000)
    assert {node.ledger.height for node in cluster.nodes.values()} == {2}
    assert cluster.nodes["US"].ledger.block(2).header.previous_hash == before
