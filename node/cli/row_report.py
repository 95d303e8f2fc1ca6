"""What became of the rows of files: the report file, what is shown, and the exit code."""

import contextlib
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TextIO

import typer

from node.cli.output import ExitCode, data, fail, print_json, talk

if TYPE_CHECKING:
    from api.explain import FieldError
    from node.bulk import RowResult

GOOD = frozenset({"accepted", "repeated", "readable", "acceptable"})
CONFLICT_SUFFIX = "_CONFLICT"
"""Of the reasons for which the register refuses a filing that contradicts it."""
SHOWN_MAX = 20
"""Rows that are shown; the report file and `--json` have them all."""
_FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")

ReportOption = Annotated[
    Path | None,
    typer.Option(
        "--report",
        help="Write what became of every row to this CSV file, as soon as it is known. An apostrophe"
        " stands before cells that a spreadsheet would take for formulas.",
        show_default=False,
    ),
]


class RowReport:
    """The rows of all files so far, and the file that they are written to."""

    def __init__(self, file: TextIO | None) -> None:
        import msgspec

        from node.bulk import RowResult

        self.rows: dict[Path, list[RowResult]] = {}
        self._file = file
        names = [field.encode_name for field in msgspec.structs.fields(RowResult)]
        self._writer = csv.DictWriter(file, ["file", *names], restval="") if file else None
        if self._writer is not None:
            self._writer.writeheader()

    def add(self, path: Path, results: "Iterator[RowResult]") -> None:
        """Keep the results of a file as they come, in the order of its rows."""
        import msgspec

        rows = self.rows.setdefault(path, [])
        for result in results:
            rows.append(result)
            if self._writer is not None:
                cells = {"file": str(path), **msgspec.to_builtins(result)}
                self._writer.writerow({name: _as_text(value) for name, value in cells.items()})

    def flush(self) -> None:
        """Make sure that what is known so far stands in the file, whatever happens next."""
        if self._file is not None:
            self._file.flush()


@contextlib.contextmanager
def opened(path: Path | None) -> Iterator[RowReport]:
    """The report, written to the file if one is named; it is opened before anything is sent.

    Raises:
        CommandError: the file cannot be written (2).
    """
    if path is None:
        yield RowReport(None)
        return
    try:
        file = path.open("w", newline="", encoding="utf-8")
    except OSError as error:
        hint = "name a file that can be written"
        fail(ExitCode.USAGE, f"--report {path}: {error.strerror}", hint)
    with file:
        yield RowReport(file)


def malformed(number: int, errors: "Sequence[FieldError]") -> "RowResult":
    """The result of a row that could not be read."""
    from api.formats.row import in_words
    from node.bulk import RowResult

    first = errors[0]
    return RowResult(
        row=number,
        status="malformed",
        reason="; ".join(map(in_words, errors)),
        field=first.field,
        expected=first.expected,
        received=first.received,
    )


def _as_text(value: object) -> object:
    """The value, as no spreadsheet takes it for a formula: what others filed may be one."""
    is_formula = isinstance(value, str) and value.startswith(_FORMULA_BEGINNINGS)
    return f"'{value}" if is_formula else value


def conclude(report: RowReport, *, as_json: bool) -> NoReturn:
    """Show the counts and the rows to look at, and end with the exit code that they ask for.

    Raises:
        typer.Exit: always.
    """
    rows = [(path, row) for path, of_file in report.rows.items() for row in of_file]
    counts = dict(Counter(row.status for _, row in rows))
    bad = [row for _, row in rows if row.status not in GOOD]
    code = _exit_code(bad)
    if as_json:
        import msgspec

        rows_of = {str(path): msgspec.to_builtins(part) for path, part in report.rows.items()}
        print_json({"ok": not bad, "exitCode": int(code), "counts": counts, "rows": rows_of})
    else:
        _show([(path, row) for path, row in rows if row.status not in GOOD or row.expected])
        shown = ", ".join(f"{status} {count:,}" for status, count in counts.items())
        data().print(shown or "no rows")
    raise typer.Exit(int(code))


def _show(rows: "Sequence[tuple[Path, RowResult]]") -> None:
    """The rows with faults or warnings, bad ones first."""
    first = sorted(rows, key=lambda each: each[1].status in GOOD)
    for path, row in first[:SHOWN_MAX]:
        number = f" {row.number}" if row.number else ""
        words = row.reason
        if row.expected and row.expected not in words:
            about = f"{row.field} " if row.field else ""
            words = f"{words} {about}expected {row.expected}, received {row.received}".strip()
        talk().print(f"{path}:{row.row}{number}: {row.status}: {words}", markup=False)
    if len(rows) > SHOWN_MAX:
        talk().print(f"... and {len(rows) - SHOWN_MAX} more; --report FILE has them all")


def _exit_code(bad: "Sequence[RowResult]") -> ExitCode:
    if any(row.reason.endswith(CONFLICT_SUFFIX) for row in bad if row.status == "rejected"):
        return ExitCode.CONFLICT
    if any(row.status == "undecided" for row in bad):
        return ExitCode.UNDECIDABLE
    return ExitCode.NO if bad else ExitCode.YES
