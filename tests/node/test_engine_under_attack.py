"""What a review found: each would have forked the ledger, stopped nodes or halted the network."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import msgspec

from consensus.messages import (
    Checkpoint,
    Commit,
    FetchSubmissions,
    Message,
    NewView,
    Prepare,
    PrePrepare,
    Proposal,
    Status,
    SubmissionBody,
    ViewChange,
)
from consensus.output import Instant
from consensus.settings import ReplicaSettings
from consensus.signatures import proposal_digest, vote_message
from consensus.wire import FRAME_SIZE_MAX, decode_message, encode_message
from crypto.certificate import encode_certificate
from crypto.digest import sha256
from crypto.signing import bound_message
from ledger.register.entries import PriorityClaim
from ledger.submission import Submission
from node.catchup import Blocks, FetchBlocks, encode_catch_up
from node.engine import Engine
from simulations.cluster import Cluster, key_of
from simulations.network import NetworkConditions
from simulations.node import SimulatedNode
from simulations.oracles import Chain
from simulations.workload import filing, submission

OFFICES = ("AU", "EP", "JP", "US")


class Watched(Cluster):
    """A near network, and the oracle that watches it."""

    def __init__(self, settings: ReplicaSettings | None = None) -> None:
        super().__init__(OFFICES, conditions=NetworkConditions(delay_ms=(1, 1)), settings=settings)
        self.chain = Chain(self)
        self.watch(self.chain)
        self.run_for(10)


def one_filing(cluster: Cluster, office: str, number: int) -> Submission:
    return submission(
        cluster.genesis,
        office,
        (filing(office, number),),
        unix_ms=cluster.now.unix_ms,
        nonce=number,
    )


def losing(drop: Callable[[str, str, Message], bool]) -> Callable[[str, str, bytes], bool]:
    return lambda sender, receiver, frame: (
        frame[:1] == b"\x01" and drop(sender, receiver, decode_message(frame[1:]))
    )


def deliver(cluster: Cluster, sender: str, receiver: str, message: Message) -> None:
    cluster.deliver(sender, receiver, b"\x01" + encode_message(message))
    cluster.run_for(0)


def pre_prepare(cluster: Cluster, sequence: int, proposal: Proposal) -> PrePrepare:
    text = vote_message(0, sequence, proposal_digest(proposal))
    bound = bound_message("pre-prepare", cluster.genesis.network_id(), text)
    return PrePrepare(0, sequence, proposal, key_of("AU").sign(bound))


def heights(cluster: Cluster) -> dict[str, int]:
    return {office: node.ledger.height for office, node in cluster.nodes.items()}


def test_a_primary_behind_the_stable_height_of_its_view_proposes_nothing_below_it() -> None:
    """A new view's stable checkpoint binds its primary too, although it did not execute that far."""
    cluster = Watched()
    cluster.is_lost = losing(
        lambda _, to, message: (
            (isinstance(message, Commit) and to == "EP")
            or (isinstance(message, Checkpoint) and to != "JP")
        )
    )
    cluster.submit(one_filing(cluster, "US", 1), "US")
    cluster.run_for(100)
    assert heights(cluster) == {"AU": 1, "EP": 0, "JP": 1, "US": 1}
    ordinary = losing(
        lambda sender, to, message: (
            (isinstance(message, PrePrepare) and message.view == 0)
            or (isinstance(message, ViewChange) and sender == "AU")
            or (isinstance(message, Commit) and to == "EP" and message.view == 0)
            or isinstance(message, Checkpoint)
        )
    )
    cluster.is_lost = lambda sender, to, frame: frame[:1] == b"\x00" or ordinary(sender, to, frame)
    cluster.submit(one_filing(cluster, "EP", 2), "EP")
    cluster.run_for(8_000)
    cluster.is_lost = lambda *_: False
    cluster.run_for(20_000)
    cluster.chain.check_nothing_lost()
    assert len(set(heights(cluster).values())) == 1


