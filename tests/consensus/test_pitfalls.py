"""How PBFT systems broke before; one test each, where a conversation of replicas shows it."""

from builders.replica_network import NETWORK, OFFICES, ReplicaNetwork, key_of, keyring_of, pending

from consensus.messages import (
    Checkpoint,
    Commit,
    Message,
    NewView,
    Prepare,
    PrePrepare,
    Proposal,
    ViewChange,
)
from consensus.output import Instant
from consensus.settings import ReplicaSettings
from consensus.signatures import proposal_digest, vote_message
from consensus.wire import encode_message
from crypto.digest import sha256
from crypto.signing import bound_message


def signed_pre_prepare(office: str, view: int, sequence: int, proposal: Proposal) -> PrePrepare:
    text = vote_message(view, sequence, proposal_digest(proposal))
    signature = key_of(office).sign(bound_message("pre-prepare", NETWORK, text))
    return PrePrepare(view, sequence, proposal, signature)


def signed_vote(
    kind: type[Prepare | Commit], office: str, view: int, sequence: int, digest: bytes
) -> Prepare | Commit:
    text = vote_message(view, sequence, digest)
    bound = bound_message("prepare" if kind is Prepare else "commit", NETWORK, text)
    signature = key_of(office).sign(bound)
    return kind(view, sequence, digest, office, signature)


def inject(network: ReplicaNetwork, sender: str, to: str, message: Message) -> None:
    network.queue.append((sender, to, encode_message(message)))


def test_an_equivocating_primary_causes_no_fork_and_leaves_evidence() -> None:
    network = ReplicaNetwork()
    bodies = [sha256(b"A"), sha256(b"B")]
    network.offices["AU"].is_up = False
    for name in ("EP", "JP", "US"):
        network.offices[name].bodies.update(bodies)
    one, other = (Proposal(network.now.unix_ms, (body,)) for body in bodies)
    for to, proposal in (("EP", one), ("JP", one), ("US", other)):
        inject(network, "AU", to, signed_pre_prepare("AU", 0, 1, proposal))
    inject(network, "AU", "EP", signed_pre_prepare("AU", 0, 1, other))
    network.deliver()
    network.pass_time(10_000)
    histories = {tuple(executed) for name, executed in network.executed().items() if name != "AU"}
    assert len(histories) == 1
    assert "AU" in network.offices["EP"].replica.evidence


def test_a_censoring_primary_is_replaced_although_others_progress() -> None:
    network = ReplicaNetwork(settings=ReplicaSettings(censorship_timeout_ms=3_000))
    censored = sha256(b"censored")
    # The primary never learns of it: neither from the entry node nor from those who pass it on.
    original = network.give_body
    network.give_body = lambda to, digest, entry: (  # type: ignore[method-assign]
        None
        if (to, digest) == ("AU", censored) and view_of("EP") == 0
        else original(to, digest, entry)
    )

    def view_of(name: str) -> int:
        return network.offices[name].replica.view

    network.submit(b"censored", "EP")
    for number in range(50):
        network.submit(b"%d" % number, "JP")
        network.pass_time(100)
    network.pass_time(1_000)
    assert all(censored in executed for executed in network.executed().values())
    assert view_of("EP") == 1


def test_a_pause_longer_than_the_time_tolerance_heals_without_a_restart() -> None:
    """Indy issue 1488: an old proposal that fails the time check must not stop the network for ever."""
    network = ReplicaNetwork()
    network.drop = lambda _, to, message: to in ("JP", "US")
    digest = network.submit(b"one", "AU")
    network.deliver()
    network.pass_time(60_000, step_ms=1_000)
    network.drop = lambda *_: False
    network.pass_time(10_000)
    assert network.executed() == {name: [digest] for name in network.offices}


