from base64 import urlsafe_b64encode

import pytest
from builders.offices import key_of, keyring_of
from builders.vectors import vectors
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import InvalidSignatureError, MalformedBytesError
from crypto.jws import open_submission, protected_header, read_submission, sign_submission

KEYRING = keyring_of()
PAYLOAD = b'{"networkId":"00"}'
SIGNED = sign_submission(key_of("AU"), "AU", PAYLOAD)


def encoded(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def signed_under(header: bytes, payload: bytes = PAYLOAD, office: str = "AU") -> bytes:
    signing_input = encoded(header) + b"." + encoded(payload)
    return signing_input + b"." + encoded(key_of(office).sign(signing_input))


@given(st.binary(max_size=300))
def test_what_was_signed_comes_out(payload: bytes) -> None:
    signed = sign_submission(key_of("EP"), "EP", payload)
    assert open_submission(signed, KEYRING) == ("EP", payload)
    assert read_submission(signed) == ("EP", payload)


def test_the_bytes_are_the_known_ones() -> None:
    known = vectors("jws")
    assert sign_submission(key_of("AU"), "AU", known["payload"].encode()).decode() == known["jws"]


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"none","kid":"AU","typ":"ipregister-submission+jws"}',
        b'{"alg":"HS256","kid":"AU","typ":"ipregister-submission+jws"}',
        b'{"alg":"EdDSA","kid":"AU","typ":"JWT"}',
        b'{"alg":"EdDSA","kid":"AU"}',
        b'{"kid":"AU","alg":"EdDSA","typ":"ipregister-submission+jws"}',
        b'{"alg":"EdDSA", "kid":"AU","typ":"ipregister-submission+jws"}',
        b'{"alg":"EdDSA","kid":"au","typ":"ipregister-submission+jws"}',
        b'{"alg":"EdDSA","kid":"AUS","typ":"ipregister-submission+jws"}',
        b'{"alg":"EdDSA","kid":"A\xc3\x84","typ":"ipregister-submission+jws"}',
        b'{"alg":"EdDSA","kid":"AU","typ":"ipregister-submission+jws","crit":["x"]}',
        b"",
    ],
)
def test_only_the_fixed_header_is_taken(header: bytes) -> None:
    with pytest.raises(MalformedBytesError, match="protected header"):
        open_submission(signed_under(header), KEYRING)


def test_a_signature_of_another_key_is_refused() -> None:
    for data in (
        signed_under(protected_header("AU"), office="EP"),
        sign_submission(key_of("XX"), "XX", PAYLOAD),
    ):
        with pytest.raises(InvalidSignatureError):
            open_submission(data, KEYRING)


def test_an_altered_payload_is_refused() -> None:
    header, _, signature = SIGNED.split(b".")
    with pytest.raises(InvalidSignatureError):
        open_submission(b".".join((header, encoded(PAYLOAD + b" "), signature)), KEYRING)


def test_a_second_spelling_of_a_signature_is_refused() -> None:
    # 64 bytes leave four bits of the last character free.
    spellings = {SIGNED[:-1] + bytes([last]) for last in b"ABCDEFGHQgwxyz0189-_"} - {SIGNED}
    for data in (*spellings, SIGNED + b"=", SIGNED + b"==", SIGNED + b"\n", SIGNED + b"AA"):
        with pytest.raises((MalformedBytesError, InvalidSignatureError)):
            open_submission(data, KEYRING)


def test_standard_base64_and_padding_are_refused() -> None:
    header, payload, signature = SIGNED.split(b".")
    for spelling in (payload + b"=", payload[:-2] + b"+/", payload[:-1] + b"!", payload + b" "):
        with pytest.raises((MalformedBytesError, InvalidSignatureError)):
            open_submission(b".".join((header, spelling, signature)), KEYRING)


@pytest.mark.parametrize("data", [b"", b".", b"a.b", b"a.b.c.d", SIGNED[:-1], b"\xff.\xff.\xff"])
def test_what_is_no_jws_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedBytesError):
        open_submission(data, KEYRING)


@given(st.binary(max_size=200))
def test_random_bytes_are_malformed(data: bytes) -> None:
    with pytest.raises(MalformedBytesError):
        open_submission(data, KEYRING)
