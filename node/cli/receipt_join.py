"""`ipregister receipt join`: puts the COSE receipts of several offices into one file, offline."""

from pathlib import Path
from typing import Annotated

import typer

from node.cli.output import JsonOption, data, print_json
from node.cli.output_files import ForceOption, expect_free, written_whole
from node.cli.proof_input import HINT_LATER, refuse
from node.cli.receipts import TrustOption, read_input, read_trusted


def join(
    *,
    files: Annotated[
        list[Path], typer.Argument(help="Files of `receipt get --form cose`, about one filing.")
    ],
    trust: TrustOption,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file with all receipts.")],
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Join the COSE receipts that several offices gave for one filing in one file; each is verified first."""
    from ledger.proof.cose.making import join_statements
    from ledger.proof.cose.verifying import verify_statement
    from ledger.proof.errors import ProofFileError

    expect_free("--output", output, force=force)
    genesis, contents = read_trusted(trust), [read_input(file) for file in files]
    for file, content in zip(files, contents, strict=True):
        try:
            verify_statement(content, genesis)
        except ProofFileError as error:
            refuse(file, error, HINT_LATER)
    try:
        joined = join_statements(contents, genesis)
    except ProofFileError as error:
        refuse(files[0], error, HINT_LATER)
    with written_whole("--output", output) as opened:
        opened.write(joined)
    offices = verify_statement(joined, genesis).receipt_bag
    if as_json:
        print_json({"file": str(output), "bytes": len(joined), "receiptBag": list(offices)})
    else:
        told = f"{output}: receipts of {', '.join(offices)}, {len(joined)} bytes"
        data().print(told, markup=False)
