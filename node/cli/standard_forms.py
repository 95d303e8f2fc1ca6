"""Verifies files in standard forms on the command line: COSE statements, and signed answers (JWS)."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.output import ExitCode, data, print_json
from node.cli.proof_input import HINT_LATER, refuse

if TYPE_CHECKING:
    from ledger.genesis import Genesis

WordOption = Annotated[
    str | None,
    typer.Option(
        "--word-of",
        metavar="OFFICE",
        help="Of a signed answer (JWS): this office's word is enough.",
        show_default=False,
    ),
]


def is_standard_form(content: bytes) -> bool:
    """Whether the bytes begin as a COSE statement or a JWS does."""
    from node.verifier.standard_forms import is_standard_form as begins_so

    return begins_so(content)


def verify_standard_form(
    file: Path, content: bytes, genesis: "Genesis", word_of: str | None, *, as_json: bool
) -> None:
    """Verify such a file, and show what it proves.

    Raises:
        CommandError: it does not prove what it says (1), or is of a later version (3).
        Exit: it proves less than a quorum's agreement (3).
    """
    from rich.markup import escape

    from ledger.proof.errors import ProofFileError
    from node.verifier.standard_forms import judge

    try:
        judged = judge(content, genesis, word_of)
    except ProofFileError as error:
        refuse(file, error, HINT_LATER)
    code = ExitCode.YES if judged.is_enough else ExitCode.UNDECIDABLE
    if as_json:
        print_json({"ok": judged.is_enough, "exitCode": int(code), **judged.document})
    else:
        colour = "green" if judged.mark == "VALID" else "yellow"
        first, *more = judged.lines
        data().print(f"[{colour}]{judged.mark}[/] {escape(first)}")
        for line in more:
            data().print(line, markup=False)
    if not judged.is_enough:
        raise typer.Exit(int(code))
