"""`ipregister proof certificate`: a proof file as a document for people, which can be checked like the file."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from node.cli.access_codes import CodeFileOption, read_text
from node.cli.output import ExitCode, JsonOption, data, fail, print_json
from node.cli.output_files import ForceOption, expect_free, written_whole
from node.cli.proof_input import proof_in, refuse
from node.cli.proof_verify import read_code
from node.cli.receipts import TrustOption, read_input, read_trusted

SealOption = Annotated[
    Path | None,
    typer.Option(
        "--seal-with",
        metavar="FILE",
        help="Seal the PDF (PAdES) with the key in this PKCS #12 file; needs the extra 'seal'.",
        show_default=False,
    ),
]
PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help="A file with the passphrase of the seal; - for standard input.",
        show_default="asked for on the terminal",
    ),
]


def make_certificate(
    *,
    file: Annotated[
        Path, typer.Argument(help="A file of `proof make`, or another form that `verify` takes.")
    ],
    trust: TrustOption,
    output: Annotated[Path, typer.Option("--output", "-o", help="The PDF to write.")] = Path(
        "certificate.pdf"
    ),
    codes: CodeFileOption = None,
    seal_with: SealOption = None,
    passphrase_file: PassphraseOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Verify a proof file, and print it as a certificate: a PDF that holds the file, and codes of it for paper.

    The same file gives the same PDF, but for the seal. There is no certificate of a file that does not verify: exit
    code 1; 3 where it cannot be judged here.
    """
    from api.printing.certificate import certificate
    from api.printing.typesetting import TypesettingError
    from ledger.proof.errors import ProofFileError

    if passphrase_file is not None and seal_with is None:
        hint = "name the PKCS #12 file with --seal-with FILE, or leave the passphrase out"
        fail(ExitCode.USAGE, "--passphrase-file: expected --seal-with as well", hint)
    genesis, given = read_trusted(trust), read_input(file)
    code = read_code(codes)
    expect_free("--output", output, force=force)
    try:
        made = certificate(proof_in(given, genesis).file, genesis, code)
    except ProofFileError as error:
        refuse(file, error)
    except TypesettingError as error:
        fail(ExitCode.UNDECIDABLE, f"{file}: {error}", "report it, with the proof file")
    if seal_with is not None:
        made = _sealed(made, seal_with, passphrase_file)
    with written_whole("--output", output) as opened:
        opened.write(made)
    if as_json:
        print_json({"file": str(output), "bytes": len(made)})
    else:
        data().print(f"{output}: {len(made)} bytes", markup=False)


def _sealed(pdf: bytes, seal_with: Path, passphrase_file: Path | None) -> bytes:
    """The PDF with the office's seal.

    Raises:
        CommandError: the seal cannot be used (4).
    """
    from api.printing.electronic_seal import SealError, load_seal_key, sealed

    kept, passphrase = read_input(seal_with), _passphrase(seal_with, passphrase_file)
    try:
        return sealed(pdf, load_seal_key(kept, passphrase, datetime.now(UTC)))
    except SealError as error:
        fail(ExitCode.CONFIGURATION, f"--seal-with {seal_with}: {error}", error.remedy)


def _passphrase(seal_with: Path, passphrase_file: Path | None) -> bytes:
    """The first line of the file, or what is typed: never shown, and never on the command line."""
    if passphrase_file is not None:
        first, _, _ = read_text(passphrase_file).partition("\n")
        return first.removesuffix("\r").encode()
    if not sys.stdin.isatty():
        hint = "give it with --passphrase-file FILE, or --passphrase-file - for standard input"
        fail(ExitCode.USAGE, f"expected somebody to type the passphrase of {seal_with}", hint)
    typed: str = typer.prompt(f"Passphrase of {seal_with}", hide_input=True, err=True)
    return typed.encode()
