"""What one office that lies must not achieve, whatever it signs: each was found by the runs with lying offices."""

from builders.replica_network import ReplicaNetwork, key_of

from consensus.messages import FetchViewChanges, NewView, PrePrepare, Proposal, Status, ViewChange
from consensus.output import Instant
from consensus.safety import Signer
from consensus.settings import ReplicaSettings
from consensus.signatures import view_change_digest
from consensus.timers import Timers
from consensus.wire import decode_message, encode_message
from crypto.digest import sha256

NUMBER_MAX = 2**53
SETTLED_MS = 20_000


def signer_of(network: ReplicaNetwork, office: str) -> Signer:
    return Signer(office, key_of(office), network.keyring)


def tell_all(network: ReplicaNetwork, liar: str, message: NewView | ViewChange) -> None:
    for office in network.offices:
        if office != liar:
            network.queue.append((liar, office, encode_message(message)))
    network.deliver()


def test_a_new_view_for_a_far_view_does_not_keep_others_out_of_the_next_one() -> None:
    network = ReplicaNetwork()
    named = tuple((office, sha256(office.encode())) for office in ("AU", "EP", "JP"))
    tell_all(network, "US", signer_of(network, "US").new_view(4_003, named, ()))
    network.offices["AU"].is_up = False
    digest = network.submit(b"one", "EP", to=("EP", "JP", "US"))
    network.pass_time(SETTLED_MS)
    assert {office: network.executed()[office] for office in ("EP", "JP", "US")} == {
        office: [digest] for office in ("EP", "JP", "US")
    }


def asked_by(network: ReplicaNetwork, office: str) -> list[tuple[str, FetchViewChanges]]:
    return [
        (to, message)
        for sender, to, message in network.sent
        if sender == office and isinstance(message, FetchViewChanges)
    ]


def test_a_new_view_that_names_offices_that_are_none_is_not_awaited() -> None:
    """Found by review: one that named 90,000 was awaited for ever, and walked through at every frame."""
    network = ReplicaNetwork()
    names = sorted({*network.offices, *(f"X{digit}" for digit in range(10))})
    named = tuple((name, sha256(name.encode())) for name in names)
    tell_all(network, "US", signer_of(network, "US").new_view(3, named, ()))
    assert [to for to, _ in network.refused] == ["AU", "EP", "JP"]
    assert asked_by(network, "EP") == []


def test_only_the_new_view_that_is_awaited_makes_a_replica_ask() -> None:
    network = ReplicaNetwork()
    named = tuple((office, sha256(office.encode())) for office in ("AU", "EP", "JP"))
    awaited = signer_of(network, "US").new_view(3, named, ())
    other = signer_of(network, "US").new_view(3, named, ((1, bytes(64)),))
    for sender, message in (("US", awaited), ("JP", other), ("AU", awaited)):
        network.queue.append((sender, "EP", encode_message(message)))
        network.deliver()
        network.pass_time(500)
    assert {to for to, _ in asked_by(network, "EP")} == {"US", "AU"}


def test_an_office_that_waits_in_the_last_view_there_is_does_not_take_the_others_there() -> None:
    network = ReplicaNetwork()
    unsigned = ViewChange(NUMBER_MAX, None, (), "", b"")
    tell_all(network, "US", signer_of(network, "US").view_change(unsigned))
    network.submit(b"one", "EP")
    network.pass_time(SETTLED_MS)
    assert {name: office.replica.view for name, office in network.offices.items()} == dict.fromkeys(
        network.offices, 0
    )


def test_view_changes_are_given_at_a_bounded_rate_however_often_they_are_asked_for() -> None:
    network = ReplicaNetwork()
    network.offices["AU"].is_up = False
    network.submit(b"one", "EP", to=("EP", "JP", "US"))
    network.pass_time(SETTLED_MS)
    opened = network.offices["EP"].replica.views.opened
    assert opened is not None
    network.sent.clear()
    question = FetchViewChanges(tuple(digest for _, digest in opened.new_view.view_changes))
    for _ in range(100):
        network.queue.append(("US", "EP", encode_message(question)))
    network.deliver()
    given = [message for sender, _, message in network.sent if sender == "EP"]
    assert len(given) == len(opened.view_changes)


def test_a_wrong_new_view_is_not_laid_to_the_office_whose_view_change_completes_it() -> None:
    network = ReplicaNetwork()
    changes = {
        office: signer_of(network, office).view_change(ViewChange(2, None, (), "", b""))
        for office in ("AU", "EP", "JP")
    }
    named = tuple((office, view_change_digest(change)) for office, change in changes.items())
    wrong = signer_of(network, "JP").new_view(2, named, ((1, bytes(64)),))
    frames = {office: encode_message(change) for office, change in changes.items()}
    for sender, frame in (("JP", encode_message(wrong)), *frames.items()):
        network.queue.append((sender, "US", frame))
        network.deliver()
    assert network.refused == []
    assert network.offices["US"].replica.view == 2


