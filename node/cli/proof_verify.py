"""`ipregister proof verify`: check a proof file against a genesis document, without network or node."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.access_codes import CodeFileOption, read_text
from node.cli.output import ExitCode, JsonOption, data, fail, print_json
from node.cli.receipts import TrustOption, read_trusted
from node.cli.standard_forms import WordOption, is_standard_form, verify_standard_form

if TYPE_CHECKING:
    from ledger.genesis import Genesis
    from ledger.proof.consistency import ConsistencyVerdict
    from ledger.proof.errors import ProofFileError
    from ledger.proof.verifying import Verdict

_HINT_NO = "do not rely on this file; have a new one made with 'ipregister proof make'"
_HINT_UNDECIDED = "use a later version of this program, or give the access code with --codes"


def verify_proof(
    *,
    file: Annotated[Path, typer.Argument(help="A file of `proof make` or `proof consistency`.")],
    trust: TrustOption,
    codes: CodeFileOption = None,
    word_of: WordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Verify a proof file offline: every proof and signature in it, and the outcome by the register's rules.

    Exit code 0: all of it is proved, and the outcome follows; 1: it is not; 3: it cannot be judged here,
    as where the access code of the question is needed.
    """
    from ledger.proof.consistency import is_consistency_file, verify_consistency_file
    from ledger.proof.errors import InvalidProofFileError, UndecidableProofFileError
    from ledger.proof.verifying import verify_proof_file

    genesis, content = read_trusted(trust), _read(file)
    code = _code(codes)
    if is_standard_form(content):
        verify_standard_form(file, content, genesis, word_of, as_json=as_json)
        return
    try:
        if is_consistency_file(content):
            _show_consistency(verify_consistency_file(content, genesis), as_json=as_json)
            return
        verdict = verify_proof_file(content, genesis, code)
    except InvalidProofFileError as error:
        _refuse(ExitCode.NO, file, error, _HINT_NO)
    except UndecidableProofFileError as error:
        _refuse(ExitCode.UNDECIDABLE, file, error, _HINT_UNDECIDED)
    _show(verdict, genesis, as_json=as_json)
    if not verdict.is_recomputed:
        raise typer.Exit(int(ExitCode.UNDECIDABLE))


def _refuse(code: ExitCode, file: Path, error: "ProofFileError", hint: str) -> None:
    fail(code, f"{file}: {error}", hint, {"check": error.check, "file": str(file)})


def _read(file: Path) -> bytes:
    """The bytes of the file, never more than one too many."""
    from ledger.proof.document import FILE_BYTES_MAX

    try:
        with file.open("rb") as opened:
            return opened.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        fail(ExitCode.USAGE, f"{file}: {error.strerror}", "name a file that can be read")


def _code(codes: Path | None) -> str | None:
    if codes is None:
        return None
    lines = [line.strip() for line in read_text(codes).splitlines() if line.strip()]
    if len(lines) != 1:
        fail(ExitCode.USAGE, f"--codes {codes}: expected one access code, found {len(lines)}")
    return lines[0]


def _show(verdict: "Verdict", genesis: "Genesis", *, as_json: bool) -> None:
    import msgspec
    from rich.markup import escape

    if as_json:
        code = ExitCode.YES if verdict.is_recomputed else ExitCode.UNDECIDABLE
        document = msgspec.to_builtins(verdict)
        print_json({"ok": verdict.is_recomputed, "exitCode": int(code), **document})
        return
    mark = "[green]VALID[/]" if verdict.is_recomputed else "[yellow]FACTS VALID[/]"
    data().print(f"{mark} {verdict.outcome}: {escape(verdict.summary)}")
    data().print(
        f"as of block {verdict.height} of {_moment(verdict.time_ms)},"
        f" by {verdict.fact_count} facts and {verdict.entry_count} entries"
    )
    signers = ", ".join(verdict.signer_bag)
    data().print(
        f"signed by {signers} ({len(verdict.signer_bag)} of {len(genesis.offices)} offices)"
        f" at block {verdict.checkpoint_height}; made by the node of {verdict.attested_by}"
    )
    for word in verdict.node_word_bag:
        data().print(f"only that node's word: {word}", markup=False)


def _show_consistency(verdict: "ConsistencyVerdict", *, as_json: bool) -> None:
    import msgspec

    if as_json:
        print_json(msgspec.to_builtins(verdict))
        return
    data().print(
        f"[green]VALID[/] the ledger only grew from block {verdict.earlier_height} to {verdict.later_height}"
    )
    data().print(f"block {verdict.earlier_height}: {verdict.earlier_hash}")
    data().print(
        f"block {verdict.later_height}: {verdict.later_hash} of {_moment(verdict.later_time_ms)},"
        f" signed by {', '.join(verdict.signer_bag)}"
    )


def _moment(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="milliseconds")
