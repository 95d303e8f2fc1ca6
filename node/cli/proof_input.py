"""Proof files as commands take them in: as JSON, inside the PDF of a certificate, or as the text of its codes."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, NoReturn

from node.cli.output import ExitCode, fail

if TYPE_CHECKING:
    from ledger.genesis import Genesis
    from ledger.proof.errors import ProofFileError

Form = Literal["json", "pdf", "text"]

HINT_LATER = "use a later version of this program"
_HINT_NO = "do not rely on this file; have a new one made at a node"
_HINT_UNDECIDED = f"{HINT_LATER}, or give the access code with --codes"
_HINT_PARTS = "scan the codes that are missing too, and put all texts into one file"
_HINT_TEXT = (
    "scan the codes of one certificate again, and put their texts and nothing else into one file"
)


class ProofInput(NamedTuple):
    """A proof file, and the form in which it came."""

    file: bytes
    """JSON, not yet verified."""
    form: Form
    given: bytes
    """What was read."""


def proof_in(given: bytes, trusted: "Genesis") -> ProofInput:
    """The proof file in what was given, in whatever form.

    Raises:
        InvalidProofFileError: it is in none of these forms, or damaged.
        UndecidableProofFileError: parts of a scanned text are missing, or it is of a later version.
    """
    from ledger.proof.compact import expanded
    from ledger.proof.errors import InvalidProofFileError
    from ledger.proof.scanned_text import from_text, is_scanned_text
    from node.pdf_reading import UnreadablePdfError, attached_proof, is_pdf

    given = _as_utf8(given)
    if is_scanned_text(given):
        return ProofInput(expanded(from_text(given), trusted), "text", given)
    if is_pdf(given):
        try:
            return ProofInput(attached_proof(given), "pdf", given)
        except UnreadablePdfError as error:
            raise InvalidProofFileError("form", str(error)) from error
    return ProofInput(given, "json", given)


def refuse(file: Path, error: "ProofFileError", undecided: str = _HINT_UNDECIDED) -> NoReturn:
    """End the command: the file proves nothing (1), or cannot be judged here (3), where `undecided` is the hint.

    Raises:
        CommandError: always.
    """
    from ledger.proof.errors import MisreadTextError, MissingPartsError, UndecidableProofFileError

    details = {"check": error.check, "file": str(file)}
    if not isinstance(error, UndecidableProofFileError):
        is_misread = isinstance(error, MisreadTextError)
        fail(ExitCode.NO, f"{file}: {error}", _HINT_TEXT if is_misread else _HINT_NO, details)
    hint = _HINT_PARTS if isinstance(error, MissingPartsError) else undecided
    fail(ExitCode.UNDECIDABLE, f"{file}: {error}", hint, details)


def _as_utf8(given: bytes) -> bytes:
    """A text that was saved as UTF-16, as some editors do; anything else as it is."""
    if not given.startswith((b"\xff\xfe", b"\xfe\xff")):
        return given
    try:
        return given.decode("utf-16").encode()
    except UnicodeDecodeError:
        return given