def test_an_old_certificate_that_brings_no_block_is_no_progress() -> None:
    """Else a primary that is asked for blocks keeps its view by answering with certificates of the past."""
    network = ReplicaNetwork()
    network.submit(b"done", "EP")
    network.deliver()
    old = network.offices["EP"].stable
    assert old is not None
    network.offices["AU"].is_up = False
    honest = [network.offices[name] for name in ("EP", "JP", "US")]
    network.submit(b"waits", "EP", to=("EP", "JP", "US"))
    for _ in range(25):
        network.pass_time(100)
        for office in honest:
            network.absorb(office, office.replica.caught_up(old, (), network.now))
    assert [office.replica.view for office in honest] == [1, 1, 1]


def test_no_peer_and_no_primary_uses_up_the_questions_for_view_changes() -> None:
    """However often and early liars pass a new view on, and never answer: of f + 1 peers one is honest."""
    now, faults = Instant(1_000_000, 0), 1
    settings = ReplicaSettings()
    later = Instant(now.monotonic_ms + settings.heartbeat_ms // 2, 0)
    much_later = Instant(now.monotonic_ms + settings.heartbeat_ms, 0)
    timers = Timers(settings, now, faults)
    assert timers.may_ask_for_changes("EP", "US", now)
    assert not timers.may_ask_for_changes("EP", "US", now)
    assert timers.may_ask_for_changes("EP", "JP", now)
    assert not timers.may_ask_for_changes("EP", "AU", later)
    assert timers.may_ask_for_changes("JP", "US", later)
    assert timers.may_ask_for_changes("EP", "US", much_later)


def test_a_liar_that_is_always_first_keeps_no_office_out_of_a_view() -> None:
    """Found by review: it passed the new view on at every status of an office that lacked it, and never answered."""
    network = ReplicaNetwork()
    liar, late = "JP", "US"
    network.drop = lambda sender, to, message: (
        late in {sender, to} or (sender == "AU" and isinstance(message, PrePrepare))
    )
    network.submit(b"one", "EP", to=("AU", "EP", liar))
    network.pass_time(SETTLED_MS)
    opened = network.offices["EP"].replica.views.opened
    assert opened is not None
    new_view = encode_message(opened.new_view)
    network.drop = lambda sender, to, message: (
        (sender, to) == (liar, late) and isinstance(message, NewView | ViewChange)
    )
    replica, settled = network.offices[late].replica, network.now.monotonic_ms + SETTLED_MS
    while network.now.monotonic_ms < settled and replica.view == 0:
        network.now = Instant(network.now.monotonic_ms + 50, network.now.unix_ms + 50)
        for office in network.offices.values():
            network.absorb(office, office.replica.tick(network.now))
        if any(
            sender == late and isinstance(decode_message(frame), Status)
            for sender, _, frame in network.queue
        ):
            output = replica.receive(liar, decode_message(new_view), network.now)
            network.absorb(network.offices[late], output)
        network.deliver()
    assert (replica.view, replica.is_active) == (opened.new_view.view, True)


def test_view_changes_of_one_sender_are_checked_at_a_bounded_rate() -> None:
    """Found by review: each may hold a quorum of signatures for every sequence, and a liar signs ever higher ones."""
    network = ReplicaNetwork()
    signer = signer_of(network, "US")
    for view in range(5, 15):
        tell_all(network, "US", signer.view_change(ViewChange(view, None, (), "", b"")))
    assert len(network.refused) == 8 * 3
    assert network.offices["EP"].replica.views.waiting_above() == {"US": 6}
    network.pass_time(network.settings.heartbeat_ms)
    tell_all(network, "US", signer.view_change(ViewChange(15, None, (), "", b"")))
    assert network.offices["EP"].replica.views.waiting_above() == {"US": 15}


def test_view_changes_that_an_awaited_new_view_names_are_taken_in_whatever_the_rate() -> None:
    """Whoever is asked for them sends a quorum of them at once."""
    network = ReplicaNetwork()
    changes = {
        office: signer_of(network, office).view_change(ViewChange(1, None, (), "", b""))
        for office in ("AU", "EP", "JP")
    }
    named = tuple((office, view_change_digest(change)) for office, change in changes.items())
    new_view = signer_of(network, "EP").new_view(1, named, ())
    for frame in (encode_message(new_view), *map(encode_message, changes.values())):
        network.queue.append(("EP", "US", frame))
        network.deliver()
    replica = network.offices["US"].replica
    assert (replica.view, replica.is_active, network.refused) == (1, True, [])


class CountedBodies(set[bytes]):
    """What bodies are here, and how often someone looked."""

    looked = 0

    def __contains__(self, digest: object) -> bool:
        self.looked += 1
        return super().__contains__(digest)


def test_whether_a_body_is_wanted_costs_no_look_at_the_others() -> None:
    """Found by review: each body that came again made a replica look for all that any pre-prepare lists."""
    network = ReplicaNetwork()
    signer = signer_of(network, "AU")
    for sequence in range(1, 65):
        digests = tuple(sha256(b"%d %d" % (sequence, index)) for index in range(64))
        message = signer.pre_prepare(0, sequence, Proposal(network.now.unix_ms, digests))
        network.queue.append(("AU", "EP", encode_message(message)))
        network.deliver()
    office = network.offices["EP"]
    office.bodies = bodies = CountedBodies()
    assert not office.replica.wants(sha256(b"executed before"), 100)
    assert bodies.looked == 0
    assert office.replica.wants(sha256(b"7 7"), 100)
    assert bodies.looked == 64
