"""Writes records as a table (CSV) that `table` reads back."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

import msgspec

from api.formats.columns import OFFICE, Column, Layout
from api.formats.spreadsheets import printable, with_apostrophe

LINES_AT_ONCE: Final = 1_000


def write_table(layout: Layout, records: Iterable[tuple[str, msgspec.Struct]]) -> Iterator[bytes]:
    """A table in UTF-8 of (office, record), with the columns that any of them needs.

    All rows are held at once: which columns are needed shows at the end only.
    """
    rows = [_cells(layout, office, record) for office, record in records]
    used = set(chain.from_iterable(rows)).union(layout.required)
    columns = sorted(used, key=layout.place)
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(column.name for column in columns)
    for number, row in enumerate(rows, 1):
        writer.writerow([row.get(column, "") for column in columns])
        if number % LINES_AT_ONCE == 0:
            yield lines.getvalue().encode()
            lines.seek(0)
            lines.truncate()
    yield lines.getvalue().encode()


def _cells(layout: Layout, office: str, record: msgspec.Struct) -> dict[Column, str]:
    """The texts of a record by their columns; those that are empty have none."""
    cells = {layout.column("", 0, OFFICE): _cell(office)} if office else {}
    holders = {group.holder for group in layout.groups}
    for name, value in msgspec.to_builtins(record).items():
        if name in holders and isinstance(value, dict):
            for field, text in value.items():
                cells[layout.column(name, 0, field)] = _cell(text)
        elif name in holders:
            for number, held in enumerate(value, 1):
                for field, text in held.items():
                    cells[layout.column(name, number, field)] = _cell(text)
        elif name in layout.fields:
            cells[layout.column("", 0, name)] = _cell(value)
    return {column: cell for column, cell in cells.items() if cell}


def _cell(value: object) -> str:
    """One cell: on one line, and no formula."""
    return with_apostrophe(printable(str(value).strip()))
