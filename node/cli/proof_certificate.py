"""`ipregister proof certificate`: a proof file as a document for people, which can be checked like the file."""

from pathlib import Path
from typing import Annotated

import typer

from node.cli.access_codes import CodeFileOption
from node.cli.output import JsonOption, data, print_json
from node.cli.output_files import ForceOption, expect_free, written_whole
from node.cli.proof_input import proof_in, read_file, refuse
from node.cli.proof_verify import read_code
from node.cli.receipts import TrustOption, read_trusted


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
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Verify a proof file, and print it as a certificate: a PDF that holds the file, and codes of it for paper.

    There is no certificate of a file that does not verify: exit code 1; 3 where it cannot be judged here.
    """
    from api.printing.certificate import certificate
    from ledger.proof.errors import ProofFileError

    genesis, given = read_trusted(trust), read_file(file)
    code = read_code(codes)
    expect_free("--output", output, force=force)
    try:
        made = certificate(proof_in(given, genesis).file, genesis, code)
    except ProofFileError as error:
        refuse(file, error)
    with written_whole("--output", output) as opened:
        opened.write(made)
    if as_json:
        print_json({"file": str(output), "bytes": len(made)})
    else:
        data().print(f"{output}: {len(made)} bytes", markup=False)
