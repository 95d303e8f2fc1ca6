"""`ipregister register`: files of filings, row by row, none lost."""

import contextlib
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, TextIO

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.output import ExitCode, JsonOption, data, fail, print_json, talk

if TYPE_CHECKING:
    from node.bulk import NumberedRow, RowResult
    from node.client import NodeClient

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".ndjson": "application/jsonl",
}
GOOD = frozenset({"accepted", "repeated", "readable"})
CONFLICT_SUFFIX = "_CONFLICT"
"""Of the reasons for which the register refuses a filing that contradicts it."""
_FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")
SHOWN_MAX = 20
"""Bad rows that are shown; the report file and `--json` have them all."""


class _File(NamedTuple):
    """A file, taken apart: what can be sent, and what became of the rest."""

    path: Path
    rows: "list[NumberedRow]"
    malformed: "list[RowResult]"


def register(
    *,
    files: Annotated[list[Path], typer.Argument(help="CSV (.csv), JSON Lines (.jsonl) or JSON.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check the rows; send nothing.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            help="Write what became of every row to this CSV file. An apostrophe stands before cells"
            " that a spreadsheet would take for formulas."
        ),
    ] = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Register the filings of files at your office's node.

    A bad row is reported with its number, and the others go on. To resume after an interruption,
    give the same command again: rows that are registered already are answered with their first
    receipt. Exit code 0: every row is registered; 1: some are not; 3: some are undecided; 5: some
    contradict the register.
    """
    taken = [_read(file) for file in files]
    results: dict[Path, list[RowResult]] = {}
    with _opened(report) as report_file:  # before anything is sent
        if dry_run:
            for file in taken:
                results[file.path] = _in_order(_readable(file.rows), file.malformed)
        else:
            with connect(url, home, token_file, "register") as client:
                _send(client, taken, results)
        if report_file is not None:
            _write_report(report_file, results)
    _conclude(results, as_json=as_json)


def _send(
    client: "NodeClient", files: "Sequence[_File]", results: "dict[Path, list[RowResult]]"
) -> None:
    from node.bulk import register_rows
    from node.cli.progress import progress_bar

    with progress_bar("Registering", sum(len(file.rows) for file in files)) as advance:
        for file in files:
            sent = list(register_rows(client, file.rows, progress=advance, retrying=_tell))
            results[file.path] = _in_order(sent, file.malformed)


def _tell(text: str) -> None:
    talk().print(text, markup=False)


@contextlib.contextmanager
def _opened(report: Path | None) -> Iterator[TextIO | None]:
    """The file for the report, if one is wanted; written where it is opened, or not at all."""
    if report is None:
        yield None
        return
    try:
        file = report.open("w", newline="", encoding="utf-8")
    except OSError as error:
        fail(
            ExitCode.USAGE,
            f"--report {report}: {error.strerror}",
            "name a file that can be written",
        )
    with file:
        yield file


def _read(path: Path) -> _File:
    from api.formats import MalformedBulkError, read_rows
    from node.bulk import NumberedRow, RowResult

    media_type = MEDIA_TYPES.get(path.suffix.lower())
    if media_type is None:
        expected = ", ".join(MEDIA_TYPES)
        fail(ExitCode.USAGE, f"{path}: expected a file name that ends in one of {expected}")
    try:
        rows = list(read_rows(media_type, path.read_bytes()))
    except OSError as error:
        fail(ExitCode.USAGE, f"{path}: {error.strerror}", "name a file that can be read")
    except MalformedBulkError as error:
        fail(ExitCode.NO, f"{path}: {error}", "correct the document; no row of it was sent")
    good = [NumberedRow(row.number, row.filing) for row in rows if row.filing is not None]
    malformed = [
        RowResult(
            row=row.number,
            status="malformed",
            reason="; ".join(
                f"{fault.field or 'row'}: expected {fault.expected}, received {fault.received}"
                for fault in row.errors
            ),
        )
        for row in rows
        if row.filing is None
    ]
    return _File(path, good, malformed)


def _readable(rows: "Sequence[NumberedRow]") -> "list[RowResult]":
    from node.bulk import RowResult

    return [
        RowResult(row=row.number, status="readable", number=row.filing.application_number_text)
        for row in rows
    ]


def _in_order(*parts: "list[RowResult]") -> "list[RowResult]":
    return sorted((result for part in parts for result in part), key=lambda result: result.row)


def _write_report(report: TextIO, results: "dict[Path, list[RowResult]]") -> None:
    import msgspec

    from node.bulk import RowResult

    names = [field.encode_name for field in msgspec.structs.fields(RowResult)]
    writer = csv.DictWriter(report, ["file", *names], restval="")
    writer.writeheader()
    for path, rows in results.items():
        for row in rows:
            cells = {"file": str(path), **msgspec.to_builtins(row)}
            writer.writerow({name: _as_text(value) for name, value in cells.items()})


def _as_text(value: object) -> object:
    """The value, as no spreadsheet takes it for a formula: what others filed may be one."""
    is_formula = isinstance(value, str) and value.startswith(_FORMULA_BEGINNINGS)
    return f"'{value}" if is_formula else value


def _conclude(results: "dict[Path, list[RowResult]]", *, as_json: bool) -> None:
    """Show the counts and the bad rows, and end with the exit code that they ask for."""
    rows = [(path, row) for path, of_file in results.items() for row in of_file]
    counts = dict(Counter(row.status for _, row in rows))
    bad = [(path, row) for path, row in rows if row.status not in GOOD]
    code = _exit_code([row for _, row in bad])
    if as_json:
        import msgspec

        rows_of = {str(path): msgspec.to_builtins(of_file) for path, of_file in results.items()}
        print_json({"ok": not bad, "exitCode": int(code), "counts": counts, "rows": rows_of})
    else:
        for path, row in bad[:SHOWN_MAX]:
            number = f" {row.number}" if row.number else ""
            talk().print(f"{path}:{row.row}{number}: {row.status}: {row.reason}", markup=False)
        if len(bad) > SHOWN_MAX:
            talk().print(f"... and {len(bad) - SHOWN_MAX} more; --report FILE has them all")
        data().print(
            ", ".join(f"{status} {count:,}" for status, count in counts.items()) or "no rows"
        )
    raise typer.Exit(int(code))


def _exit_code(bad: "Sequence[RowResult]") -> ExitCode:
    if any(row.reason.endswith(CONFLICT_SUFFIX) for row in bad if row.status == "rejected"):
        return ExitCode.CONFLICT
    if any(row.status == "undecided" for row in bad):
        return ExitCode.UNDECIDABLE
    return ExitCode.NO if bad else ExitCode.YES
