"""An office that signs two things of which an honest one signs one leaves a proof against itself (protocol 2.6)."""

import pytest
from builders.replica_network import ReplicaNetwork, key_of
from builders.second_signature import signature_with_nonce
from msgspec.structs import replace

from consensus.errors import InvalidMessageError
from consensus.evidence import Equivocation, Evidence, Signed, verify_equivocation
from consensus.messages import NULL_PROPOSAL, Commit, Message, NewView, Proposal, ViewChange
from consensus.safety import Signer
from consensus.signatures import new_view_message, view_change_message
from consensus.wire import encode_message
from crypto.digest import sha256
from crypto.signing import Purpose, bound_message

ONE, OTHER = sha256(b"one"), sha256(b"other")
LIAR = "US"
"""The last of four: it leads view 3."""


def pair(network: ReplicaNetwork, kind: str, office: str = LIAR) -> tuple[Signed, Signed]:
    """Two messages of the office that contradict each other."""
    # Two guards for one key know nothing of each other: so may two nodes of one office.
    one, other = (Signer(office, key_of(office), network.keyring) for _ in range(2))
    view = network.keyring.offices.index(office)
    match kind:
        case "pre-prepare":
            proposal = Proposal(network.now.unix_ms, (ONE,))
            return one.pre_prepare(view, 1, proposal), other.pre_prepare(view, 1, NULL_PROPOSAL)
        case "prepare":
            return one.prepare(0, 1, ONE), other.prepare(0, 1, OTHER)
        case "commit":
            return one.commit(0, 1, ONE), other.commit(0, 1, OTHER)
        case "checkpoint":
            return one.checkpoint(1, ONE), other.checkpoint(1, OTHER)
        case "view-change":
            return tuple(
                signer.view_change(ViewChange(1, stable, (), "", b""))
                for signer, stable in ((one, None), (other, _certificate(network)))
            )  # type: ignore[return-value]
    named = tuple((name, ONE) for name in network.keyring.offices[:3])
    return one.new_view(view, named, ()), other.new_view(view, named, ((1, bytes(64)),))


def _certificate(network: ReplicaNetwork):  # type: ignore[no-untyped-def] # noqa: ANN202
    digest = network.submit(b"real", "EP")
    network.deliver()
    assert digest in network.executed()["EP"]
    return network.offices["EP"].stable


KINDS = ("pre-prepare", "prepare", "commit", "checkpoint", "view-change", "new-view")
PROVING = ("prepare", "commit", "checkpoint", "view-change", "new-view")


@pytest.mark.parametrize("kind", KINDS)
def test_two_signed_contradictions_prove_themselves(kind: str) -> None:
    network = ReplicaNetwork()
    verify_equivocation(Equivocation(LIAR, *pair(network, kind)), network.keyring)


@pytest.mark.parametrize("kind", KINDS)
def test_a_proof_with_anything_changed_proves_nothing(kind: str) -> None:
    network = ReplicaNetwork()
    first, second = pair(network, kind)
    forged = replace(second, signature=bytes(64))
    others = pair(network, "prepare" if kind != "prepare" else "commit")[0]
    for wrong in (
        Equivocation(LIAR, first, first),
        Equivocation("EP", first, second),
        Equivocation(LIAR, first, forged),
        Equivocation(LIAR, forged, second),
        Equivocation(LIAR, first, others),
    ):
        with pytest.raises(InvalidMessageError):
            verify_equivocation(wrong, network.keyring)


def test_votes_about_different_things_are_no_contradiction() -> None:
    network = ReplicaNetwork()
    signer = Signer(LIAR, key_of(LIAR), network.keyring)
    one, next_one = signer.prepare(0, 1, ONE), signer.prepare(0, 2, OTHER)
    with pytest.raises(InvalidMessageError, match="no contradiction"):
        verify_equivocation(Equivocation(LIAR, one, next_one), network.keyring)


def receive(network: ReplicaNetwork, to: str, sender: str, message: Message) -> None:
    network.queue.append((sender, to, encode_message(message)))
    network.deliver()


@pytest.mark.parametrize("kind", PROVING)
def test_a_replica_that_is_told_both_keeps_them(kind: str) -> None:
    network = ReplicaNetwork()
    for message in pair(network, kind):
        receive(network, "EP", LIAR, message)
    (found,) = network.offices["EP"].replica.evidence
    assert found.office == LIAR
    verify_equivocation(found, network.keyring)


def test_a_replica_that_is_told_two_proposals_keeps_them() -> None:
    network = ReplicaNetwork()
    one, other = (Signer("AU", key_of("AU"), network.keyring) for _ in range(2))
    for signer, digest in ((one, ONE), (other, OTHER)):
        message = signer.pre_prepare(0, 1, Proposal(network.now.unix_ms, (digest,)))
        receive(network, "EP", "AU", message)
    (found,) = network.offices["EP"].replica.evidence
    assert found.office == "AU"
    verify_equivocation(found, network.keyring)