def test_a_power_cut_that_takes_the_certificates_takes_no_promise() -> None:
    cluster = Watched()
    for number in range(100):
        cluster.submit(one_filing(cluster, "AU", number), "AU")
        cluster.run_for(20)
    cluster.is_lost = losing(lambda _, to, message: isinstance(message, Commit) and to != "JP")
    cluster.submit(one_filing(cluster, "JP", 500), "JP")
    cluster.run_for(60)
    assert heights(cluster) == {"AU": 100, "EP": 100, "JP": 101, "US": 100}
    cluster.is_lost = lambda *_: False
    for node in cluster.nodes.values():
        cluster.crash(node.office)
        del node.disk.files.certificates._records[20:]
    for office in OFFICES:
        cluster.start(office)
    for number in range(5):
        cluster.submit(one_filing(cluster, "US", 600 + number), "US")
        cluster.run_for(5_000)
    cluster.chain.check_nothing_lost()
    assert min(heights(cluster).values()) >= 102


def test_a_power_cut_that_takes_the_certificates_takes_no_view_change() -> None:
    """Found by a seeded run: promises above the watermarks made the view changes of all offices invalid."""
    cluster = Watched(ReplicaSettings(watermark_range=8))
    for number in range(30):
        cluster.submit(one_filing(cluster, "AU", number), "AU")
        cluster.run_for(20)
    cluster.is_lost = losing(lambda *message: isinstance(message[2], Commit))
    cluster.submit(one_filing(cluster, "JP", 500), "JP")
    cluster.run_for(60)
    assert heights(cluster) == dict.fromkeys(OFFICES, 30)
    for node in cluster.nodes.values():
        cluster.crash(node.office)
        del node.disk.files.certificates._records[2:]
    cluster.is_lost = lambda *_: False
    for office in OFFICES[1:]:
        cluster.start(office)
    cluster.run_for(10_000)
    assert heights(cluster) == {"AU": 30, "EP": 31, "JP": 31, "US": 31}


def test_one_submission_in_two_sequences_harms_nobody() -> None:
    cluster = Watched()
    cluster.crash("AU")  # The primary lies; the test speaks for it.
    listed = one_filing(cluster, "US", 1)
    cluster.submit(listed, "US")
    cluster.run_for(5)
    first, second = (Proposal(cluster.now.unix_ms + n, (listed.digest,)) for n in (0, 1))
    for office in ("EP", "JP"):
        deliver(cluster, "AU", office, pre_prepare(cluster, 2, second))
    cluster.run_for(20)
    for office in ("EP", "JP", "US"):
        deliver(cluster, "AU", office, pre_prepare(cluster, 1, first))
    cluster.run_for(200)
    cluster.submit(one_filing(cluster, "EP", 2), "EP")
    cluster.run_for(60_000)
    cluster.chain.check_nothing_lost()
    statuses = [
        item.status
        for height in range(1, cluster.nodes["EP"].ledger.height + 1)
        for item in cluster.nodes["EP"].ledger.block(height).submissions
    ]
    assert statuses == ["executed", "duplicate", "executed"]


def test_a_block_beyond_the_rules_of_the_network_gets_no_vote() -> None:
    cluster = Watched(ReplicaSettings(submissions_per_block=2, block_bytes=1_000))
    cluster.crash("AU")
    bodies = [one_filing(cluster, "US", number) for number in range(3)]
    for body in bodies:
        cluster.submit(body, "US")
    cluster.run_for(5)
    digests = tuple(body.digest for body in bodies)
    for office in ("EP", "JP", "US"):
        deliver(
            cluster, "AU", office, pre_prepare(cluster, 1, Proposal(cluster.now.unix_ms, digests))
        )
        deliver(
            cluster,
            "AU",
            office,
            pre_prepare(cluster, 2, Proposal(cluster.now.unix_ms, digests[:2])),
        )
    cluster.run_for(500)
    assert heights(cluster) == dict.fromkeys(OFFICES, 0)
    cluster.run_for(20_000)
    sizes = [len(cluster.nodes["EP"].ledger.block(height).submissions) for height in (1, 2, 3)]
    assert sizes == [1, 1, 1]


def test_what_a_crashed_entry_node_had_accepted_is_pending_again() -> None:
    cluster = Watched()
    sent = one_filing(cluster, "AU", 1)
    cluster.is_lost = lambda *_: True
    cluster.submit(sent, "AU")
    cluster.crash("AU")
    cluster.is_lost = lambda *_: False
    cluster.run_for(30_000)
    cluster.start("AU")
    cluster.run_for(30_000)
    assert heights(cluster) == dict.fromkeys(OFFICES, 1)
    assert cluster.nodes["AU"].acknowledged[sent.digest].status == "executed"


