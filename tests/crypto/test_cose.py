"""COSE_Sign1: the known bytes of the standard, and another library's verdict."""

import pytest
import scitt_cose
from builders.offices import key_of
from builders.public_keys import pem_of
from cbor2 import CBORTag, dumps
from hypothesis import given
from hypothesis import strategies as st

from crypto import cbor, cose
from crypto.errors import InvalidSignatureError, MalformedBytesError
from crypto.signing import SigningKey, VerifyingKey

# Example eddsa-sig-01 of the COSE working group; the key is that of RFC 8032, 7.1, test 1.
EXAMPLE = bytes.fromhex(
    "d28445a201270300a10442313154546869732069732074686520636f6e74656e742e5840"
    "7142fd2ff96d56db85bee905a76ba1d0b7321a95c8c4d3607c5781932b7afb8711497dfa751bf40b58b3bcc32300b148"
    "7f3db34085eef013bf08f4a44d6fef0d"
)
EXAMPLE_KEY = SigningKey(
    bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
)


def test_the_bytes_are_those_of_the_working_groups_example() -> None:
    signed = cose.sign(EXAMPLE_KEY, {1: -8, 3: 0}, {4: b"11"}, b"This is the content.")
    assert cose.encode_sign1(signed) == EXAMPLE
    read = cose.decode_sign1(EXAMPLE)
    assert read == signed
    cose.verify(read, VerifyingKey(EXAMPLE_KEY.public_bytes), b"This is the content.")


@given(st.binary(max_size=300))
def test_another_library_verifies_what_is_signed_here(payload: bytes) -> None:
    header: cose.HeaderMap = {cose.ALGORITHM: cose.EDDSA, cose.KEY_ID: b"AU"}
    data = cose.encode_sign1(cose.sign(key_of("AU"), header, {}, payload))
    assert scitt_cose.verify_sign1(data, public_key_pem=pem_of("AU")).payload == payload


def test_an_altered_message_is_refused() -> None:
    message, key = cose.decode_sign1(EXAMPLE), VerifyingKey(EXAMPLE_KEY.public_bytes)
    payload = message.payload or b""
    for altered in (
        message._replace(protected=cbor.encode({1: -19, 3: 0})),
        message._replace(signature=message.signature[:-1]),
        message._replace(signature=b""),
        message._replace(signature=message.signature[:63] + bytes([message.signature[63] ^ 1])),
    ):
        with pytest.raises(InvalidSignatureError):
            cose.verify(altered, key, payload)
    with pytest.raises(InvalidSignatureError):
        cose.verify(message, key, payload + b" ")


@pytest.mark.parametrize(
    "value",
    [
        [b"", {}, b"", b""],
        CBORTag(18, [b"", {}, b""]),
        CBORTag(18, [b"", {}, b"", b"", b""]),
        CBORTag(18, ["", {}, b"", b""]),
        CBORTag(18, [b"", [], b"", b""]),
        CBORTag(18, [b"", {}, 7, b""]),
        CBORTag(18, [b"", {}, b"", None]),
        CBORTag(18, {}),
        CBORTag(18, CBORTag(18, [])),
        None,
    ],
)
def test_what_is_no_tagged_message_is_malformed(value: object) -> None:
    with pytest.raises(MalformedBytesError, match="expected"):
        cose.decode_sign1(dumps(value))


def test_a_protected_header_is_a_map_or_malformed() -> None:
    message = cose.decode_sign1(EXAMPLE)
    assert cose.protected_map(message) == {1: -8, 3: 0}
    for header in (b"", b"\x80", b"\xa2\x01\x01\x01\x02", b"\xa0\xa0"):
        with pytest.raises(MalformedBytesError):
            cose.protected_map(message._replace(protected=header))