@pytest.mark.parametrize("kind", PROVING)
def test_a_contradiction_that_the_office_did_not_sign_names_nobody(kind: str) -> None:
    network = ReplicaNetwork()
    first, second = pair(network, kind)
    receive(network, "EP", LIAR, first)
    receive(network, "EP", LIAR, replace(second, signature=bytes(64)))
    assert list(network.offices["EP"].replica.evidence) == []
    assert len(network.refused) == 1


@pytest.mark.parametrize("kind", PROVING)
def test_saying_the_same_again_names_nobody(kind: str) -> None:
    network = ReplicaNetwork()
    first, _ = pair(network, kind)
    for _ in range(3):
        receive(network, "EP", LIAR, first)
    assert list(network.offices["EP"].replica.evidence) == []


def signed_twice(network: ReplicaNetwork, purpose: Purpose) -> tuple[ViewChange | NewView, ...]:
    """One message of the liar with two signatures, both of which verify."""
    signer = Signer(LIAR, key_of(LIAR), network.keyring)
    first: ViewChange | NewView
    if purpose == "view-change":
        first = signer.view_change(ViewChange(1, None, (), "", b""))
        said = view_change_message(first)
    else:
        named = tuple((name, ONE) for name in network.keyring.offices[:3])
        first = signer.new_view(3, named, ())
        said = new_view_message(first)
    text = bound_message(purpose, network.keyring.network_id, said)
    other = signature_with_nonce(sha256(LIAR.encode()), text, 123_456_789)
    network.keyring.verify(LIAR, purpose, said, other)
    return first, replace(first, signature=other)


@pytest.mark.parametrize("purpose", ["view-change", "new-view"])
def test_two_signatures_of_one_message_keep_no_true_contradiction_out(purpose: Purpose) -> None:
    """Found by review: such a pair took the only place that its office has, and proved nothing."""
    network = ReplicaNetwork()
    for message in (*signed_twice(network, purpose), *pair(network, "commit")):
        receive(network, "EP", LIAR, message)
    assert network.refused == []
    (found,) = network.offices["EP"].replica.evidence
    assert isinstance(found.first, Commit)
    verify_equivocation(found, network.keyring)


@pytest.mark.parametrize("kind", KINDS)
def test_evidence_takes_in_nothing_that_says_the_same(kind: str) -> None:
    evidence = Evidence()
    first, second = pair(ReplicaNetwork(), kind)
    evidence.add(LIAR, first, replace(first, signature=bytes(64)))
    assert LIAR not in evidence
    evidence.add(LIAR, first, second)
    assert list(evidence) == [Equivocation(LIAR, first, second)]


IMPROPER = {
    "another submission": lambda time_ms: Proposal(time_ms, (OTHER,)),
    "a time far off": lambda time_ms: Proposal(time_ms + 11_000, (ONE,)),
    "no submission": lambda time_ms: Proposal(time_ms, ()),
}


@pytest.mark.parametrize("improper", IMPROPER)
def test_a_second_proposal_is_evidence_whatever_else_is_wrong_with_it(improper: str) -> None:
    """Found by review: one that breaks a rule besides was refused before it was compared."""
    network = ReplicaNetwork()
    one, other = (Signer("AU", key_of("AU"), network.keyring) for _ in range(2))
    time_ms = network.now.unix_ms
    receive(network, "EP", "AU", one.pre_prepare(0, 1, Proposal(time_ms, (ONE,))))
    receive(network, "EP", "AU", other.pre_prepare(0, 1, IMPROPER[improper](time_ms)))
    assert [found.office for found in network.offices["EP"].replica.evidence] == ["AU"]
    assert network.refused == []


def test_a_proposal_that_differs_from_the_new_view_is_laid_to_the_primary_alone() -> None:
    """Found by review: it was laid to whoever passed it on."""
    network = ReplicaNetwork()
    network.drop = lambda _, _to, message: isinstance(message, Commit)
    network.submit(b"one", "EP")
    network.deliver()
    network.offices["AU"].is_up = False
    network.pass_time(10_000)
    view = network.offices["JP"].replica.view
    primary = network.keyring.offices[view % 4]
    assert primary != "JP"
    assert network.offices["JP"].replica.views.reproposed(1) is not None
    network.refused.clear()
    other = Signer(primary, key_of(primary), network.keyring)
    message = other.pre_prepare(view, 1, Proposal(network.now.unix_ms, (OTHER,)))
    receive(network, "JP", LIAR, replace(message, signature=bytes(64)))
    assert [to for to, _ in network.refused] == ["JP"]
    assert list(network.offices["JP"].replica.evidence) == []
    receive(network, "JP", LIAR, message)
    assert len(network.refused) == 1
    (found,) = network.offices["JP"].replica.evidence
    assert found.office == primary
    verify_equivocation(found, network.keyring)
