"""The report of a command about many rows: a CSV file that a spreadsheet opens safely."""

import contextlib
import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, TextIO

import typer

from node.cli.output import ExitCode, fail

_FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")

ReportOption = Annotated[
    Path | None,
    typer.Option(
        "--report",
        help="Write what became of every row to this CSV file, as soon as it is known. Only"
        " an earlier report is written over. An apostrophe stands before cells that a spreadsheet"
        " would take for formulas.",
        show_default=False,
    ),
]


class ReportFile:
    """A table that grows row by row; without a file, nothing is written.

    Its methods raise CommandError (2) where the file takes no more.
    """

    def __init__(self, path: Path | None, file: TextIO | None, columns: Sequence[str]) -> None:
        self._path = path
        self._file = file
        self._writer = csv.DictWriter(file, columns, restval="") if file is not None else None
        if self._writer is not None:
            with self._checked():
                self._writer.writeheader()

    def write(self, cells: Mapping[str, object]) -> None:
        """Write a row; what it lacks is an empty cell."""
        if self._writer is not None:
            with self._checked():
                self._writer.writerow({name: _as_text(value) for name, value in cells.items()})

    def flush(self) -> None:
        """Make sure that what is known so far stands in the file, whatever happens next."""
        if self._file is not None:
            with self._checked():
                self._file.flush()

    @contextlib.contextmanager
    def _checked(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            hint = "name a file that can be written, and give the same command again"
            fail(ExitCode.USAGE, f"--report {self._path}: {error.strerror}", hint)


@contextlib.contextmanager
def opened_report(
    path: Path | None, columns: Sequence[str], inputs: Iterable[Path]
) -> Iterator[ReportFile]:
    """The report, written to the file if one is named; it is opened before anything is sent.

    Only an earlier report is written over, and none of the inputs.

    Raises:
        CommandError: the file is an input, or cannot be written (2); it is another file (5).
    """
    if path is None:
        yield ReportFile(None, None, columns)
        return
    try:
        _expect_replaceable(path, columns, inputs)
        file = path.open("w", newline="", encoding="utf-8")
    except OSError as error:
        hint = "name a file that can be written"
        fail(ExitCode.USAGE, f"--report {path}: {error.strerror}", hint)
    try:
        report = ReportFile(path, file, columns)
        yield report
        report.flush()
    finally:
        with contextlib.suppress(OSError):  # What it did not take was told above.
            file.close()


def _expect_replaceable(path: Path, columns: Sequence[str], inputs: Iterable[Path]) -> None:
    if not path.exists():
        return
    if any(path.samefile(each) for each in inputs if each.exists()):
        hint = "name another file: the report would overwrite what is to be read"
        fail(ExitCode.USAGE, f"--report {path}: this is the input itself", hint)
    if not path.is_file():
        return
    header = f"{','.join(columns)}\r\n".encode()
    with path.open("rb") as file:
        beginning = file.read(len(header))
    if beginning not in (b"", header):
        hint = "name another file, or delete it: only an earlier report is written over"
        fail(ExitCode.CONFLICT, f"--report {path} exists, and is no report of this command", hint)


def _as_text(value: object) -> object:
    """The value, as no spreadsheet takes it for a formula: what others filed may be one."""
    is_formula = isinstance(value, str) and value.startswith(_FORMULA_BEGINNINGS)
    return f"'{value}" if is_formula else value
