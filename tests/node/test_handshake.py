"""Two offices prove to each other who they are; every altered byte, role or name is refused."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.keyring import Keyring
from crypto.signing import SigningKey, VerifyingKey
from node.handshake import (
    HELLO_SIZE,
    Handshake,
    HandshakeError,
    InvalidHandshakeError,
    MalformedHandshakeError,
    Role,
    SessionKeys,
)

VECTORS = Path(__file__).parent.parent / "vectors" / "handshake.json"
KEYS = {office: SigningKey(office.encode() * 16) for office in ("AU", "EP", "JP", "US")}


def network(*offices: str, network_id: bytes = b"N" * 32) -> Keyring:
    return Keyring(network_id, {o: VerifyingKey(KEYS[o].public_bytes) for o in offices})


def side(
    role: Role,
    office: str,
    *,
    keyring: Keyring | None = None,
    key: SigningKey | None = None,
    expected_peer: str | None = None,
    seed: bytes = b"",
) -> Handshake:
    fresh = seed or office.encode()
    return Handshake(
        role=role,
        office=office,
        signing_key=key or KEYS[office],
        keyring=keyring or network("AU", "EP", "JP", "US"),
        nonce=(fresh * 16)[:32],
        ephemeral_seed=(fresh * 32)[-32:],
        expected_peer=expected_peer,
    )


def shake(initiator: Handshake, responder: Handshake) -> tuple[SessionKeys, SessionKeys]:
    """Both sides' keys, after all four messages went over unaltered."""
    signature_of_responder = responder.receive_hello(initiator.hello)
    signature_of_initiator = initiator.receive_hello(responder.hello)
    return (
        initiator.receive_signature(signature_of_responder),
        responder.receive_signature(signature_of_initiator),
    )


def test_both_sides_end_with_each_others_name_and_crossed_keys() -> None:
    at_au, at_jp = shake(side("initiator", "AU", expected_peer="JP"), side("responder", "JP"))
    assert (at_au.peer, at_jp.peer) == ("JP", "AU")
    assert (at_au.send, at_au.receive) == (at_jp.receive, at_jp.send)
    assert at_au.send != at_au.receive


def test_every_link_has_keys_of_its_own() -> None:
    first, _ = shake(side("initiator", "AU"), side("responder", "JP"))
    second, _ = shake(side("initiator", "AU", seed=b"xy"), side("responder", "JP"))
    assert {first.send, first.receive}.isdisjoint({second.send, second.receive})


def test_transcript_of_fixed_ephemerals_is_the_known_one() -> None:
    vector = json.loads(VECTORS.read_text())
    initiator, responder = side("initiator", "AU"), side("responder", "JP")
    signature_of_responder = responder.receive_hello(initiator.hello)
    signature_of_initiator = initiator.receive_hello(responder.hello)
    keys = initiator.receive_signature(signature_of_responder)
    assert vector["messages"] == {
        "initiatorHello": initiator.hello.hex(),
        "responderHello": responder.hello.hex(),
        "initiatorSignature": signature_of_initiator.hex(),
        "responderSignature": signature_of_responder.hex(),
    }
    assert vector["keys"] == {
        "initiatorToResponder": keys.send.hex(),
        "responderToInitiator": keys.receive.hex(),
    }


@given(
    position=st.integers(0, HELLO_SIZE - 1),
    flip=st.integers(1, 255),
    from_initiator=st.booleans(),
)
def test_any_altered_byte_of_a_hello_ends_the_handshake(
    position: int, flip: int, from_initiator: bool
) -> None:
    initiator, responder = side("initiator", "AU"), side("responder", "JP")
    hellos = {True: bytearray(initiator.hello), False: bytearray(responder.hello)}
    hellos[from_initiator][position] ^= flip
    with pytest.raises(HandshakeError):
        exchange(initiator, responder, bytes(hellos[True]), bytes(hellos[False]))


def exchange(
    initiator: Handshake, responder: Handshake, to_responder: bytes, to_initiator: bytes
) -> None:
    signature_of_responder = responder.receive_hello(to_responder)
    signature_of_initiator = initiator.receive_hello(to_initiator)
    initiator.receive_signature(signature_of_responder)
    responder.receive_signature(signature_of_initiator)