def test_a_node_that_waits_for_a_new_view_does_not_spin() -> None:
    cluster = Watched()
    for office in ("AU", "EP"):
        cluster.crash(office)
    cluster.submit(one_filing(cluster, "US", 1), "US")
    woken = 0
    original = cluster._wake

    def counting(node: SimulatedNode, at_ms: int) -> None:
        nonlocal woken
        woken += 1
        original(node, at_ms)

    cluster._wake = counting  # type: ignore[method-assign]
    cluster.run_for(60_000)
    assert woken < 2 * 60 * 4


def test_an_office_that_floods_every_replica_differently_forces_no_view_change() -> None:
    cluster = Watched(ReplicaSettings(pool_per_office=8, submissions_per_block=4))
    cluster.crash("US")
    number = 0
    for _ in range(1_000):
        for office in ("AU", "EP", "JP"):
            for _ in range(2):
                number += 1
                body = SubmissionBody(one_filing(cluster, "US", number).data)
                deliver(cluster, "US", office, body)
        cluster.run_for(60)
    engine = cluster.nodes["AU"].engine
    assert engine is not None
    assert engine.status().view == 0


def test_answers_to_one_peer_are_bounded_whatever_it_asks_for() -> None:
    cluster = Watched()
    for number in range(30):
        cluster.submit(one_filing(cluster, "AU", number), "AU")
        cluster.run_for(20)
    engine = cluster.nodes["AU"].engine
    assert engine is not None
    for _ in range(1_000):
        engine.receive("US", b"\x00" + encode_catch_up(FetchBlocks(1)), cluster.now)
        engine.receive("US", b"\x01" + encode_message(Status(0, True, 0, 0)), cluster.now)
    sent = [frame for to, frame in engine.flush().sends if to == "US"]
    assert sum(map(len, sent)) < FRAME_SIZE_MAX
    assert len(sent) < 100


def test_no_catch_up_frame_stops_a_node() -> None:
    cluster = Watched()
    engine = cluster.nodes["AU"].engine
    assert engine is not None
    engine.receive("US", b"\x00\x92\xacfetch-blocks\x00", cluster.now)
    hostile = (
        b"\x93\x01\xc4\x20" + bytes(32) + b"\x91\x92\xa2\xff\xfe\xc4\x40" + bytes(64),
        b"\x93\x00\xc4\x20" + bytes(32) + b"\x90",
        b"",
        b"\xc1",
    )
    for certificate in hostile:
        for _ in range(2):
            engine.receive("US", b"\x01" + encode_message(Status(0, True, 99, 99)), cluster.now)
            cluster.run_for(400)
        answer = Blocks((b"\x90",), certificate)
        engine.receive("US", b"\x00" + encode_catch_up(answer), cluster.now)
        engine.flush()
    assert engine.status().height == 0


def test_a_frame_of_a_kind_that_there_is_not_is_malformed() -> None:
    """Found by seed 61222 of the runs with lying offices: every first byte but zero passed for a message."""
    engine = Watched().nodes["AU"].engine
    assert engine is not None
    known = engine.status().counters.get("malformedFrames", 0)
    for kind in (b"\x02", b"\x81", b""):
        engine.receive("US", kind + encode_message(Status(0, True, 9, 9)), Instant(10, 10))
    assert engine.status().counters["malformedFrames"] - known == 3
    assert engine.status().peers["US"] != Status(0, True, 9, 9)


def test_one_liar_does_not_decide_how_far_the_others_seem_to_be() -> None:
    cluster = Watched()
    deliver(cluster, "US", "AU", Status(0, True, 2**53, 2**53))
    engine = cluster.nodes["AU"].engine
    assert engine is not None
    assert engine.status().catch_up_target == 0


