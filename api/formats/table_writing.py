"""Writes records as a table (CSV) that `table` reads back."""

import csv
import io
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Final

import msgspec

from api.formats.columns import OFFICE, Column, Layout
from api.formats.spreadsheets import printable, with_apostrophe

LINES_AT_ONCE: Final = 1_000
MEMORY_BYTES_MAX = 8 * 1024 * 1024
"""Of rows that wait; more of them wait in a file, which nobody else can open."""

_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(list[tuple[int, str]]).decode


def write_table(layout: Layout, records: Iterable[tuple[str, msgspec.Struct]]) -> Iterator[bytes]:
    """A table in UTF-8 of (office, record), with the columns that any of them needs.

    Which columns are needed shows at the end only: until then many rows wait in a temporary file.
    """
    with SpooledTemporaryFile(MEMORY_BYTES_MAX) as waiting:
        used = {column: place for place, column in enumerate(layout.required)}
        for office, record in records:
            cells = _cells(layout, office, record).items()
            row = [(used.setdefault(column, len(used)), cell) for column, cell in cells]
            waiting.write(_encode(row) + b"\n")
        waiting.seek(0)
        columns = sorted(used, key=layout.place)
        places = [used[column] for column in columns]
        lines = io.StringIO(newline="")
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(column.name for column in columns)
        for number, line in enumerate(waiting, 1):
            found = dict(_decode(line))
            writer.writerow([found.get(place, "") for place in places])
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
