from builders.replica_network import OFFICES, ReplicaNetwork

from consensus.messages import Checkpoint, PrePrepare
from consensus.output import Instant
from consensus.settings import ReplicaSettings


def test_a_submission_is_executed_by_every_replica() -> None:
    network = ReplicaNetwork()
    digest = network.submit(b"one", "AU")
    network.deliver()
    assert network.executed() == {name: [digest] for name in OFFICES[:4]}


def test_every_block_becomes_stable_at_every_replica() -> None:
    network = ReplicaNetwork()
    for number in range(5):
        network.submit(b"%d" % number, "AU")
        network.deliver()
    assert {office.replica.stable for office in network.offices.values()} == {5}


def test_checkpoint_votes_that_were_lost_are_sent_again_without_new_traffic() -> None:
    network = ReplicaNetwork()
    network.drop = lambda _, to, message: isinstance(message, Checkpoint)
    network.submit(b"one", "AU")
    network.deliver()
    assert {office.replica.stable for office in network.offices.values()} == {0}
    network.drop = lambda *_: False
    network.pass_time(2_000)
    assert {office.replica.stable for office in network.offices.values()} == {1}


def test_any_number_of_offices_from_one_to_seven_agrees() -> None:
    for count in range(1, 8):
        network = ReplicaNetwork(count)
        digest = network.submit(b"one", "AU")
        network.deliver()
        assert set(map(tuple, network.executed().values())) == {(digest,)}, count


def test_an_idle_primary_proposes_at_once_and_a_busy_one_gathers() -> None:
    network = ReplicaNetwork(settings=ReplicaSettings(gather_ms=50))
    network.submit(b"first", "AU")
    for number in range(10):
        network.submit(b"%d" % number, "AU")
    network.pass_time(100)
    proposals = [
        len(message.proposal.submissions)
        for _, to, message in network.sent
        if isinstance(message, PrePrepare) and to == "EP"
    ]
    assert proposals == [1, 10]


def test_replicas_that_missed_a_body_ask_for_it() -> None:
    network = ReplicaNetwork()
    digest = network.submit(b"one", "US", to=("AU", "US"))
    network.deliver()
    network.pass_time(500)
    assert network.executed() == {name: [digest] for name in OFFICES[:4]}


def test_a_killed_primary_is_replaced_and_pending_submissions_survive() -> None:
    network = ReplicaNetwork()
    network.submit(b"before", "US")
    network.deliver()
    network.offices["AU"].is_up = False
    pending = [network.submit(b"%d" % number, "US") for number in range(100)]
    network.pass_time(6_000)
    executed = network.executed()
    assert executed["EP"] == executed["JP"] == executed["US"]
    assert sorted(executed["EP"][1:]) == sorted(pending)
    assert {office.replica.view for name, office in network.offices.items() if name != "AU"} == {1}


def test_a_restarted_primary_enters_the_view_of_the_others() -> None:
    network = ReplicaNetwork()
    network.offices["AU"].is_up = False
    network.submit(b"one", "US")
    network.pass_time(6_000)
    network.restart("AU")
    network.pass_time(2_000)
    assert network.offices["AU"].replica.view == 1
    assert network.offices["AU"].replica.is_active


def test_what_one_replica_committed_survives_a_crash_of_all() -> None:
    """Pitfall: the prepared certificate lost in a crash (Castro & Liskov 1999, section 4.4)."""
    network = ReplicaNetwork()
    # Only JP sees commits, so only JP executes; the others are prepared.
    network.drop = lambda _, to, message: type(message).__name__ == "Commit" and to != "JP"
    digest = network.submit(b"one", "AU")
    network.deliver()
    assert network.executed() == {"AU": [], "EP": [], "JP": [digest], "US": []}
    network.drop = lambda *_: False
    for name in network.offices:
        network.restart(name)
    other = network.submit(b"two", "US")
    network.pass_time(8_000)
    assert network.executed() == {name: [digest, other] for name in network.offices}


def test_a_primary_whose_clock_went_back_proposes_the_time_of_its_clock() -> None:
    network = ReplicaNetwork(1)
    right = network.now
    network.now = Instant(right.monotonic_ms, right.unix_ms + 3_600_000)
    network.submit(b"an hour ahead", "AU")
    network.now = right
    network.submit(b"right again", "AU")
    times = [decision.time_ms for decision in network.offices["AU"].decisions]
    assert times == [right.unix_ms + 3_600_000, right.unix_ms]
