"""`ipregister claim import`: files of claim changes, row by row, in their order."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.imports import ImportedFile, read_file, send_files
from node.cli.output import JsonOption
from node.cli.report_file import ReportOption
from node.cli.row_report import conclude, malformed, opened

if TYPE_CHECKING:
    from api.formats.row import ClaimRow
    from node.bulk import RowResult


def import_claims(
    *,
    files: Annotated[
        list[Path], typer.Argument(help="CSV (.csv), JSON Lines (.jsonl) or JSON (.json).")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check the rows; send nothing.")
    ] = False,
    report: ReportOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Enter the claim changes of files at your office's node, in their order.

    A bad row is reported with its number, and the others go on. To resume after an interruption,
    give the same command again: changes that are entered already are answered with their first
    receipt.
    """
    from api.formats.claims import SUFFIXES, read_claims

    taken = [(file, read_file(file, SUFFIXES, read_claims)) for file in files]
    with opened(report, files) as results:  # before anything is sent
        if dry_run:
            for path, rows in taken:
                results.add(path, _readable(rows))
        else:
            with connect(url, home, token_file, "register") as client:
                imported = [ImportedFile(path, rows) for path, rows in taken]
                send_files(client, "/claims", imported, results)
    conclude(results, as_json=as_json)


def _readable(rows: "Sequence[ClaimRow]") -> "Iterator[RowResult]":
    from node.bulk import RowResult

    for row in rows:
        if row.claim is None:
            yield malformed(row.number, row.errors)
        else:
            number = row.claim.filing.application_number_text
            yield RowResult(row=row.number, status="readable", number=number)