def test_null_proposals_fill_holes_and_are_counted() -> None:
    """Fabric issue 1731: sequence numbers that nothing was prepared for advance every replica alike."""
    network = ReplicaNetwork()
    first = network.submit(b"1", "AU")
    network.drop = lambda sender, to, message: (
        isinstance(message, PrePrepare) and message.sequence == 1 and message.view == 0
    )
    network.deliver()
    network.pass_time(10)
    second = network.submit(b"2", "AU")
    network.pass_time(10_000)
    assert {frozenset(executed) for executed in network.executed().values()} == {
        frozenset((first, second))
    }
    heights = {office.replica.executed for office in network.offices.values()}
    stables = {office.replica.stable for office in network.offices.values()}
    assert heights == stables
    assert len(heights) == 1


def test_a_replica_isolated_for_longer_than_the_log_commits_new_requests_again() -> None:
    """Fabric issue 1857: one that sees only messages above its high watermark must not stay outside."""
    network = ReplicaNetwork(settings=ReplicaSettings(watermark_range=8))
    network.drop = lambda sender, to, _: "US" in (sender, to)
    for number in range(40):
        network.submit(b"%d" % number, "AU", to=("AU", "EP", "JP"))
        network.deliver()
    network.drop = lambda *_: False
    network.pass_time(3_000)
    last = network.submit(b"last", "US")
    network.deliver()
    own = [
        message
        for sender, _, message in network.sent
        if sender == "US" and isinstance(message, Commit)
    ]
    assert network.executed()["US"][-1] == last
    assert own[-1].sequence == network.offices["US"].replica.executed


def test_no_view_change_starts_while_too_few_peers_answer() -> None:
    network = ReplicaNetwork()
    network.drop = lambda sender, to, _: "US" in (sender, to)
    network.submit(b"alone", "US", to=("US",))
    network.pass_time(60_000, step_ms=500)
    assert network.offices["US"].replica.view == 0
    assert network.offices["US"].replica.is_active


def test_an_office_that_left_alone_is_joined_in_its_view() -> None:
    network = ReplicaNetwork()
    lonely = network.offices["US"]
    network.absorb(lonely, lonely.replica._outbox.take())
    lonely.replica._leave_for(1, network.now)
    network.absorb(lonely, lonely.replica._outbox.take())
    network.deliver()
    assert {office.replica.view for office in network.offices.values()} == {0, 1}
    network.pass_time(12_000)
    assert {(o.replica.view, o.replica.is_active) for o in network.offices.values()} == {(1, True)}


def test_offices_on_their_way_into_different_views_come_together() -> None:
    """Rule 5.9, found by seed 28063 of the runs with lying offices: they waited for one another for ever."""
    network = ReplicaNetwork()
    network.drop = lambda sender, to, _: "AU" in (sender, to)
    for name, view in (("EP", 1), ("JP", 1), ("US", 3)):
        office = network.offices[name]
        office.replica._leave_for(view, network.now)
        network.absorb(office, office.replica._outbox.take())
    network.pass_time(30_000)
    standing = {name: (o.replica.view, o.replica.is_active) for name, o in network.offices.items()}
    assert standing == {"AU": (0, True), "EP": (3, True), "JP": (3, True), "US": (3, True)}


def test_one_that_left_alone_follows_no_liar_into_further_views() -> None:
    """Rule 5.9 needs a quorum that left: else a liar could lead a lone office away from all others."""
    network = ReplicaNetwork()
    network.drop = lambda sender, to, _: "US" in (sender, to) and "EP" not in (sender, to)
    for name, view in (("EP", 3), ("US", 1)):
        office = network.offices[name]
        office.replica._leave_for(view, network.now)
        network.absorb(office, office.replica._outbox.take())
    network.drop = lambda sender, to, _: {sender, to} != {"EP", "US"}
    network.pass_time(60_000)
    assert network.offices["US"].replica.view == 1


def test_after_a_long_idle_time_one_request_commits_within_the_first_view() -> None:
    """Besu issue 10917: idle rules must not fight the round timer."""
    network = ReplicaNetwork()
    network.pass_time(3_600_000, step_ms=500)
    digest = network.submit(b"one", "JP")
    network.deliver()
    assert network.executed() == {name: [digest] for name in network.offices}
    assert {office.replica.view for office in network.offices.values()} == {0}