@given(position=st.integers(0, 63), flip=st.integers(1, 255))
def test_any_altered_byte_of_a_signature_ends_the_handshake(position: int, flip: int) -> None:
    initiator, responder = side("initiator", "AU"), side("responder", "JP")
    signature = bytearray(responder.receive_hello(initiator.hello))
    signature[position] ^= flip
    initiator.receive_hello(responder.hello)
    with pytest.raises(InvalidHandshakeError):
        initiator.receive_signature(bytes(signature))


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_and_nothing_else_happens(data: bytes) -> None:
    initiator, responder = side("initiator", "AU"), side("responder", "JP")
    with pytest.raises(HandshakeError):
        responder.receive_hello(data)
    initiator.receive_hello(responder.hello)
    with pytest.raises(HandshakeError):
        initiator.receive_signature(data)


def test_own_hello_sent_back_is_refused() -> None:
    initiator = side("initiator", "AU")
    with pytest.raises(InvalidHandshakeError, match="office AU is this node's own"):
        initiator.receive_hello(initiator.hello)


def test_a_signature_made_in_the_other_role_is_refused() -> None:
    initiator, responder = side("initiator", "AU"), side("initiator", "JP")
    signature = responder.receive_hello(initiator.hello)
    initiator.receive_hello(responder.hello)
    with pytest.raises(InvalidHandshakeError):
        initiator.receive_signature(signature)


def test_a_signature_of_an_earlier_link_is_refused() -> None:
    earlier = side("responder", "JP").receive_hello(side("initiator", "AU").hello)
    initiator = side("initiator", "AU", seed=b"late")
    initiator.receive_hello(side("responder", "JP").hello)
    with pytest.raises(InvalidHandshakeError):
        initiator.receive_signature(earlier)


def test_another_network_is_refused_and_named() -> None:
    foreign = network("AU", "JP", network_id=b"M" * 32)
    with pytest.raises(InvalidHandshakeError, match=f"expected network {(b'N' * 32).hex()}"):
        side("initiator", "AU").receive_hello(side("responder", "JP", keyring=foreign).hello)


def test_another_office_than_the_dialled_one_is_refused() -> None:
    initiator = side("initiator", "AU", expected_peer="EP")
    with pytest.raises(InvalidHandshakeError, match="expected office EP, got JP"):
        initiator.receive_hello(side("responder", "JP").hello)


def test_an_office_that_is_not_in_the_genesis_is_refused() -> None:
    small = network("AU", "EP")
    with pytest.raises(InvalidHandshakeError, match="office JP is not of this network"):
        side("initiator", "AU", keyring=small).receive_hello(side("responder", "JP").hello)


def test_a_key_that_is_not_the_genesis_key_of_the_office_is_refused() -> None:
    impostor = side("responder", "JP", key=SigningKey(b"i" * 32))
    initiator = side("initiator", "AU")
    signature = impostor.receive_hello(initiator.hello)
    initiator.receive_hello(impostor.hello)
    with pytest.raises(InvalidHandshakeError, match="office JP: signature does not answer"):
        initiator.receive_signature(signature)


def test_another_protocol_version_is_refused_and_named() -> None:
    hello = side("responder", "JP").hello
    other = hello[:8] + (2).to_bytes(2, "big") + hello[10:]
    with pytest.raises(InvalidHandshakeError, match="expected protocol version 1, got 2"):
        side("initiator", "AU").receive_hello(other)


def test_an_ephemeral_key_of_small_order_is_refused() -> None:
    initiator, responder = side("initiator", "AU"), side("responder", "JP")
    weak = responder.hello[:-32] + bytes(32)
    initiator.receive_hello(weak)
    # The office itself signs the weak exchange, so only the key agreement can notice.
    responder.hello = weak
    with pytest.raises(InvalidHandshakeError, match="gives no secret"):
        initiator.receive_signature(responder.receive_hello(initiator.hello))


def test_a_hello_cut_short_is_malformed() -> None:
    with pytest.raises(MalformedHandshakeError, match=f"expected {HELLO_SIZE} bytes, got 20"):
        side("initiator", "AU").receive_hello(side("responder", "JP").hello[:20])