def test_an_engine_that_restarts_twice_keeps_what_it_prepared() -> None:
    cluster = Watched()
    cluster.is_lost = losing(lambda _, to, message: isinstance(message, Commit) and to != "JP")
    cluster.submit(one_filing(cluster, "AU", 1), "AU")
    cluster.run_for(100)
    assert heights(cluster) == {"AU": 0, "EP": 0, "JP": 1, "US": 0}
    for _ in range(2):
        for office in OFFICES:
            cluster.crash(office)
        for office in OFFICES:
            cluster.start(office)
    cluster.crash("JP")
    cluster.is_lost = lambda *_: False
    cluster.submit(one_filing(cluster, "US", 2), "US")
    cluster.run_for(20_000)
    cluster.start("JP")
    cluster.run_for(20_000)
    cluster.chain.check_nothing_lost()
    assert set(heights(cluster).values()) == {cluster.nodes["JP"].ledger.height}


def test_a_body_that_comes_again_after_its_block_is_not_pending() -> None:
    """Found by a seeded run: the office waited for ever for a submission that was executed, and left its view alone."""
    cluster = Watched()
    cluster.is_lost = losing(
        lambda _, to, message: (
            isinstance(message, Checkpoint) or (isinstance(message, Prepare) and to == "JP")
        )
    )
    cluster.submit(one_filing(cluster, "US", 1), "US")
    cluster.run_for(100)
    assert heights(cluster) == dict.fromkeys(OFFICES, 1)
    cluster.crash("AU")
    cluster.is_lost = losing(
        lambda _, to, message: (
            isinstance(message, Checkpoint) or (isinstance(message, NewView) and to == "JP")
        )
    )
    cluster.submit(one_filing(cluster, "US", 2), "US")
    cluster.run_for(4_000)
    cluster.crash("JP")
    cluster.is_lost = losing(lambda _, _to, message: isinstance(message, Checkpoint))
    cluster.start("JP")
    cluster.run_for(4_000)
    assert heights(cluster) == {"AU": 1, "EP": 2, "JP": 2, "US": 2}
    assert {node.office: node.engine.pending for node in cluster.up() if node.engine} == {
        "EP": 0,
        "JP": 0,
        "US": 0,
    }


def test_a_proposal_brings_in_no_more_bodies_than_a_block_holds() -> None:
    """Found by review: what a pre-prepare lists was taken in beyond every limit, also where no block may hold it."""
    bodies = [one_filing(Cluster(OFFICES), "US", number) for number in range(10)]
    block_bytes = 3 * max(len(body.data) for body in bodies)
    cluster = Watched(
        ReplicaSettings(pool_per_office=2, relayed_per_peer=0, block_bytes=block_bytes)
    )
    cluster.crash("AU")  # The primary lies; the test speaks for it.
    bodies = [one_filing(cluster, "US", number) for number in range(10)]
    digests = tuple(body.digest for body in bodies)
    deliver(cluster, "AU", "EP", pre_prepare(cluster, 1, Proposal(cluster.now.unix_ms, digests)))
    for body in bodies:
        deliver(cluster, "AU", "EP", SubmissionBody(body.data))
    engine = cluster.nodes["EP"].engine
    assert engine is not None
    assert engine.held()["bodies"] == 3
    assert engine.held()["body bytes"] == sum(len(body.data) for body in bodies[:3])


def test_a_body_that_was_executed_before_is_held_only_while_something_lists_it() -> None:
    """Found while the bytes of bodies were bounded: a view change left such a body in memory for good."""
    cluster = Watched()
    done = one_filing(cluster, "US", 1)
    cluster.submit(done, "US")
    cluster.run_for(1_000)
    cluster.crash("AU")
    proposal = Proposal(cluster.now.unix_ms, (done.digest, sha256(b"nobody has it")))
    deliver(cluster, "AU", "EP", pre_prepare(cluster, 2, proposal))
    deliver(cluster, "AU", "EP", SubmissionBody(done.data))
    engine = cluster.nodes["EP"].engine
    assert engine is not None
    assert engine.held()["bodies"] == 1
    cluster.submit(one_filing(cluster, "EP", 2), "EP")
    cluster.run_for(20_000)
    assert heights(cluster) == {"AU": 1, "EP": 2, "JP": 2, "US": 2}
    assert (engine.held()["bodies"], engine.held()["body bytes"]) == (0, 0)