def test_far_future_messages_of_one_sender_are_bounded() -> None:
    network = ReplicaNetwork()
    digest = sha256(b"x")
    for number in range(2_000):
        inject(network, "US", "EP", signed_vote(Prepare, "US", 5 + number, 1, digest))
        inject(network, "US", "EP", signed_vote(Commit, "US", 0, 1_000 + number, digest))
    network.deliver()
    replica = network.offices["EP"].replica
    assert len(replica._early) == network.settings.early_per_office
    assert [sequence for sequence, _ in replica._log] == []


def test_a_view_change_ends_after_a_bounded_number_of_messages() -> None:
    """Fabric issue 2060: endless repetitions of view changes."""
    network = ReplicaNetwork()
    network.offices["AU"].is_up = False
    network.submit(b"one", "US")
    network.sent.clear()
    network.pass_time(10_000)
    changes = [m for _, _, m in network.sent if isinstance(m, ViewChange | NewView)]
    assert len(changes) <= 3 * 4 + 3 * 10


def test_a_vote_is_valid_for_one_purpose_view_sequence_and_network_only() -> None:
    network = ReplicaNetwork()
    digest = sha256(b"x")
    vote = signed_vote(Prepare, "US", 0, 1, digest)
    assert isinstance(vote, Prepare)
    replays: list[Message] = [
        Commit(0, 1, digest, "US", vote.signature),
        Prepare(0, 2, digest, "US", vote.signature),
        Prepare(0, 1, sha256(b"y"), "US", vote.signature),
        Prepare(0, 1, digest, "JP", vote.signature),
        Checkpoint(1, digest, "US", vote.signature),
    ]
    for message in replays:
        inject(network, "US", "EP", message)
    network.deliver()
    assert len(network.refused) == len(replays)
    assert network.offices["EP"].replica._log.find(1) is None or (
        network.offices["EP"].replica._log.slot(1).prepares == {}
    )


def test_a_proposal_from_a_primary_with_a_wrong_clock_is_not_voted_for() -> None:
    network = ReplicaNetwork()
    body = sha256(b"A")
    network.offices["EP"].bodies.add(body)
    late = Proposal(network.now.unix_ms - 60_000, (body,))
    inject(network, "AU", "EP", signed_pre_prepare("AU", 0, 1, late))
    network.deliver()
    assert [reason for _, reason in network.refused] == [
        "pre-prepare 1: expected a time within 10000 ms, got 60000 ms away"
    ]


def test_a_primary_whose_clock_was_ahead_once_leads_a_later_view_all_right() -> None:
    network = ReplicaNetwork()
    first = sha256(b"one")
    primary = network.offices["AU"]
    primary.bodies.add(first)
    ahead = Instant(network.now.monotonic_ms, network.now.unix_ms + 3_600_000)
    network.absorb(primary, primary.replica.submit(first, pending("AU", ahead), ahead))
    network.submit(b"one", "AU", to=("EP", "JP", "US"))
    network.pass_time(5_000)
    assert {office.replica.view for office in network.offices.values()} == {1}
    for name in ("EP", "JP", "US"):
        office = network.offices[name]
        office.replica._leave_for(4, network.now)
        network.absorb(office, office.replica._outbox.take())
    network.deliver()
    second = network.submit(b"two", "JP")
    network.deliver()
    assert network.executed() == {name: [first, second] for name in network.offices}
    assert {(o.replica.view, o.replica.primary) for o in network.offices.values()} == {(4, "AU")}


def test_clocks_are_read_only_from_the_instants_that_come_in() -> None:
    network = ReplicaNetwork()
    network.now = Instant(network.now.monotonic_ms, network.now.unix_ms + 1)
    network.submit(b"one", "AU")
    network.deliver()
    times = {office.decisions[0].time_ms for office in network.offices.values()}
    assert times == {network.now.unix_ms}


def test_quorums_follow_from_the_number_of_offices() -> None:
    assert [keyring_of(OFFICES[:count]).quorum for count in range(1, 8)] == [1, 2, 2, 3, 4, 4, 5]


