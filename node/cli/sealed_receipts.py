"""Receipts of sealed filings on the command line: shown, or written to a file that only its owner can read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from node.cli.output import ExitCode, data, fail, print_json
from node.cli.output_files import expect_free, written_whole

if TYPE_CHECKING:
    from node.client import Document, NodeClient

MEDIA_TYPES: Final = {
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".json": "application/json",
}

ReceiptFileOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help="Where to write the receipt: .pdf, .txt or .json. Only you can read the file.",
        show_default="shown as text",
    ),
]


def expect_receipt_file(output: Path | None, *, force: bool) -> None:
    """Return when a receipt can be written there, as far as its name tells.

    Raises:
        CommandError: the ending names no form (2); the file exists (5).
    """
    if output is not None and output.suffix not in MEDIA_TYPES:
        endings = ", ".join(MEDIA_TYPES)
        fail(ExitCode.USAGE, f"--output {output}: expected a name that ends in {endings}")
    expect_free("--output", output, force=force)


def show_receipt(client: "NodeClient", filing: str, output: Path | None, *, as_json: bool) -> None:
    """Fetch the receipt of a sealed filing, and show it or write it."""
    path = f"/sealed-filings/{filing}/receipt"
    if output is None:
        if as_json:
            print_json({"receipt": _receipt(client, path)})
        else:
            for line in client.print_document(path, MEDIA_TYPES[".txt"]).decode().splitlines():
                data().print(line, markup=False)
        return
    content = client.print_document(path, MEDIA_TYPES[output.suffix])
    with written_whole("--output", output, is_private=True) as file:
        file.write(content)
    if as_json:
        print_json({"filing": filing, "file": str(output)})
    else:
        data().print(f"receipt of {filing} written to {output}", markup=False)


def _receipt(client: "NodeClient", path: str) -> "Document":
    return client.post(path, {})