def large(cluster: Cluster, office: str, nonce: int) -> Submission:
    """About a megabyte: a thousand filings of nine priority claims."""
    claims = tuple(
        PriorityClaim(
            ip_office_code="US",
            application_number_text=f"61/{number:06}",
            filing_date=date(2023, 6, 1),
        )
        for number in range(9)
    )
    filings = tuple(
        msgspec.structs.replace(filing(office, 1_000 * nonce + number), priority_claim_bag=claims)
        for number in range(1_000)
    )
    return submission(cluster.genesis, office, filings, unix_ms=cluster.now.unix_ms, nonce=nonce)


def bytes_for(engine: Engine, peer: str) -> int:
    return sum(len(frame) for to, frame in engine.flush().sends if to == peer)


def test_bodies_for_one_peer_are_bounded_when_it_asks_and_when_its_link_comes_up() -> None:
    """Found by review: a link that came up brought everything that was pending, up to 32 MiB."""
    cluster = Watched()
    for office in ("AU", "JP", "US"):
        cluster.crash(office)
    engine = cluster.nodes["EP"].engine
    assert engine is not None
    pending = [large(cluster, "EP", nonce) for nonce in range(5)]
    pending.append(one_filing(cluster, "EP", 9_999))
    for body in pending:
        engine.submit(body, cluster.now)
    engine.flush()
    given = sum(len(body.data) for body in pending[:3])
    engine.connected("US", cluster.now)
    assert given < bytes_for(engine, "US") < given + 1_000
    question = FetchSubmissions(tuple(body.digest for body in pending))
    engine.receive("US", b"\x01" + encode_message(question), cluster.now)
    # In order of digest; what is small gets no share either once something did not fit.
    ordered = sorted(pending, key=lambda body: body.digest)
    given = sum(len(body.data) for body in ordered[: 3 + (pending[-1] in ordered[:4])])
    assert given <= bytes_for(engine, "US") < given + 1_000


def test_a_question_for_blocks_is_answered_beside_one_for_a_body() -> None:
    """Found by review: it was dropped, uncounted, and whoever was behind waited for three seconds."""
    cluster = Watched()
    cluster.submit(one_filing(cluster, "AU", 1), "AU")
    cluster.run_for(1_000)
    for office in ("EP", "JP", "US"):
        cluster.crash(office)
    engine = cluster.nodes["AU"].engine
    assert engine is not None
    body = one_filing(cluster, "AU", 2)
    engine.submit(body, cluster.now)
    engine.flush()
    blocks = b"\x00" + encode_catch_up(FetchBlocks(1))
    for frame in (b"\x01" + encode_message(FetchSubmissions((body.digest,))), blocks, blocks):
        engine.receive("EP", frame, cluster.now)
    assert [frame[:1] for to, frame in engine.flush().sends if to == "EP"] == [b"\x01", b"\x00"]
    assert engine.status().counters["unservedRequests"] == 1


def test_who_answers_without_a_new_block_is_not_asked_again_at_once() -> None:
    """Found by review: a claim to be far ahead and an old certificate, and two nodes talked without end."""
    cluster = Watched()
    cluster.submit(one_filing(cluster, "AU", 1), "AU")
    cluster.run_for(1_000)
    certificate = cluster.nodes["AU"].ledger.latest_certificate()
    assert certificate is not None
    answer = b"\x00" + encode_catch_up(Blocks((), encode_certificate(certificate)))
    engine, now = cluster.nodes["EP"].engine, cluster.now
    assert engine is not None
    asked_ms: list[int] = []
    now = Instant(now.monotonic_ms + 400, now.unix_ms + 400)  # Its last status is answered.
    engine.receive("US", b"\x01" + encode_message(Status(0, True, 2**53, 2**53)), now)
    for _ in range(400):
        now = Instant(now.monotonic_ms + 10, now.unix_ms + 10)
        engine.receive("US", answer, now)
        engine.tick(now)
        effects = engine.flush()
        asked_ms += [now.monotonic_ms for _, frame in effects.sends if frame[:1] == b"\x00"]
        assert effects.wake_at_ms > now.monotonic_ms
    pauses = {later - earlier for earlier, later in pairwise(asked_ms)}
    assert len(asked_ms) > 1
    assert pauses == {ReplicaSettings().heartbeat_ms + 10}
