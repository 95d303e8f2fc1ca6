"""`ipregister proof verify`: check a proof file, in any form, against a genesis document, without network or node."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from node.cli.access_codes import CodeFileOption, read_text
from node.cli.output import ExitCode, JsonOption, data, fail, print_json
from node.cli.proof_input import Form, ProofInput, proof_in, refuse
from node.cli.receipts import TrustOption, read_input, read_trusted
from node.cli.standard_forms import WordOption, is_standard_form, verify_standard_form

if TYPE_CHECKING:
    from ledger.genesis import Genesis
    from ledger.proof.consistency import ConsistencyVerdict
    from ledger.proof.verifying import Verdict
    from node.pdf_reading import Seal

Pages = Literal["asMade", "appendedTo", "notProved", "notCompared"]

_PAGES: dict[Pages, str] = {
    "asMade": "the pages of the PDF are, byte for byte, what this program prints of that proof",
    "appendedTo": "[yellow]pages not proved:[/] proved is the proof file attached to the PDF, as told above. Something"
    " was appended to the PDF after it was made, such as an office's seal: --seal-trust checks it",
    "notProved": "[yellow]pages not proved:[/] proved is the proof file attached to the PDF, as told above. The pages"
    " are not what this program prints of it: another version printed them, or they were changed",
    "notCompared": "[yellow]pages not compared:[/] that needs the access code of the question (--codes). Do not rely"
    " on what the pages say beyond the facts told above",
}


SealTrustOption = Annotated[
    Path | None,
    typer.Option(
        "--seal-trust",
        metavar="FILE",
        help="Check the seal on the PDF, too, by these authorities' certificates (PEM, DER); needs the extra 'seal'.",
        show_default=False,
    ),
]


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
    seal_trust: SealTrustOption = None,
    as_json: JsonOption = False,
) -> None:
    """Verify a proof file offline: every proof and signature in it, and the outcome by the register's rules.

    Exit code 0: all of it is proved, and the outcome follows; 1: it is not; 3: it cannot be judged here,
    as where the access code of the question is needed.
    """
    from ledger.proof.consistency import is_consistency_file, verify_consistency_file
    from ledger.proof.errors import ProofFileError
    from ledger.proof.verifying import verify_proof_file

    genesis, given = read_trusted(trust), read_input(file)
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
        seal = _seal(proof, seal_trust)
    except ProofFileError as error:
        refuse(file, error)
    code_of_end = _exit_code(verdict, seal)
    if as_json:
        _print(verdict, proof.form, pages, seal, code_of_end)
    else:
        _show(verdict, genesis, pages, seal)
    raise typer.Exit(int(code_of_end))


def _exit_code(verdict: "Verdict", seal: "Seal | None") -> ExitCode:
    if seal is not None and not seal.is_valid:
        return ExitCode.NO
    return ExitCode.YES if verdict.is_recomputed else ExitCode.UNDECIDABLE


def _seal(proof: ProofInput, seal_trust: Path | None) -> "Seal | None":
    """The seal on a PDF, where it is asked about.

    Raises:
        CommandError: the file is no PDF, or the certificates cannot be read (2).
        InvalidProofFileError: there is not one seal on it, or it cannot be read.
    """
    if seal_trust is None:
        return None
    from ledger.proof.errors import InvalidProofFileError
    from node.pdf_reading import UnreadablePdfError, seal_of

    if proof.form != "pdf":
        fail(ExitCode.USAGE, "--seal-trust: expected a PDF", "leave it out: only a PDF has a seal")
    try:
        return seal_of(proof.given, read_input(seal_trust))
    except UnreadablePdfError as error:
        raise InvalidProofFileError("form", f"seal: {error}") from error


def _pages(
    proof: ProofInput, verdict: "Verdict", genesis: "Genesis", code: str | None
) -> Pages | None:
    """Whether the pages of a PDF are those of the proof in it; None: it came in another form."""
    if proof.form != "pdf":
        return None
    if not verdict.is_recomputed:
        return "notCompared"
    from api.printing.certificate import certificate
    from api.printing.typesetting import TypesettingError

    try:
        made = certificate(proof.file, genesis, code)
    except TypesettingError:
        return "notProved"
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


def _print(
    verdict: "Verdict", form: Form, pages: Pages | None, seal: "Seal | None", code: ExitCode
) -> None:
    import msgspec

    document = {**msgspec.to_builtins(verdict), "form": form}
    document |= {} if pages is None else {"pages": pages}
    if seal is not None:
        document["seal"] = {
            "isValid": seal.is_valid,
            "signer": seal.signer,
            "detail": seal.detail,
        }
    print_json({"ok": code == ExitCode.YES, "exitCode": int(code), **document})


def _show(verdict: "Verdict", genesis: "Genesis", pages: Pages | None, seal: "Seal | None") -> None:
    from rich.markup import escape

    from node.verifier.telling import verdict_lines

    _show_lines(verdict_lines(verdict, genesis))
    if pages is not None:
        data().print(_PAGES[pages])
    if seal is not None:
        mark = "[green]seal valid[/]" if seal.is_valid else "[red]seal NOT valid[/]"
        data().print(f"{mark}: {escape(seal.signer)} ({escape(seal.detail)})")


def _show_consistency(verdict: "ConsistencyVerdict", *, as_json: bool) -> None:
    import msgspec

    from node.verifier.telling import consistency_lines

    if as_json:
        print_json({"exitCode": int(ExitCode.YES), **msgspec.to_builtins(verdict)})
        return
    _show_lines(consistency_lines(verdict))


def _show_lines(lines: list[str]) -> None:
    from rich.text import Text

    for line in lines:
        shown = Text(line)
        shown.highlight_regex(r"^VALID", "green")
        shown.highlight_regex(r"^FACTS VALID", "yellow")
        data().print(shown)