def test_an_old_proposal_that_is_repeated_is_no_fault_of_who_repeats_it() -> None:
    """Found by a transcript: after a pause honest peers were counted as faulty for what they rightly sent again."""
    network = ReplicaNetwork()
    network.drop = lambda _, _to, message: isinstance(message, Commit)
    network.submit(b"one", "AU")
    network.deliver()
    network.now = Instant(network.now.monotonic_ms + 60_000, network.now.unix_ms + 60_000)
    (repeated,) = {m for _, _, m in network.sent if isinstance(m, PrePrepare)}
    inject(network, "JP", "EP", repeated)
    network.deliver()
    assert network.refused == []


def test_what_is_decided_above_a_gap_that_the_primary_left_is_executed_without_new_work() -> None:
    """Docs/protocol.md 5.1, 8.4: else an idle network answers no linearizable read."""
    network = ReplicaNetwork()
    body = sha256(b"executed long ago, so not pending")
    network.offices["AU"].is_up = False
    for name in ("EP", "JP", "US"):
        network.offices[name].bodies.add(body)
    pre_prepare = signed_pre_prepare("AU", 0, 3, Proposal(network.now.unix_ms, (body,)))
    for to in ("EP", "JP", "US"):
        inject(network, "AU", to, pre_prepare)
    network.deliver()
    replicas = [network.offices[name].replica for name in ("EP", "JP", "US")]
    assert [(item.highest_prepared, item.executed) for item in replicas] == [(3, 0)] * 3
    network.pass_time(5_000)
    assert [(item.highest_prepared, item.executed) for item in replicas] == [(0, 3)] * 3
    assert network.executed()["EP"] == [body]


def test_a_certificate_that_a_view_change_left_behind_is_named_no_more() -> None:
    """Docs/protocol.md 8.2: JP alone is prepared for 2, and the new view is opened without it."""
    network = ReplicaNetwork()
    isolated = "JP"

    def ends_nothing(_: str, to: str, message: Message) -> bool:
        is_vote = isinstance(message, Prepare | Commit) and message.view == 0
        return is_vote and (isinstance(message, Commit) or to != isolated)

    network.drop = ends_nothing
    first = network.submit(b"1", "AU")
    network.deliver()
    second = network.submit(b"2", "AU")
    network.deliver()
    network.pass_time(10)
    replica = network.offices[isolated].replica
    assert replica.highest_prepared == 2
    network.drop = lambda sender, to, message: (
        isolated in (sender, to) or ends_nothing(sender, to, message)
    )
    network.pass_time(5_000)
    assert set(network.executed()["AU"]) == {first, second}
    assert network.offices["AU"].replica.executed == 1
    assert (
        replica.highest_prepared == 2
    )  # It knows of no new view, and may be the only one that knows.
    network.drop = lambda *_: False
    network.pass_time(3_000)
    assert (replica.view, replica.executed) == (network.offices["AU"].replica.view, 1)
    assert replica.highest_prepared == 0


def test_a_certificate_that_the_new_view_proposes_again_is_named_before_it_is_prepared_anew() -> (
    None
):
    """Docs/protocol.md 8.3: AU alone decided it, told its client, and died; a read must still wait for it."""
    network = ReplicaNetwork()
    network.drop = lambda _, to, message: isinstance(message, Commit) and to != "AU"
    body = network.submit(b"1", "AU")
    network.deliver()
    assert network.executed()["AU"] == [body]
    network.offices["AU"].is_up = False
    network.drop = lambda *message: isinstance(message[2], Prepare | Commit)
    others = [network.offices[name].replica for name in ("EP", "JP", "US")]
    for _ in range(40):
        network.pass_time(100)
        assert [(item.highest_prepared, item.executed) for item in others] == [(1, 0)] * 3
        if all(item.view > 0 and item.is_active for item in others):
            break
    else:
        raise AssertionError("no view was opened")
    network.drop = lambda *_: False
    network.pass_time(10_000)
    assert [item.executed for item in others] == [1] * 3
