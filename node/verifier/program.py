"""`python3 ipregister-verifier.pyz FILE --trust genesis.json`: what `ipregister proof verify` does, and nothing else.

It needs Python and two packages, which are named where they are missing. Exit codes as in docs/proofs.md.
"""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from ledger.genesis import Genesis

_YES: Final = 0
_NO: Final = 1
_USAGE: Final = 2
_UNDECIDABLE: Final = 3
_CONFIGURATION: Final = 4
_BYTES_MAX: Final = 32 * 1024 * 1024
_PDF_MARK_WITHIN: Final = 1024
"""Bytes at the beginning of a PDF in which its mark stands."""
_HINT_TEXT: Final = (
    "scan the codes of one certificate again, and put their texts and nothing else into one file"
)
_HINT_NO: Final = "do not rely on this file; have a new one made"
_HINT_LATER: Final = (
    "use a later version of this program, or give what is missing: a code of the page, --codes"
)
_HINT_PDF: Final = (
    "take the attached proof.json out of the PDF with a PDF reader, or scan its codes"
)
_HINT_FILE: Final = "name a file that can be read"
_HINT_GENESIS: Final = "name the genesis.json of the network"
_HINT_CODE: Final = "put the one access code, and nothing else, into that file"

_DESCRIPTION: Final = (
    "Verify a proof file of the IP register: every proof and signature in it, and its outcome by the register's rules."
    " No network and no node is asked; what is trusted is the genesis document of the network, and nothing else."
)
_ENDS: Final = (
    "Exit code 0: all of it is proved; 1: it is not; 2: wrong usage; 3: it cannot be judged here;"
    " 4: the genesis document cannot be read."
)


def main() -> NoReturn:
    """Read the command line, verify, tell, and end with the exit code."""
    arguments = _arguments()
    try:
        import cryptography  # noqa: F401, PLC0415 - looked for, so that its absence is told
        import msgspec  # noqa: F401, PLC0415
    except ModuleNotFoundError as error:
        hint = "python3 -m pip install msgspec cryptography"
        _refuse(_USAGE, f"expected the package {error.name}", hint, arguments)
    genesis = _genesis(arguments)
    given = _read(arguments.file, _USAGE, _HINT_FILE, arguments)
    if _is_pdf(given):
        message = f"{arguments.file}: form: expected what stands in a PDF, got the PDF itself"
        _refuse(_UNDECIDABLE, message, _HINT_PDF, arguments, check="form")
    _verify(given, genesis, _code(arguments), arguments)


def _is_pdf(given: bytes) -> bool:
    beginning = given[:_PDF_MARK_WITHIN]
    return b"%PDF-" in beginning and not beginning.lstrip().startswith(b"{")


def _arguments() -> Namespace:
    parser = ArgumentParser(prog="ipregister-verifier", description=_DESCRIPTION, epilog=_ENDS)
    parser.add_argument(
        "file",
        type=Path,
        help="the proof file, the text of a certificate's codes, a COSE receipt or a signed answer",
    )
    parser.add_argument("--trust", type=Path, required=True, help="the genesis.json that you trust")
    parser.add_argument(
        "--word-of", metavar="OFFICE", help="of a signed answer (JWS): this office's word is enough"
    )
    parser.add_argument("--codes", type=Path, help="a file with the access code of the question")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object, also on failure"
    )
    return parser.parse_args()


