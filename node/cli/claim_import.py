"""`ipregister claim import`: files of claim changes, row by row, in their order."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.output import ExitCode, JsonOption, fail
from node.cli.row_report import ReportOption, RowReport, conclude, malformed, opened

if TYPE_CHECKING:
    from api.formats.row import ClaimRow
    from node.bulk import RowResult
    from node.client import NodeClient, ProblemError

ROWS_MAX = 1_000_000
"""Of one file."""
FLUSH_ROWS = 100


class _File(NamedTuple):
    path: Path
    rows: "list[ClaimRow]"


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
    """Enter the claim changes of files at your office's node, one after the other.

    Their order counts: a claim is added before it is withdrawn. A bad row is reported with its
    number, and the others go on. Repeating the command is safe: changes that are entered already
    are answered with their first receipt.
    """
    taken = [_File(file, _read(file)) for file in files]
    with opened(report) as results:
        if dry_run:
            for file in taken:
                results.add(file.path, map(_readable, file.rows))
        else:
            with connect(url, home, token_file, "register") as client:
                _send(client, taken, results)
    conclude(results, as_json=as_json)


def _read(path: Path) -> "list[ClaimRow]":
    from api.formats.claims import SUFFIXES, MalformedBulkError, read_claims

    if path.suffix.lower() not in SUFFIXES:
        expected = ", ".join(SUFFIXES)
        fail(ExitCode.USAGE, f"{path}: expected a file name that ends in one of {expected}")
    try:
        return list(read_claims(path.suffix.lower(), path.read_bytes(), ROWS_MAX))
    except OSError as error:
        fail(ExitCode.USAGE, f"{path}: {error.strerror}", "name a file that can be read")
    except MalformedBulkError as error:
        fail(ExitCode.NO, f"{path}: {error}", "correct the document; no row of it was sent")


def _readable(row: "ClaimRow") -> "RowResult":
    from node.bulk import RowResult

    if row.claim is None:
        return malformed(row.number, row.errors)
    number = row.claim.filing.application_number_text
    return RowResult(row=row.number, status="readable", number=number)


def _send(client: "NodeClient", files: Sequence[_File], results: RowReport) -> None:
    from node.cli.progress import progress_bar

    own = str(client.get("/status")["ipOfficeCode"])
    with progress_bar("Entering claims", sum(len(file.rows) for file in files)) as advance:

        def sent(rows: "Sequence[ClaimRow]") -> "Iterator[RowResult]":
            for place, row in enumerate(rows, 1):
                yield _enter(client, own, row)
                advance(1)
                if place % FLUSH_ROWS == 0:
                    results.flush()

        for file in files:
            results.add(file.path, sent(file.rows))


def _enter(client: "NodeClient", own: str, row: "ClaimRow") -> "RowResult":
    """Enter one change; what the register refuses is the row's result, and the others go on."""
    from api.rejections import OTHER_OFFICE_REASON, other_office_error
    from node.bulk import RowResult
    from node.client import ProblemError

    if row.claim is None:
        return malformed(row.number, row.errors)
    number = row.claim.filing.application_number_text
    fault = other_office_error(own, row.office)
    if fault is not None:
        return RowResult(
            row=row.number,
            status="rejected",
            number=number,
            reason=OTHER_OFFICE_REASON,
            field=fault.field,
            expected=fault.expected,
            received=fault.received,
        )
    try:
        return _post(client, own, row)
    except ProblemError as error:
        return _refused(row.number, number, error)
