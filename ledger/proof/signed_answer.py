"""Answers that an office signs, as a JWS: its word, in a form that any JOSE library checks (docs/standard-forms.md)."""

import json
from typing import Annotated, Literal

import msgspec

from crypto import jws
from crypto.errors import InvalidSignatureError, MalformedBytesError
from crypto.signing import SigningKey
from ledger.block import TIME_MS_MAX, Header, header_hash
from ledger.genesis import Genesis
from ledger.proof.document import FILE_BYTES_MAX, Subject, expect_question, without_repetition
from ledger.proof.errors import InvalidProofFileError, UndecidableProofFileError

_Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
_WORD = "All of it: the office signed for this answer, and nothing else is shown."


class SignedAnswer(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """The payload: what was asked, what the register answered, and at which block of which network."""

    format: Literal["ipregister-answer"]
    version: Literal[1]
    network_id: _Digest
    subject: Subject
    """As in a proof file: the question without its access code, and the answer without suggestions."""
    height: Annotated[int, msgspec.Meta(ge=0)]
    """Of the block after which the answer holds."""
    block_hash: _Digest
    """The hash of that block: an office that tells two stories of one height signs for both."""
    time_ms: Annotated[int, msgspec.Meta(ge=0, le=TIME_MS_MAX)]
    """The time of that block, in Unix milliseconds."""


class AnswerVerdict(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a signed answer shows: the word of one office."""

    kind: str
    outcome: str
    summary: str
    is_recomputed: Literal[False] = False
    node_word_bag: tuple[str, ...] = (_WORD,)
    height: int
    block_hash: str
    time_ms: int
    network_id: str
    attested_by: str


class _Opening(msgspec.Struct):
    """What every version of the payload begins with."""

    format: Literal["ipregister-answer"]
    version: int
    network_id: str = msgspec.field(name="networkId")


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(SignedAnswer)
_opening_decoder = msgspec.json.Decoder(_Opening)


def is_signed_answer(data: bytes) -> bool:
    """Whether the bytes begin as a compact JWS does."""
    return data.startswith(b"eyJ")


def answer_at(header: Header, subject: Subject) -> SignedAnswer:
    """The payload of an answer that holds after the block of this header."""
    return SignedAnswer(
        format="ipregister-answer",
        version=1,
        network_id=header.network_id.hex(),
        subject=subject,
        height=header.height,
        block_hash=header_hash(header).hex(),
        time_ms=header.time_ms,
    )


def sign_answer(answer: SignedAnswer, office: str, key: SigningKey) -> bytes:
    """The compact JWS of an answer, signed by the office."""
    return jws.sign(jws.ANSWER, key, office, _encoder.encode(answer))


def verify_signed_answer(data: bytes, trusted: Genesis) -> AnswerVerdict:
    """Return what the office signed for. White space around the JWS is left aside.

    Raises:
        InvalidProofFileError: no office of this network signed for it; `check` names the first check that failed.
        UndecidableProofFileError: it is of a later version.
    """
    if len(data) > FILE_BYTES_MAX:
        raise InvalidProofFileError("form", f"expected at most {FILE_BYTES_MAX} bytes")
    data, keyring = data.strip(), trusted.keyring()
    try:
        office, payload = jws.read(jws.ANSWER, data)
    except MalformedBytesError as error:
        raise InvalidProofFileError("form", str(error)) from error
    _expect_known(payload, keyring.network_id.hex())
    answer = _decode(payload)
    _expect_coherent(answer)
    try:
        jws.verify(jws.ANSWER, data, keyring)
    except (InvalidSignatureError, MalformedBytesError) as error:
        raise InvalidProofFileError("attestation", f"{office}: {error}") from error
    return AnswerVerdict(
        kind=str(answer.subject.__struct_config__.tag),
        outcome=answer.subject.answer.outcome,
        summary=answer.subject.answer.summary,
        height=answer.height,
        block_hash=answer.block_hash,
        time_ms=answer.time_ms,
        network_id=answer.network_id,
        attested_by=office,
    )


def _expect_known(payload: bytes, network_id: str) -> None:
    try:
        opening = _opening_decoder.decode(payload)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidProofFileError("form", f"expected a whole signed answer: {error}") from error
    if opening.version > 1:
        raise UndecidableProofFileError("version", f"expected version 1, got {opening.version}")
    if opening.network_id != network_id:
        raise InvalidProofFileError(
            "genesis", f"expected network {network_id}, got {opening.network_id:.64}"
        )


def _decode(payload: bytes) -> SignedAnswer:
    """The payload, of which there is one reading: no member is unknown, or comes twice."""
    try:
        answer = _decoder.decode(payload)
        read_otherwise = json.loads(payload, object_pairs_hook=without_repetition)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidProofFileError("form", str(error)) from error
    if json.loads(_encoder.encode(answer)) != read_otherwise:
        raise InvalidProofFileError("form", "expected only members that the format knows")
    expect_question(answer.subject)
    return answer


def _expect_coherent(answer: SignedAnswer) -> None:
    told = (answer.subject.answer.height, answer.subject.answer.time_ms)
    if told != (answer.height, answer.time_ms):
        raise InvalidProofFileError(
            "answer", f"expected height {answer.height} and time {answer.time_ms}, got {told!s:.80}"
        )
