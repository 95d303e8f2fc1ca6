from typing import get_args

import pytest
from builders.offices import NETWORK, key_of, keyring_of
from builders.vectors import vectors

from crypto.digest import sha256
from crypto.errors import InvalidSignatureError, MalformedBytesError
from crypto.signing import Purpose, SigningKey, VerifyingKey, bound_message

MESSAGE = b"height and hash"


def test_signatures_are_those_of_rfc_8032() -> None:
    for known in vectors("signing")["rfc8032"]:
        key, message = SigningKey(bytes.fromhex(known["seed"])), bytes.fromhex(known["message"])
        assert key.public_bytes.hex() == known["publicKey"]
        assert key.sign(message).hex() == known["signature"]
        VerifyingKey(key.public_bytes).verify(key.sign(message), message)


def test_a_bound_message_is_the_known_bytes() -> None:
    known = vectors("signing")["boundMessage"]
    bound = bound_message("checkpoint", NETWORK, MESSAGE)
    assert bound.hex() == known


def test_a_signature_holds_for_its_message_purpose_and_network_only() -> None:
    bound = bound_message("commit", NETWORK, MESSAGE)
    signature = key_of("AU").sign(bound)
    keyring = keyring_of()
    keyring.verify("AU", "commit", MESSAGE, signature)
    others: list[Purpose] = [purpose for purpose in get_args(Purpose) if purpose != "commit"]
    for purpose in others:
        with pytest.raises(InvalidSignatureError):
            keyring.verify("AU", purpose, MESSAGE, signature)
    with pytest.raises(InvalidSignatureError):
        keyring.verify("EP", "commit", MESSAGE, signature)
    with pytest.raises(InvalidSignatureError):
        keyring.verify("AU", "commit", MESSAGE + b".", signature)
    with pytest.raises(InvalidSignatureError):
        keyring_of(network_id=sha256(b"another")).verify("AU", "commit", MESSAGE, signature)


def test_no_altered_bit_of_a_signature_is_accepted() -> None:
    key = VerifyingKey(key_of("AU").public_bytes)
    signature = key_of("AU").sign(MESSAGE)
    for place in range(len(signature)):
        altered = bytearray(signature)
        altered[place] ^= 0x80
        with pytest.raises(InvalidSignatureError):
            key.verify(bytes(altered), MESSAGE)


@pytest.mark.parametrize("size", [0, 63, 65])
def test_a_signature_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(InvalidSignatureError):
        VerifyingKey(key_of("AU").public_bytes).verify(bytes(size), MESSAGE)


def test_keys_of_another_size_are_malformed() -> None:
    with pytest.raises(MalformedBytesError, match="32 bytes, got 31"):
        SigningKey(bytes(31))
    with pytest.raises(MalformedBytesError, match="32 bytes, got 33"):
        VerifyingKey(bytes(33))


def test_a_private_key_does_not_show_itself() -> None:
    seed = sha256(b"AU")
    assert seed.hex() not in repr(SigningKey(seed))
    assert seed.hex() not in str(SigningKey(seed))
