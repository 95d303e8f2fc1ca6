"""Files in standard forms: what they prove, and what a person is told of it (docs/standard-forms.md)."""

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from ledger.genesis import Genesis
from ledger.proof.errors import InvalidProofFileError
from node.verifier.moments import moment

if TYPE_CHECKING:
    from ledger.proof.cose.verifying import EntryVerdict
    from ledger.proof.signed_answer import AnswerVerdict


class Judged(NamedTuple):
    """A file that says the truth, and how far."""

    is_enough: bool
    """Whether a quorum of the offices stands behind it, or the office whose word the caller takes."""
    mark: str
    lines: list[str]
    """What a person is told; the first one follows the mark."""
    document: dict[str, Any]
    """The same as JSON."""


def is_standard_form(content: bytes) -> bool:
    """Whether the bytes begin as a tagged COSE_Sign1 or a compact JWS does."""
    return content.startswith((b"\xd2", b"eyJ"))


def judge(content: bytes, genesis: Genesis, word_of: str | None) -> Judged:
    """Return what a file in a standard form shows. `word_of`: the office whose word the caller takes, of a JWS.

    Raises:
        InvalidProofFileError: it does not prove what it says, or is the word of another office.
        UndecidableProofFileError: it is of a later version.
        ModuleNotFoundError: the package for COSE is not installed.
    """
    if content.startswith(b"eyJ"):
        from ledger.proof.signed_answer import verify_signed_answer  # noqa: PLC0415 - needed for it only

        return _judge_answer(verify_signed_answer(content, genesis), word_of)
    from ledger.proof.cose.verifying import verify_statement  # noqa: PLC0415 - needs cbor2

    return _judge_entry(verify_statement(content, genesis), genesis)


def _judge_entry(verdict: "EntryVerdict", genesis: Genesis) -> Judged:
    offices, receipts = len(genesis.offices), verdict.receipt_bag
    rejected = f" (the register rejected it: {verdict.reason})"
    what = rejected if verdict.status == "rejected" else ""
    lines = [
        f"{verdict.subject}, {verdict.status}{what}, declared by {verdict.ip_office_code}",
        (
            f"entry {verdict.index} of block {verdict.height} of {moment(verdict.time_ms)};"
            f" receipts of {', '.join(receipts)}"
        ),
    ]
    if verdict.signer_bag:
        signers = ", ".join(verdict.signer_bag)
        lines.append(f"signed by {signers} ({len(verdict.signer_bag)} of {offices} offices)")
    if not verdict.is_certified:
        lines.append(
            f"no certificate in the file, and receipts of {len(receipts)} of {offices} offices:"
            f" {verdict.missing} more are needed (ipregister receipt join)"
        )
    lines.append(verdict.entry)
    mark = "VALID" if verdict.is_certified else "RECEIPT VALID"
    return Judged(verdict.is_certified, mark, lines, msgspec.to_builtins(verdict))


def _judge_answer(verdict: "AnswerVerdict", word_of: str | None) -> Judged:
    office = verdict.attested_by
    if word_of is not None and word_of.upper() != office:
        raise InvalidProofFileError(
            "attestation", f"expected the word of {word_of.upper()}, got that of {office}"
        )
    lines = [
        f"by {office}: {verdict.outcome}: {verdict.summary}",
        f"as of block {verdict.height} of {moment(verdict.time_ms)}",
        f"only the word of {office}: nothing in the file proves it to others",
    ]
    if word_of is None:
        lines.append(
            f"to take its word, add --word-of {office}; 'ipregister proof make' gives a proof"
        )
    return Judged(word_of is not None, "SIGNED", lines, msgspec.to_builtins(verdict))
