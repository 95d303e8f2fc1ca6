"""Writes a table for analysis as CSV, row by row."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from api.formats.spreadsheets import printable, with_apostrophe
from api.tables import Cell, Table

LINES_AT_ONCE: Final = 1_000


def write_csv(table: Table, rows: Iterable[tuple[Cell, ...]]) -> Iterator[bytes]:
    """The table in UTF-8, with all its columns, in pieces of many lines.

    Dates are YYYY-MM-DD, booleans `true` and `false`; no value is an empty cell. No cell is a formula: a text that
    begins like one has an apostrophe in front.
    """
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    for number, row in enumerate(rows, 1):
        writer.writerow(map(_cell, row))
        if number % LINES_AT_ONCE == 0:
            yield lines.getvalue().encode()
            lines.seek(0)
            lines.truncate()
    yield lines.getvalue().encode()


def _cell(value: Cell) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return with_apostrophe(printable(value.strip()))
        case _:
            return str(value)
