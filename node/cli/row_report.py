"""What became of the rows of files: the report file, what is shown, and the exit code."""

import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from node.cli.output import ExitCode, data, print_json, talk
from node.cli.report_file import ReportFile, opened_report

if TYPE_CHECKING:
    from api.explain import FieldError
    from node.bulk import RowResult

GOOD = frozenset({"accepted", "repeated", "readable", "acceptable"})
CONFLICT_SUFFIX = "_CONFLICT"
"""Of the reasons for which the register refuses a filing that contradicts it."""
SHOWN_MAX = 20
"""Rows that are shown; the report file and `--json` have them all."""


class RowReport:
    """The rows of all files so far, and the file that they are written to."""

    def __init__(self, file: ReportFile) -> None:
        self.rows: dict[Path, list[RowResult]] = {}
        self._file = file

    def add(self, path: Path, results: "Iterator[RowResult]") -> None:
        """Keep the results of a file as they come, in the order of its rows."""
        import msgspec

        rows = self.rows.setdefault(path, [])
        for result in results:
            rows.append(result)
            cells = {"file": str(path), **msgspec.to_builtins(result)}
            if result.height:  # The first entry of a block has index 0.
                cells["index"] = result.index
            self._file.write(cells)

    def flush(self) -> None:
        """Make sure that what is known so far stands in the file, whatever happens next."""
        self._file.flush()


@contextlib.contextmanager
def opened(path: Path | None, inputs: Iterable[Path]) -> Iterator[RowReport]:
    """The report on the inputs, written to the file if one is named; it is opened before anything is sent.

    Raises:
        CommandError: as `opened_report`.
    """
    import msgspec

    from node.bulk import RowResult

    names = [field.encode_name for field in msgspec.structs.fields(RowResult)]
    with opened_report(path, ["file", *names], inputs) as file:
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
