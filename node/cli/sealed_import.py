"""`ipregister sealed import`: a list of filings is sealed one by one, and a receipt written for each."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from node.cli.access_codes import read_text
from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.output import ExitCode, JsonOption, fail
from node.cli.output_files import written_whole
from node.cli.report_file import ReportOption
from node.cli.row_report import conclude, opened
from node.cli.sealed_receipts import MEDIA_TYPES

if TYPE_CHECKING:
    from node.bulk import RowResult
    from node.client import Document, NodeClient, ProblemError

ATTEMPTS_MAX: Final = 5
PAUSE_S: Final = 1.0
_BUSY: Final = 500
"""Statuses from here on: the node cannot now."""
_MALFORMED: Final = 400

ReceiptForm = Literal["pdf", "txt", "json"]


def import_filings(
    *,
    file: Annotated[
        Path,
        typer.Argument(
            help="JSON Lines: one filing a line, as POST /sealed-filings takes it; - for standard input."
        ),
    ],
    receipts: Annotated[
        Path,
        typer.Option(
            help="The folder for the receipts, which is made if it is not there. Only you can read them."
        ),
    ],
    form: Annotated[ReceiptForm, typer.Option(help="The form of the receipts.")] = "pdf",
    report: ReportOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Register the filings of a list sealed, and write a receipt with its access code for each.

    A bad row is reported with its number, and the others go on. To resume, give the same command again: what is
    registered has its first receipt and code. Exit code 0: all are registered; 1: some are not; 3: some are undecided;
    5: some contradict the register.
    """
    lines = read_text(file).splitlines()
    try:
        receipts.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        fail(ExitCode.USAGE, f"--receipts {receipts}: {error.strerror}", "name another folder")
    with opened(report, [file]) as results, connect(url, home, token_file, "register") as client:
        results.add(file, _registered(client, lines, receipts, f".{form}"))
    conclude(results, as_json=as_json)


def _registered(
    client: "NodeClient", lines: list[str], folder: Path, suffix: str
) -> "Iterator[RowResult]":
    from node.bulk import RowResult
    from node.cli.progress import progress_bar
    from node.client import ProblemError

    with progress_bar("Sealing", len(lines)) as advance:
        for row, line in enumerate(lines, 1):
            filing = _filing_in(line)
            if filing is None:  # never quoted: an access code may stand in it
                yield RowResult(row=row, status="malformed", reason="expected a JSON object")
            elif line.strip():
                try:
                    receipt = _register(client, filing)
                    _write_receipt(client, receipt, folder, suffix)
                    yield RowResult(
                        row=row,
                        status="accepted",
                        number=receipt["applicationNumberText"],
                        subject=receipt["filingId"],
                        height=receipt["height"],
                        index=receipt["index"],
                        reason=",".join(receipt.get("warningCodes", ())),
                    )
                except ProblemError as error:
                    yield _refused(row, error)
            advance(1)


def _filing_in(line: str) -> "Document | None":
    """The filing of a line; an empty one for a blank line, None where there is none."""
    try:
        found = json.loads(line) if line.strip() else {}
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _register(client: "NodeClient", filing: "Document") -> "Document":
    """The receipt. A node that is busy is asked again.

    Raises:
        ProblemError: the filing is refused, or the node stays busy.
    """
    from node.client import ProblemError

    for _ in range(ATTEMPTS_MAX - 1):
        try:
            return client.post("/sealed-filings", filing)
        except ProblemError as error:
            if error.status < _BUSY:
                raise
        time.sleep(PAUSE_S)
    return client.post("/sealed-filings", filing)


def _refused(row: int, error: "ProblemError") -> "RowResult":
    from node.bulk import RowResult

    status = "rejected"
    if error.status >= _BUSY:
        status = "undecided"
    elif error.status == _MALFORMED:
        status = "malformed"
    faults = error.document.get("errors") or [{}]
    return RowResult(
        row=row,
        status=status,
        reason=error.reason_code,
        field=faults[0].get("field", ""),
        expected=faults[0].get("expected", ""),
        received=faults[0].get("received", ""),
    )


def _write_receipt(client: "NodeClient", receipt: "Document", folder: Path, suffix: str) -> None:
    """Write it under the number, with a part of the claim key that tells two numbers of one spelling apart."""
    number = re.sub(r"[^A-Za-z0-9]+", "-", receipt["applicationNumberText"]).strip("-")
    claim_key = receipt["filingId"].rpartition(".")[2]
    path = folder / f"{number}.{claim_key[:8]}{suffix}"
    printed = client.print_document(
        f"/sealed-filings/{receipt['filingId']}/receipt", MEDIA_TYPES[suffix]
    )
    with written_whole("--receipts", path, is_private=True) as file:
        file.write(printed)
