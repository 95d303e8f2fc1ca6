"""The form of a proof file (docs/proofs.md): JSON whose every member the verifier checks."""

import json
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from crypto import base64url
from crypto.digest import sha256
from crypto.errors import MalformedBytesError
from ledger.genesis import Genesis
from ledger.proof.errors import CheckName, InvalidProofFileError, UndecidableProofFileError
from ledger.proof.filing_question import FilingAnswer, NamedFiling
from ledger.proof.question_limits import fault_in
from ledger.register.outcome import Outcome
from ledger.register.verification import (
    FilingQuestion,
    FilingVerification,
    PriorityRequest,
    Verification,
)

FORMAT: Final = "ipregister-proof"
VERSION: Final = 1
RULES_EDITION = 1
"""Raised when the register's rules come to answer a question otherwise than before."""
FILE_BYTES_MAX = 8 * 1024 * 1024
FACTS_MAX = 1000
"""Facts in a file: a claim needs 2 to 40."""


class _Part(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    pass


class PrioritySubject(_Part, frozen=True, kw_only=True, tag_field="kind", tag="priority"):
    """Whether a first filing gives priority to a second one."""

    question: PriorityRequest
    """Without its access code, which never stands in a proof file."""
    is_code_withheld: bool = False
    """Whether the question had one."""
    answer: Verification
    """Without suggestions: they are guesses."""


class FilingSubject(_Part, frozen=True, kw_only=True, tag_field="kind", tag="filing"):
    """Whether an application number is registered."""

    question: NamedFiling
    answer: FilingAnswer


class FilingVerificationSubject(
    _Part, frozen=True, kw_only=True, tag_field="kind", tag="filingVerification"
):
    """Which claims of one filing give it their priority, and what they show together."""

    question: FilingQuestion
    """Without access codes: a claim to a filing that is not published is proved on its own."""
    answer: FilingVerification
    """Without suggestions."""


Subject: TypeAlias = PrioritySubject | FilingSubject | FilingVerificationSubject


class ProvedFact(_Part, frozen=True, kw_only=True):
    """What the register holds under a key at the height of the answer."""

    key: str
    """ASCII."""
    value: str | None = None
    """Base64url; left out: the key is absent."""
    proof: str
    """Base64url of the state proof: presence or absence."""


_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
"""A height or an index, up to what JSON numbers hold everywhere (RFC 8259, 6)."""


class ProvedEntry(_Part, frozen=True, kw_only=True):
    """An entry that a fact comes from, as its office signed for it, and what the register said to it."""

    ip_office_code: str
    entry: str
    """Base64url of its exact bytes: JSON."""
    outcome: tuple[str, str, str, int, int]
    """Status, reason, subject, height, index: as in its leaf."""
    height: _Count
    index: _Count
    path_bag: tuple[str, ...]
    """Hexadecimal: from the entry's leaf to the entries root of the block of this height."""


class ProvedHeader(_Part, frozen=True, kw_only=True):
    """The header of an earlier block than the checkpoint's."""

    header: str
    """Base64url."""
    history_path_bag: tuple[str, ...]
    """Hexadecimal: from the block's hash to the history root of the checkpoint's header."""


class OfficeSignature(_Part, frozen=True, kw_only=True):
    """The signature of an office, in base64url."""

    ip_office_code: str
    signature: str


class Checkpoint(_Part, frozen=True, kw_only=True):
    """The block that a quorum of the offices signed for, and to which all else leads."""

    header: str
    """Base64url."""
    signature_bag: tuple[OfficeSignature, ...]


class LinksRead(_Part, frozen=True, kw_only=True):
    """Derived links that the rules read: not in the state tree, so they are the node's word."""

    prefix: str
    """Base64url."""
    after: str = ""
    limit: int | None = None
    link_bag: tuple[tuple[str, str], ...] = ()
    """Keys and values in base64url."""


class ProofDocument(_Part, frozen=True, kw_only=True):
    """One proof file."""

    format: Literal["ipregister-proof"]
    version: Literal[1]
    rules_edition: int
    genesis: Genesis
    """The chain from the genesis to the keys that signed: in protocol version 1 they are those of the genesis."""
    subject: Subject
    height: _Count
    """Of the block after which the answer holds."""
    fact_bag: tuple[ProvedFact, ...]
    """Sorted by key."""
    entry_bag: tuple[ProvedEntry, ...]
    """Sorted by height and index."""
    links_read_bag: tuple[LinksRead, ...] = ()
    header_bag: tuple[ProvedHeader, ...] = ()
    """Sorted by height; that of the checkpoint is not repeated."""
    checkpoint: Checkpoint
    attestation: OfficeSignature | None = None
    """The office whose node answered signs for all the rest. Required; None only while a file is made."""


class _Opening(msgspec.Struct):
    """What every version of the format begins with."""

    format: str
    version: int


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(ProofDocument)
_opening_decoder = msgspec.json.Decoder(_Opening)


def encode_proof_file(document: ProofDocument) -> bytes:
    """The file: JSON without spaces, members sorted by name (RFC 8785)."""
    return _encoder.encode(document)


def content_digest(document: ProofDocument) -> bytes:
    """SHA-256 over the file without its attestation: what the attesting office signs."""
    return sha256(_encoder.encode(msgspec.structs.replace(document, attestation=None)))


def decode_proof_file(data: bytes) -> ProofDocument:
    """The document in a file, not yet verified. White space and the order of members are free.

    Raises:
        InvalidProofFileError: it is none; the message names the place.
        UndecidableProofFileError: it is of a later version.
    """
    if len(data) > FILE_BYTES_MAX:
        raise InvalidProofFileError(
            "form", f"expected at most {FILE_BYTES_MAX} bytes, got {len(data)}"
        )
    try:
        opening = _opening_decoder.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidProofFileError("form", f"expected a whole proof file: {error}") from error
    if opening.format != FORMAT:
        raise InvalidProofFileError("form", f"expected format {FORMAT}, got {opening.format!r:.80}")
    if opening.version > VERSION:
        raise UndecidableProofFileError(
            "version", f"expected version {VERSION}, got {opening.version}"
        )
    try:
        document = _decoder.decode(data)
        read_otherwise = json.loads(data, object_pairs_hook=without_repetition)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidProofFileError("form", str(error)) from error
    if json.loads(encode_proof_file(document)) != read_otherwise:
        raise InvalidProofFileError("form", "expected only members that the format knows")
    expect_question(document.subject)
    if len(document.fact_bag) > FACTS_MAX:
        raise InvalidProofFileError(
            "form", f"expected at most {FACTS_MAX} facts, got {len(document.fact_bag)}"
        )
    return document


def expect_question(subject: Subject) -> None:
    """Return when the question holds what a question in a file may hold: no access code, and no long texts.

    Raises:
        InvalidProofFileError: it does not. The message repeats nothing of it.
    """
    fault = fault_in(subject.question)
    if fault is not None:
        raise InvalidProofFileError("form", fault)


def without_repetition(members: list[tuple[str, object]]) -> dict[str, object]:
    """The members of a JSON object, of which none comes twice: the file has one reading.

    Raises:
        ValueError: one does.
    """
    if len(dict(members)) < len(members):
        names = ", ".join(name for name, _ in members)
        raise ValueError(f"expected each member once, got {names:.200}")
    return dict(members)


def outcome_of(entry: ProvedEntry) -> Outcome:
    """The outcome of an entry.

    Raises:
        InvalidProofFileError: it is none.
    """
    try:
        return msgspec.convert(entry.outcome, Outcome)
    except msgspec.ValidationError as error:
        raise InvalidProofFileError("entries", f"outcome: {error}") from error


def to_bytes(check: CheckName, text: str) -> bytes:
    """The bytes of unpadded base64url in its one form.

    Raises:
        InvalidProofFileError: it is not.
    """
    try:
        data = base64url.decode(text)
    except (MalformedBytesError, ValueError):
        data = None
    if data is None or base64url.encode(data) != text:
        raise InvalidProofFileError(check, f"expected unpadded base64url, got {text!r:.80}")
    return data


def to_path(check: CheckName, texts: tuple[str, ...]) -> tuple[bytes, ...]:
    """The nodes of a path in lower-case hexadecimal.

    Raises:
        InvalidProofFileError: they are not.
    """
    try:
        path = tuple(map(bytes.fromhex, texts))
    except ValueError as error:
        raise InvalidProofFileError(check, f"expected hexadecimal: {error}") from error
    if tuple(node.hex() for node in path) != texts:
        raise InvalidProofFileError(check, "expected lower-case hexadecimal without spaces")
    return path
