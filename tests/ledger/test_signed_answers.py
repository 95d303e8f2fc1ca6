"""Answers that an office signs (JWS): a JOSE library verifies them, and they are never taken for anything else."""

import json
from datetime import date
from typing import Any

import pytest
from builders.ledgers import GENESIS, KEYRING, START_MS, signed
from builders.ledgers import filing as filed
from builders.offices import key_of
from builders.proof_files import CODE, FILED, filing_of, first, priority_of, register
from builders.public_keys import jwk_of
from builders.vectors import vectors
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as joserfc_jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from crypto import base64url, jws
from crypto.errors import MalformedBytesError
from ledger.block import header_hash
from ledger.proof.document import FILE_BYTES_MAX, ProofDocument
from ledger.proof.errors import InvalidProofFileError, UndecidableProofFileError
from ledger.proof.signed_answer import (
    AnswerVerdict,
    SignedAnswer,
    answer_at,
    is_signed_answer,
    sign_answer,
    verify_signed_answer,
)
from ledger.register.verification import FirstFiling

HEADER = register().header(5)
HASH = header_hash(HEADER).hex()
SEALED_FIRST = FirstFiling(
    ip_office_code="EP",
    application_number_text="13900001",
    filing_date=FILED,
    right="patent",
    access_code=CODE.printed,
)


def answer_of(document: ProofDocument) -> SignedAnswer:
    return answer_at(HEADER, document.subject)


ANSWER = answer_of(priority_of(first(1)))
SIGNED = sign_answer(ANSWER, "AU", key_of("AU"))
KEYS = KeySet.import_key_set({"keys": [jwk_of(office) for office in ("AU", "EP", "JP", "US")]})


def refusal(data: bytes) -> str:
    """The check that fails, with its message."""
    with pytest.raises(InvalidProofFileError) as caught:
        verify_signed_answer(data, GENESIS)
    assert str(caught.value).startswith(f"{caught.value.check}: ")
    return str(caught.value)


def signed_payload(payload: object, form: jws.JwsForm = jws.ANSWER, office: str = "AU") -> bytes:
    content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return jws.sign(form, key_of("AU"), office, content)


def payload_of(data: bytes = SIGNED) -> Any:  # noqa: ANN401 - JSON
    return json.loads(base64url.decode(data.split(b".")[1].decode()))


def test_the_word_of_an_office_is_told_as_its_word() -> None:
    verdict = verify_signed_answer(SIGNED, GENESIS)
    assert verdict == AnswerVerdict(
        kind="priority",
        outcome="confirmed",
        summary="AU 2013000001 of 2013-05-06 gives priority until 2014-05-07.",
        height=5,
        block_hash=HASH,
        time_ms=START_MS + 5,
        network_id=GENESIS.network_id().hex(),
        attested_by="AU",
    )
    assert (verdict.is_recomputed, len(verdict.node_word_bag)) == (False, 1)
    absent = sign_answer(answer_of(filing_of(9)), "US", key_of("US"))
    told = verify_signed_answer(absent, GENESIS)
    assert (told.kind, told.outcome, told.attested_by) == ("filing", "noSuchFiling", "US")


def test_an_ordinary_jose_library_verifies_it() -> None:
    token = joserfc_jws.deserialize_compact(SIGNED.decode(), KEYS, algorithms=["Ed25519"])
    assert token.headers() == {"alg": "Ed25519", "kid": "AU", "typ": "ipregister-answer+jws"}
    payload = json.loads(token.payload)
    assert payload["subject"]["answer"]["outcome"] == "confirmed"
    assert (payload["height"], payload["networkId"]) == (5, GENESIS.network_id().hex())
    header, body, signature = SIGNED.decode().split(".")
    altered = base64url.encode(base64url.decode(body).replace(b"confirmed", b"sureaswas"))
    with pytest.raises(JoseError):
        joserfc_jws.deserialize_compact(
            f"{header}.{altered}.{signature}", KEYS, algorithms=["Ed25519"]
        )


def test_what_that_library_signs_is_verified_here() -> None:
    from joserfc.jwk import OKPKey  # noqa: PLC0415 - makes a key of a secret, here only

    secret = {**jwk_of("AU"), "d": base64url.encode(_seed_of("AU"))}
    header = {"alg": "Ed25519", "kid": "AU", "typ": "ipregister-answer+jws"}
    made = joserfc_jws.serialize_compact(
        header, json.dumps(payload_of()), OKPKey.import_key(secret), algorithms=["Ed25519"]
    )
    assert verify_signed_answer(made.encode(), GENESIS) == verify_signed_answer(SIGNED, GENESIS)


def _seed_of(office: str) -> bytes:
    from crypto.digest import sha256  # noqa: PLC0415 - as `key_of` makes it

    return sha256(office.encode())


def test_the_bytes_are_the_known_ones() -> None:
    assert SIGNED.decode() == vectors("signed_answer")["jws"]


def test_an_access_code_never_stands_in_it() -> None:
    answer = answer_of(priority_of(SEALED_FIRST))
    data = base64url.decode(sign_answer(answer, "AU", key_of("AU")).split(b".")[1].decode())
    for secret in (CODE.printed, CODE.printed.replace("-", ""), CODE.secret.hex()):
        assert secret.encode() not in data
    assert b'"isCodeWithheld":true' in data


def test_one_that_an_access_code_stands_in_is_refused_and_the_code_not_repeated() -> None:
    payload = payload_of()
    payload["subject"]["question"]["first"]["accessCode"] = CODE.printed
    assert refusal(signed_payload(payload)) == "form: expected no access code in the question"


