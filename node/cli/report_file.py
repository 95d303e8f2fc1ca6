"""The report of a command about many rows: a CSV file that a spreadsheet opens safely."""

import contextlib
import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, TextIO

import typer

from node.cli.output import ExitCode, fail

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


class ReportFile:
    """A table that grows row by row; without a file, nothing is written."""

    def __init__(self, file: TextIO | None, columns: Sequence[str]) -> None:
        self._file = file
        self._writer = csv.DictWriter(file, columns, restval="") if file is not None else None
        if self._writer is not None:
            self._writer.writeheader()

    def write(self, cells: Mapping[str, object]) -> None:
        """Write a row; what it lacks is an empty cell."""
        if self._writer is not None:
            self._writer.writerow({name: _as_text(value) for name, value in cells.items()})

    def flush(self) -> None:
        """Make sure that what is known so far stands in the file, whatever happens next."""
        if self._file is not None:
            self._file.flush()


@contextlib.contextmanager
def opened_report(path: Path | None, columns: Sequence[str]) -> Iterator[ReportFile]:
    """The report, written to the file if one is named; it is opened before anything is sent.

    Raises:
        CommandError: the file cannot be written (2).
    """
    if path is None:
        yield ReportFile(None, columns)
        return
    try:
        file = path.open("w", newline="", encoding="utf-8")
    except OSError as error:
        hint = "name a file that can be written"
        fail(ExitCode.USAGE, f"--report {path}: {error.strerror}", hint)
    with file:
        yield ReportFile(file, columns)


def _as_text(value: object) -> object:
    """The value, as no spreadsheet takes it for a formula: what others filed may be one."""
    is_formula = isinstance(value, str) and value.startswith(_FORMULA_BEGINNINGS)
    return f"'{value}" if is_formula else value
