"""Verifies files in standard forms: COSE statements, and signed answers (JWS)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from node.cli.output import ExitCode, data, fail, print_json

if TYPE_CHECKING:
    from ledger.genesis import Genesis
    from ledger.proof.cose.verifying import EntryVerdict
    from ledger.proof.errors import ProofFileError
    from ledger.proof.signed_answer import AnswerVerdict

WordOption = Annotated[
    str | None,
    typer.Option(
        "--word-of",
        metavar="OFFICE",
        help="Of a signed answer (JWS): this office's word is enough.",
        show_default=False,
    ),
]
_HINTS = {
    ExitCode.NO: "do not rely on this file; have a new one made at a node",
    ExitCode.UNDECIDABLE: "use a later version of this program",
}


def is_standard_form(content: bytes) -> bool:
    """Whether the bytes begin as a COSE statement or a JWS does."""
    from ledger.proof.cose.form import is_statement
    from ledger.proof.signed_answer import is_signed_answer

    return is_statement(content) or is_signed_answer(content)


def verify_standard_form(
    file: Path, content: bytes, genesis: "Genesis", word_of: str | None, *, as_json: bool
) -> None:
    """Verify such a file, and show what it proves.

    Raises:
        CommandError: it does not prove what it says (1), or is of a later version (3).
        Exit: it proves less than a quorum's agreement (3).
    """
    from ledger.proof.cose.form import is_statement
    from ledger.proof.cose.verifying import verify_statement
    from ledger.proof.errors import ProofFileError
    from ledger.proof.signed_answer import verify_signed_answer

    try:
        if is_statement(content):
            entry = verify_statement(content, genesis)
            code = ExitCode.YES if entry.is_certified else ExitCode.UNDECIDABLE
            _show_entry(entry, genesis, code, as_json=as_json)
        else:
            answer = verify_signed_answer(content, genesis)
            code = ExitCode.YES if _is_enough(file, answer, word_of) else ExitCode.UNDECIDABLE
            _show_answer(answer, code, as_json=as_json)
    except ProofFileError as error:
        refuse(file, error)
    if code is not ExitCode.YES:
        raise typer.Exit(int(code))


def refuse(file: Path, error: "ProofFileError") -> NoReturn:
    """End the command: the file proves nothing here.

    Raises:
        CommandError: always (1, or 3 where it cannot be judged).
    """
    from ledger.proof.errors import InvalidProofFileError

    is_false = isinstance(error, InvalidProofFileError)
    code = ExitCode.NO if is_false else ExitCode.UNDECIDABLE
    fail(code, f"{file}: {error}", _HINTS[code], {"check": error.check, "file": str(file)})


def _is_enough(file: Path, answer: "AnswerVerdict", word_of: str | None) -> bool:
    """Whether the caller takes the word of the office that signed.

    Raises:
        CommandError: it is another office's than the one whose word the caller takes (1).
    """
    if word_of is None:
        return False
    if word_of.upper() != answer.attested_by:
        fail(
            ExitCode.NO,
            f"{file}: attestation: expected the word of {word_of.upper()}, got that of {answer.attested_by}",
            "have the office whose word you take sign its answer",
            {"check": "attestation", "file": str(file)},
        )
    return True


def _show_entry(
    verdict: "EntryVerdict", genesis: "Genesis", code: ExitCode, *, as_json: bool
) -> None:
    import msgspec
    from rich.markup import escape

    if as_json:
        document = msgspec.to_builtins(verdict)
        print_json({"ok": code is ExitCode.YES, "exitCode": int(code), **document})
        return
    mark = "[green]VALID[/]" if verdict.is_certified else "[yellow]RECEIPT VALID[/]"
    rejected = f" ([red]the register rejected it[/]: {escape(verdict.reason)})"
    what = rejected if verdict.status == "rejected" else ""
    data().print(
        f"{mark} {escape(verdict.subject)}, {verdict.status}{what}, declared by {verdict.ip_office_code}"
    )
    data().print(
        f"entry {verdict.index} of block {verdict.height} of {_moment(verdict.time_ms)};"
        f" receipts of {', '.join(verdict.receipt_bag)}"
    )
    offices = len(genesis.offices)
    if verdict.signer_bag:
        signers = ", ".join(verdict.signer_bag)
        data().print(f"signed by {signers} ({len(verdict.signer_bag)} of {offices} offices)")
    if not verdict.is_certified:
        data().print(
            f"no certificate in the file, and receipts of {len(verdict.receipt_bag)} of {offices} offices:"
            f" {verdict.missing} more are needed (ipregister receipt join)"
        )
    data().print(verdict.entry, markup=False)


def _show_answer(verdict: "AnswerVerdict", code: ExitCode, *, as_json: bool) -> None:
    import msgspec
    from rich.markup import escape

    if as_json:
        document = msgspec.to_builtins(verdict)
        print_json({"ok": code is ExitCode.YES, "exitCode": int(code), **document})
        return
    office = verdict.attested_by
    data().print(f"[yellow]SIGNED[/] by {office}: {verdict.outcome}: {escape(verdict.summary)}")
    data().print(f"as of block {verdict.height} of {_moment(verdict.time_ms)}")
    data().print(f"only the word of {office}: nothing in the file proves it to others")
    if code is not ExitCode.YES:
        data().print(
            f"to take its word, add --word-of {office}; 'ipregister proof make' gives a proof"
        )


def _moment(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="milliseconds")
