"""`ipregister proof verify`: check a proof file, in any form, against a genesis document, without network or node."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from node.cli.access_codes import CodeFileOption, read_text
from node.cli.output import ExitCode, JsonOption, data, fail, print_json
from node.cli.proof_input import Form, ProofInput, proof_in, read_file, refuse
from node.cli.receipts import TrustOption, read_trusted
from node.cli.standard_forms import WordOption, is_standard_form, verify_standard_form

if TYPE_CHECKING:
    from ledger.genesis import Genesis
    from ledger.proof.consistency import ConsistencyVerdict
    from ledger.proof.verifying import Verdict

Pages = Literal["asMade", "appendedTo", "notProved"]

_PAGES: dict[Pages, str] = {
    "asMade": "the pages of the PDF are, byte for byte, what this program prints of that proof",
    "appendedTo": "[yellow]pages not proved:[/] proved is the proof file attached to the PDF, as told above. Something"
    " was appended to the PDF after it was made, such as an office's seal, which this command does not check",
    "notProved": "[yellow]pages not proved:[/] proved is the proof file attached to the PDF, as told above. The pages"
    " are not what this program prints of it: another version printed them, or they were changed",
}


def verify_proof(
    *,
    file: Annotated[
        Path,
        typer.Argument(
            help="A file of `proof make` or `proof consistency`, the PDF of a certificate, or the text of its codes."
        ),
    ],
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
    from ledger.proof.errors import ProofFileError
    from ledger.proof.verifying import verify_proof_file

    genesis, given = read_trusted(trust), read_file(file)
    code = read_code(codes)
    if is_standard_form(given):
        verify_standard_form(file, given, genesis, word_of, as_json=as_json)
        return
    try:
        proof = proof_in(given, genesis)
        if is_consistency_file(proof.file):
            _show_consistency(verify_consistency_file(proof.file, genesis), as_json=as_json)
            return
        verdict = verify_proof_file(proof.file, genesis, code)
        pages = _pages(proof, verdict, genesis, code)
    except ProofFileError as error:
        refuse(file, error)
    _show(verdict, genesis, proof.form, pages, as_json=as_json)
    if not verdict.is_recomputed:
        raise typer.Exit(int(ExitCode.UNDECIDABLE))


def _pages(
    proof: ProofInput, verdict: "Verdict", genesis: "Genesis", code: str | None
) -> Pages | None:
    """Whether the pages of a PDF are those of the proof in it; None: it came in another form."""
    if proof.form != "pdf":
        return None
    if not verdict.is_recomputed:
        return "notProved"
    from api.printing.certificate import certificate

    made = certificate(proof.file, genesis, code)
    if proof.given == made:
        return "asMade"
    return "appendedTo" if proof.given.startswith(made) else "notProved"


def read_code(codes: Path | None) -> str | None:
    """The one access code in a file; None without a file.

    Raises:
        CommandError: it cannot be read (4), or holds not just one (2).
    """
    if codes is None:
        return None
    lines = [line.strip() for line in read_text(codes).splitlines() if line.strip()]
    if len(lines) != 1:
        fail(ExitCode.USAGE, f"--codes {codes}: expected one access code, found {len(lines)}")
    return lines[0]


def _show(
    verdict: "Verdict", genesis: "Genesis", form: Form, pages: Pages | None, *, as_json: bool
) -> None:
    import msgspec

    from node.verifier.telling import verdict_lines

    if as_json:
        code = ExitCode.YES if verdict.is_recomputed else ExitCode.UNDECIDABLE
        document = {**msgspec.to_builtins(verdict), "form": form}
        document |= {} if pages is None else {"pages": pages}
        print_json({"ok": verdict.is_recomputed, "exitCode": int(code), **document})
        return
    _show_lines(verdict_lines(verdict, genesis))
    if pages is not None:
        data().print(_PAGES[pages])


def _show_consistency(verdict: "ConsistencyVerdict", *, as_json: bool) -> None:
    import msgspec

    from node.verifier.telling import consistency_lines

    if as_json:
        print_json(msgspec.to_builtins(verdict))
        return
    _show_lines(consistency_lines(verdict))


def _show_lines(lines: list[str]) -> None:
    from rich.text import Text

    for line in lines:
        shown = Text(line)
        shown.highlight_regex(r"^VALID", "green")
        shown.highlight_regex(r"^FACTS VALID", "yellow")
        data().print(shown)