@pytest.mark.parametrize("time_ms", [-1, 253_402_300_800_000, 2**63, 10**30])
def test_a_time_that_no_calendar_shows_is_refused(time_ms: int) -> None:
    payload = payload_of()
    payload["timeMs"] = payload["subject"]["answer"]["timeMs"] = time_ms
    assert refusal(signed_payload(payload)).startswith("form: ")


def test_a_height_below_the_first_is_refused() -> None:
    payload = payload_of()
    payload["height"] = payload["subject"]["answer"]["height"] = -5
    assert refusal(signed_payload(payload)).startswith("form: ")


# -- lies, and what is something else -------------------------------------------------------------


def test_what_was_altered_or_is_not_an_answer_of_this_network_is_refused() -> None:
    header, body, signature = SIGNED.split(b".")
    altered = base64url.encode(
        base64url.decode(body.decode()).replace(b'"confirmed"', b'"noSuchFiling"')
    ).encode()
    other = dict(payload_of(), networkId="00" * 32)
    later = payload_of()
    later["subject"]["answer"]["height"] = 6
    assert {
        "another payload": refusal(header + b"." + altered + b"." + signature),
        "another signer": refusal(signed_payload(payload_of(), office="JP")),
        "a signer that there is not": refusal(signed_payload(payload_of(), office="XX")),
        "another network": refusal(signed_payload(other)),
        "an answer of another height": refusal(signed_payload(later)),
    } == {
        "another payload": f"attestation: AU: signature does not answer to key {key_of('AU').public_bytes.hex()[:16]}",
        "another signer": f"attestation: JP: signature does not answer to key {key_of('JP').public_bytes.hex()[:16]}",
        "a signer that there is not": "attestation: XX: office 'XX' is not of this network",
        "another network": f"genesis: expected network {GENESIS.network_id().hex()}, got {'00' * 32}",
        "an answer of another height": (
            f"answer: expected height 5 and time {START_MS + 5}, got (6, {START_MS + 5})"
        ),
    }


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"none","kid":"AU","typ":"ipregister-answer+jws"}',
        b'{"alg":"HS256","kid":"AU","typ":"ipregister-answer+jws"}',
        b'{"alg":"EdDSA","kid":"AU","typ":"ipregister-answer+jws"}',
        b'{"alg":"Ed25519","kid":"AU","typ":"ipregister-submission+jws"}',
        b'{"alg":"Ed25519","kid":"AU","typ":"JWT"}',
        b'{"alg":"Ed25519","kid":"AU"}',
        b'{"alg":"Ed25519","kid":"AU","typ":"ipregister-answer+jws","jwk":{}}',
        b'{"alg":"Ed25519","kid":"AU","typ":"ipregister-answer+jws","crit":["b64"],"b64":false}',
    ],
)
def test_only_the_fixed_header_is_taken(header: bytes) -> None:
    signing_input = base64url.encode(header).encode() + b"." + SIGNED.split(b".")[1]
    signature = base64url.encode(key_of("AU").sign(signing_input)).encode()
    assert refusal(signing_input + b"." + signature).startswith("form: protected header: expected")


def test_an_answer_is_no_submission_and_a_submission_is_no_answer() -> None:
    with pytest.raises(MalformedBytesError, match="protected header"):
        jws.open_submission(SIGNED, KEYRING)
    submission = signed(filed(1, date(2013, 5, 6)))
    assert is_signed_answer(submission)
    assert refusal(submission).startswith("form: protected header")
    disguised = signed_payload(payload_of(), jws.SUBMISSION)
    assert refusal(disguised).startswith("form: protected header")


@pytest.mark.parametrize(
    "name", ["format", "version", "networkId", "subject", "height", "blockHash", "timeMs"]
)
def test_no_member_can_be_missing(name: str) -> None:
    payload = payload_of()
    del payload[name]
    assert refusal(signed_payload(payload)).startswith("form: ")


def test_a_payload_has_one_reading() -> None:
    content = json.dumps(payload_of()).encode()
    assert refusal(signed_payload(content.replace(b'"height": 5', b'"height": 4, "height": 5', 1)))
    assert refusal(signed_payload({**payload_of(), "more": 1})).startswith("form: ")
    deep = payload_of()
    deep["subject"]["answer"]["note"] = "more"
    assert refusal(signed_payload(deep)) == "form: expected only members that the format knows"
    for bad in (b"", b"[]", b"{", b"\xff", b"[" * 100_000, content[:-1]):
        assert refusal(signed_payload(bad)).startswith("form: ")


def test_an_answer_that_is_too_new_is_undecided() -> None:
    later = {"format": "ipregister-answer", "version": 2, "networkId": "?", "what": "else"}
    with pytest.raises(UndecidableProofFileError, match="version: expected version 1, got 2"):
        verify_signed_answer(signed_payload(later), GENESIS)


def test_white_space_around_it_is_left_aside() -> None:
    assert verify_signed_answer(b"\n" + SIGNED + b"\r\n", GENESIS).outcome == "confirmed"
    assert refusal(SIGNED[:50] + b"\n" + SIGNED[50:]).startswith("form: ")


@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 127))
def test_any_altered_byte_is_found(place: int, change: int) -> None:
    altered = bytearray(SIGNED)
    altered[place] ^= change
    if bytes(altered).strip() != SIGNED:
        with pytest.raises((InvalidProofFileError, UndecidableProofFileError)):
            verify_signed_answer(bytes(altered), GENESIS)


@given(st.integers(0, len(SIGNED) - 1))
def test_a_truncated_one_is_refused(length: int) -> None:
    assert refusal(SIGNED[:length])


def test_one_that_is_too_large_is_refused_before_it_is_read() -> None:
    assert refusal(b"eyJ" + b"A" * FILE_BYTES_MAX).startswith("form: expected at most")
