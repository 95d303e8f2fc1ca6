"""How a clerk gives access codes to a command: typed when asked, in a file, or on standard input.

Never on the command line, which the shell's history keeps and other users of the machine see.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from node.cli.output import ExitCode, fail

if TYPE_CHECKING:
    from node.client import Document

CLAIM_FORM: Final = "'OFFICE NUMBER DATE'"
_STANDARD_INPUT: Final = Path("-")
_FILE_CHARACTERS_MAX: Final = 64 * 1024 * 1024
_CLAIM_MEMBERS: Final = (
    "ipOfficeCode",
    "applicationNumberText",
    "filingDate",
    "right",
    "accessCode",
)

SealedClaimOption = Annotated[
    list[str] | None,
    typer.Option(
        "--claim",
        metavar=CLAIM_FORM,
        help="A claim to a sealed filing; its access code is asked for. May be repeated.",
        show_default=False,
    ),
]
ClaimFileOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--claim-file",
        metavar="FILE",
        help="A claim with its code in JSON: a sealed receipt, or what its QR code holds; - for standard input.",
        show_default=False,
    ),
]
CodeFileOption = Annotated[
    Path | None,
    typer.Option(
        "--codes",
        metavar="FILE",
        help="A file with the access codes, one a line, in the order of the claims; - for standard input.",
        show_default="asked for on the terminal",
    ),
]


def claim_in_words(text: str, option: str) -> "Document":
    """The claim that an option names, such as `US 61/610,420 2012-03-13`.

    Raises:
        CommandError: it is none (2).
    """
    from datetime import date

    office, _, rest = text.strip().partition(" ")
    number, _, day = rest.strip().rpartition(" ")
    try:
        filed = date.fromisoformat(day)
    except ValueError:
        filed = None
    if not number.strip() or filed is None:
        hint = f"write {option} 'US 61/610,420 2012-03-13'"
        fail(ExitCode.USAGE, f"{option}: expected {CLAIM_FORM}", hint)
    return {
        "ipOfficeCode": office.upper(),
        "applicationNumberText": number.strip(),
        "filingDate": filed,
    }


def with_codes(claims: "list[Document]", codes: Path | None) -> "list[Document]":
    """The claims, each with its access code from the file, or as it is typed.

    Raises:
        CommandError: there are not as many codes as claims, or nobody is there to type them (2); the file cannot be
            read (4).
    """
    if not claims:
        return []
    if codes is None:
        return [{**claim, "accessCode": _typed(claim)} for claim in claims]
    lines = [line.strip() for line in read_text(codes).splitlines() if line.strip()]
    if len(lines) != len(claims):
        expected = f"{len(claims)} access {'code' if len(claims) == 1 else 'codes'}, one a line"
        fail(ExitCode.USAGE, f"--codes {codes}: expected {expected}, found {len(lines)}")
    return [{**claim, "accessCode": line} for claim, line in zip(claims, lines, strict=True)]


def _typed(claim: "Document") -> str:
    name = f"{claim['ipOfficeCode']} {claim['applicationNumberText']} of {claim['filingDate']}"
    if not sys.stdin.isatty():
        hint = "give the codes with --codes FILE, or --codes - for standard input"
        fail(ExitCode.USAGE, f"expected somebody to type the access code of {name}", hint)
    typed: str = typer.prompt(f"Access code of {name}", err=True)
    return typed


def claims_in(files: list[Path] | None) -> "list[Document]":
    """The claims in files, each with its code.

    Raises:
        CommandError: a file holds none (2), or cannot be read (4).
    """
    return [_claim_in(file) for file in files or ()]


def _claim_in(file: Path) -> "Document":
    try:
        document = json.loads(read_text(file))
    except ValueError:
        document = None
    if not isinstance(document, dict) or "accessCode" not in document:
        hint = "'ipregister sealed receipt --output receipt.json' writes such a file"
        fail(ExitCode.USAGE, f"{file}: expected the JSON of a sealed receipt or of a claim", hint)
    return {name: document[name] for name in _CLAIM_MEMBERS if name in document}


def read_text(file: Path) -> str:
    """The text of a file, or of standard input for `-`; never quoted in an error.

    Raises:
        CommandError: it cannot be read (4).
    """
    try:
        if file == _STANDARD_INPUT:
            return sys.stdin.read(_FILE_CHARACTERS_MAX)
        with file.open(encoding="utf-8") as opened:
            return opened.read(_FILE_CHARACTERS_MAX)
    except OSError as error:
        fail(ExitCode.CONFIGURATION, f"{file}: {error.strerror}", "name a file that can be read")
    except UnicodeDecodeError:
        fail(ExitCode.CONFIGURATION, f"{file}: expected text in UTF-8", "name another file")
