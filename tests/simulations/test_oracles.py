"""The oracles themselves: each notices what breaks its promise, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from consensus.messages import (
    FetchViewChanges,
    Message,
    NewView,
    Status,
    SubmissionBody,
    ViewChange,
)
from consensus.settings import ReplicaSettings
from consensus.wire import encode_message
from node.effects import Effects
from simulations.bug_bench.catalogue import bug
from simulations.campaign import KINDS
from simulations.cluster import Cluster
from simulations.crash_points import points
from simulations.errors import BrokenPromiseError
from simulations.node import SimulatedNode
from simulations.oracles import Chain
from simulations.run import await_quiet, check_in_step, next_submission
from simulations.trace import Acknowledged, Event, Sent, message_in
from simulations.traffic import Traffic

OFFICES = ("AU", "EP", "JP", "US")


def told_in(cluster: Cluster) -> list[Acknowledged]:
    """What clients are told from now on."""
    told: list[Acknowledged] = []

    def listen(event: Event) -> None:
        if isinstance(event, Acknowledged):
            told.append(event)

    cluster.watch(listen)
    return told


@pytest.mark.parametrize(
    "lie",
    [
        {"status": "duplicate"},
        {"outcomes": ()},
        {"first_index": 1},
        {"time_ms": 1},
        {"digest": bytes(32)},
        {"block_hash": bytes(32)},
        {"height": 7},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_what_a_node_tells_its_client_is_what_the_block_says_in_every_part(
    lie: dict[str, Any],
) -> None:
    cluster = Cluster(OFFICES)
    chain, told = Chain(cluster), told_in(cluster)
    cluster.watch(chain)
    assert cluster.submit(next_submission(cluster, "EP", 1, filings=2), "EP")
    await_quiet(cluster)
    event = next(event for event in told if event.office == "EP")
    assert len(event.executed.outcomes) == 2
    chain(event)
    with pytest.raises(BrokenPromiseError, match=r"told a client|acknowledged a block"):
        chain(event._replace(executed=event.executed._replace(**lie)))


def test_every_second_filing_of_an_office_claims_the_priority_of_the_one_before() -> None:
    cluster = Cluster(OFFICES)
    filings = [
        entry
        for nonce in range(1, 5)
        for office in OFFICES
        for entry in next_submission(cluster, office, nonce, filings=1).entries
    ]
    numbers = [int(entry.application_number_text) for entry in filings]  # type: ignore[union-attr]
    claims = [entry.priority_claim_bag for entry in filings]  # type: ignore[union-attr]
    assert numbers[::4] == list(range(numbers[0], numbers[0] + 4))
    assert [len(bag) for bag in claims[::4]] == [0, 1, 0, 1]
    assert claims[4][0].filing_date == filings[0].filing_date  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_run_has_the_oracles_on_durability(kind: str) -> None:
    points()  # Without the bug.
    with bug("votes before durable"), pytest.raises(BrokenPromiseError, match="durable"):
        KINDS[kind](0)


@pytest.mark.parametrize(
    ("kind", "seeds"), [("reads", range(5)), ("crash points", range(0, 1976, 247))]
)
def test_a_certificate_that_is_lost_in_a_restart_is_noticed_in(kind: str, seeds: range) -> None:
    points()
    with bug("certificate lost in a restart"), pytest.raises(BrokenPromiseError):
        run_all(kind, seeds)


def run_all(kind: str, seeds: range) -> None:
    for seed in seeds:
        KINDS[kind](seed)


def own_change(view: int, office: str = "AU") -> ViewChange:
    return ViewChange(view, None, (), office, bytes(64))


HEARTBEAT_MS = 500


def judge(messages: list[tuple[int, str | None, Message]]) -> Traffic:
    """What the oracle makes of what AU sends: (time, receiver, message)."""
    traffic = Traffic(Cluster(OFFICES), HEARTBEAT_MS)
    for at_ms, to, message in messages:
        traffic(Sent(at_ms, "AU", to, b"\x01" + encode_message(message)))
    return traffic


@pytest.mark.parametrize("to", [None, "EP"])
@pytest.mark.parametrize("make", [own_change, lambda _: FetchViewChanges((bytes(32),))])
def test_twelve_messages_of_a_kind_about_views_are_borne_in_two_heartbeats_and_no_more(
    to: str | None, make: Callable[[int], Message]
) -> None:
    twelve = [(0, to, make(view)) for view in range(12)]
    judge([*twelve, (2 * HEARTBEAT_MS, to, make(12))])
    with pytest.raises(BrokenPromiseError, match="sent EP 13 messages of kind"):
        judge([*twelve, (2 * HEARTBEAT_MS - 1, to, make(12))])


def test_view_changes_that_are_passed_on_have_a_bound_of_their_own() -> None:
    passed_on: list[tuple[int, str | None, Message]] = [
        (0, "EP", own_change(view, "US")) for view in range(16)
    ]
    traffic = judge([*passed_on, (0, "EP", own_change(1))])
    assert traffic.frames == {"ViewChange": 17}
    with pytest.raises(BrokenPromiseError, match="sent EP 17 messages of kind"):
        judge([*passed_on, passed_on[0]])


def test_a_view_change_that_is_said_nine_times_over_is_a_storm() -> None:
    class Stammering(Cluster):
        """Every view change leaves nine times."""

        def _send(self, node: SimulatedNode, effects: Effects) -> None:
            sends = [
                send
                for send in effects.sends
                for _ in range(9 if isinstance(message_in(send[1]), ViewChange) else 1)
            ]
            super()._send(node, effects._replace(sends=tuple(sends)))

    cluster = Stammering(OFFICES)
    cluster.watch(Traffic(cluster, HEARTBEAT_MS))
    cluster.run_for(100)
    cluster.crash("AU")
    cluster.is_lost = lambda _, to, frame: (  # It stays behind, and is told again and again.
        to == "US" and isinstance(message_in(frame), ViewChange | NewView)
    )
    cluster.submit(next_submission(cluster, "EP", 1), "EP")
    with pytest.raises(BrokenPromiseError, match="messages of kind ViewChange"):
        cluster.run_for(10_000)


def left_behind(settings: ReplicaSettings) -> Cluster:
    """US got nothing but submissions and statuses for a while, and left the others' view alone."""
    cluster = Cluster(OFFICES, settings=settings)
    cluster.is_lost = lambda _, to, frame: (
        to == "US" and not isinstance(message_in(frame), Status | SubmissionBody)
    )
    for nonce in range(1, 20):
        cluster.submit(next_submission(cluster, "EP", nonce), "EP")
        cluster.run_for(200)
    engine = cluster.nodes["US"].engine
    assert engine is not None
    assert (engine.view, engine.is_active) == (1, False)
    cluster.is_lost = lambda *_: False
    await_quiet(cluster)
    return cluster


def test_an_office_that_waits_alone_is_joined_and_then_keeps_step() -> None:
    settings = ReplicaSettings()
    cluster = left_behind(settings)
    check_in_step(cluster, settings, 100)
    assert {node.engine.view for node in cluster.up() if node.engine} == {1}


def test_an_office_that_waits_alone_for_ever_is_noticed() -> None:
    settings = ReplicaSettings(rejoin_patience_ms=2**31, rejoin_interval_ms=20_000)
    cluster = left_behind(settings)
    with pytest.raises(BrokenPromiseError, match="not in one view 80000 ms after healing"):
        check_in_step(cluster, settings, 100)


def test_where_a_wiped_office_leads_the_others_do_without_it_and_keep_step() -> None:
    cluster = Cluster(OFFICES)
    cluster.faulty.add("AU")
    check_in_step(cluster, ReplicaSettings(), 1)
    assert cluster.nodes["AU"].engine is None
    assert {node.ledger.height for node in cluster.up()} == {2}
