"""What one office that lies must not achieve, whatever it signs: each was found by the runs with lying offices."""

from builders.replica_network import NETWORK, ReplicaNetwork, key_of

from consensus.messages import NewView, ViewChange
from consensus.safety import Signer
from consensus.wire import encode_message
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


def test_an_office_that_waits_in_the_last_view_there_is_does_not_take_the_others_there() -> None:
    network = ReplicaNetwork()
    unsigned = ViewChange(NUMBER_MAX, None, (), "", b"")
    tell_all(network, "US", signer_of(network, "US").view_change(unsigned))
    network.submit(b"one", "EP")
    network.pass_time(SETTLED_MS)
    assert {name: office.replica.view for name, office in network.offices.items()} == dict.fromkeys(
        network.offices, 0
    )