def _verify(given: bytes, genesis: "Genesis", code: str | None, arguments: Namespace) -> NoReturn:
    import msgspec  # noqa: PLC0415 - its absence was told before

    from ledger.proof.compact import expanded  # noqa: PLC0415
    from ledger.proof.consistency import (  # noqa: PLC0415
        is_consistency_file,
        verify_consistency_file,
    )
    from ledger.proof.errors import (  # noqa: PLC0415
        InvalidProofFileError,
        MisreadTextError,
        ProofFileError,
    )
    from ledger.proof.scanned_text import from_text, is_scanned_text  # noqa: PLC0415
    from ledger.proof.verifying import verify_proof_file  # noqa: PLC0415
    from node.verifier.standard_forms import is_standard_form  # noqa: PLC0415
    from node.verifier.telling import consistency_lines, verdict_lines  # noqa: PLC0415

    try:
        if is_standard_form(given):
            _verify_standard_form(given, genesis, arguments)
        file = expanded(from_text(given), genesis) if is_scanned_text(given) else given
        if is_consistency_file(file):
            grown = verify_consistency_file(file, genesis)
            _end(_YES, consistency_lines(grown), msgspec.to_builtins(grown), arguments)
        verdict = verify_proof_file(file, genesis, code)
    except ProofFileError as error:
        is_invalid = isinstance(error, InvalidProofFileError)
        is_misread = isinstance(error, MisreadTextError)
        hint = _HINT_TEXT if is_misread else _HINT_NO if is_invalid else _HINT_LATER
        exit_code = _NO if is_invalid else _UNDECIDABLE
        _refuse(exit_code, f"{arguments.file}: {error}", hint, arguments, check=error.check)
    exit_code = _YES if verdict.is_recomputed else _UNDECIDABLE
    _end(exit_code, verdict_lines(verdict, genesis), msgspec.to_builtins(verdict), arguments)


def _verify_standard_form(given: bytes, genesis: "Genesis", arguments: Namespace) -> NoReturn:
    from node.verifier.standard_forms import judge  # noqa: PLC0415

    try:
        judged = judge(given, genesis, arguments.word_of)
    except ModuleNotFoundError as error:
        hint = f"python3 -m pip install {error.name}"
        _refuse(_USAGE, f"expected the package {error.name}", hint, arguments)
    first, *more = judged.lines
    exit_code = _YES if judged.is_enough else _UNDECIDABLE
    _end(exit_code, [f"{judged.mark} {first}", *more], judged.document, arguments)


def _genesis(arguments: Namespace) -> "Genesis":
    from ledger.errors import MalformedGenesisError  # noqa: PLC0415 - needs msgspec
    from ledger.genesis import load_genesis  # noqa: PLC0415

    try:
        return load_genesis(_read(arguments.trust, _CONFIGURATION, _HINT_GENESIS, arguments))
    except MalformedGenesisError as error:
        _refuse(_CONFIGURATION, f"{arguments.trust}: {error}", _HINT_GENESIS, arguments)


def _code(arguments: Namespace) -> str | None:
    """The one access code in a file, as the command `ipregister proof verify` reads it."""
    if arguments.codes is None:
        return None
    read = _read(arguments.codes, _CONFIGURATION, _HINT_FILE, arguments)
    try:
        lines = [line.strip() for line in read.decode().splitlines() if line.strip()]
    except UnicodeDecodeError:
        message = f"{arguments.codes}: expected text in UTF-8"
        _refuse(_CONFIGURATION, message, _HINT_CODE, arguments)
    if len(lines) != 1:
        message = f"--codes {arguments.codes}: expected one access code, found {len(lines)}"
        _refuse(_USAGE, message, _HINT_CODE, arguments)
    return lines[0]


def _read(file: Path, exit_code: int, hint: str, arguments: Namespace) -> bytes:
    """The bytes of a file, never more than any file that is verified may have."""
    try:
        with file.open("rb") as opened:
            return opened.read(_BYTES_MAX)
    except OSError as error:
        _refuse(exit_code, f"{file}: {error.strerror}", hint, arguments)


def _refuse(exit_code: int, message: str, hint: str, arguments: Namespace, **more: str) -> NoReturn:
    if arguments.json:
        document = {"ok": False, "exitCode": exit_code, **more, "error": message, "hint": hint}
        print(json.dumps(document, ensure_ascii=True))
    else:
        print(f"Error: {_printable(message)}\nFix: {hint}", file=sys.stderr)
    sys.exit(exit_code)


def _end(
    exit_code: int, lines: list[str], document: dict[str, object], arguments: Namespace
) -> NoReturn:
    if arguments.json:
        told = {"ok": exit_code == _YES, "exitCode": exit_code, **document}
        print(json.dumps(told, ensure_ascii=True))
    else:
        print("\n".join(map(_printable, lines)))
    sys.exit(exit_code)


def _printable(text: str) -> str:
    """The text without what could command a terminal."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
