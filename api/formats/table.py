"""Records as a table (CSV), the form that spreadsheets give.

The first line names the columns, in any order and case; `,` `;` or tab separate. The columns are
the names of the JSON form. What a record holds many of stands in numbered columns
(`priority1IpOfficeCode`, `priority2IpOfficeCode` ...), what it holds one of under its name
(`replacedClaimIpOfficeCode`).
"""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from api.explain import ERRORS_MAX, RECEIVED_LENGTH_MAX, FieldError, explain_value, quote
from api.formats.row import (
    ROW_BYTES_MAX,
    MalformedBulkError,
    expect_at_most,
    expect_line_ends,
    too_long_fault,
)
from api.formats.spreadsheets import (
    ROUNDED_NUMBER,
    became_a_fraction,
    expect_no_other_encoding,
    printable,
    with_hint,
    without_apostrophe,
)
from api.formats.texts import claim_faults, odd_character, says_nothing, too_many_claims
from ledger.register.entries import CLAIMS_MAX, Filing

DELIMITERS: Final = ",;\t"
BLANK: Final = " \r\t,;"
"""Characters of a line that stands for nothing, as spreadsheets leave them below a table."""
OFFICE: Final = "ipOfficeCode"
"""The column that names the office of filing; no field of the record."""

_NUMBERED_COLUMN: Final = re.compile(r"([a-z]+)([1-9][0-9]{0,2})([a-z]+)")
_CR: Final = re.compile(rb"\r.")
_SEPARATOR_LINE: Final = re.compile(r'"?sep=[,;\t]"?\r?')
"""By which spreadsheets tell themselves what separates."""
_MARKS: Final = ("E+", "e+", "=", "@", ".0")
"""One of them is in each line whose cells a spreadsheet may have spoiled."""
_FIELD_PATH: Final = re.compile(r"(\w+?)(?:\[([0-9]+)\])?\.(\w+)")


class Group(NamedTuple):
    """Columns that make a record within the record."""

    prefix: str
    """What the names of its columns begin with; empty: they stand like those of the record itself."""
    holder: str
    """The JSON name of the field that holds it."""
    record: type[msgspec.Struct]
    is_bag: bool = False
    """Whether the field holds many, and the columns are numbered."""


class Column(NamedTuple):
    """Where the cells of one column go."""

    name: str
    field: str
    holder: str = ""
    """The field that holds the record which has the field; empty: the record itself."""
    number: int = 0
    """Of a bag, from 1."""


class TableRow(NamedTuple):
    """One row: the record, or what is wrong with it."""

    number: int
    """The line; the header is line 1."""
    record: Any
    """Of the layout's record type; None: the row has faults."""
    errors: tuple[FieldError, ...] = ()
    office: str = ""
    cells: dict[str, str] | None = None
    """As they came, by the names of their columns; where the layout keeps them."""


class Layout:
    """Which columns a table of one kind of record may have."""

    def __init__(
        self,
        record: type[msgspec.Struct],
        *groups: Group,
        carried: tuple[str, ...] = (),
        keeps_cells: bool = False,
    ) -> None:
        self.record = record
        self.carried = {name.lower(): name for name in carried}
        """Columns that are no fields of the record, by their names in lower case: they say nothing to it."""
        self.keeps_cells = keeps_cells
        self.groups = groups
        self._prefixes = {group.holder: group.prefix for group in groups}
        self._records = {group.holder: group.record for group in groups}
        single = [Group("", "", record), *(group for group in groups if not group.is_bag)]
        self._columns = {OFFICE.lower(): Column(OFFICE, OFFICE)}
        required: list[Column] = []
        for group in single:
            for field in msgspec.structs.fields(group.record):
                name = field.encode_name
                if name in self._prefixes or name.endswith("Bag"):
                    continue
                column = Column(_join(group.prefix, 0, name), name, group.holder)
                self._columns[column.name.lower()] = column
                if field.required:
                    required.append(column)
        self.fields = frozenset(field_names(record))
        self.required = tuple(required)
        """Without which no row can be read."""
        self._bags = {
            group.prefix: (group.holder, {name.lower(): name for name in field_names(group.record)})
            for group in groups
            if group.is_bag
        }
        self.names = tuple(column.name for column in self._columns.values()) + tuple(
            f"{prefix}N{name[0].upper()}{name[1:]}"
            for prefix, (_, names) in self._bags.items()
            for name in names.values()
        )
        """The columns that a table may have; N stands for 1, 2, 3 ..."""

    def find(self, name: str) -> Column | None:
        """The column of this name, which is in lower case and without separators; None: there is none."""
        if name in self._columns:
            return self._columns[name]
        if name in self.carried:
            return Column(self.carried[name], "")
        numbered = _NUMBERED_COLUMN.fullmatch(name)
        if numbered is None or numbered[1] not in self._bags:
            return None
        holder, names = self._bags[numbered[1]]
        field = names.get(numbered[3])
        return None if field is None else self.column(holder, int(numbered[2]), field)

    def place(self, column: Column) -> tuple[int, int, int]:
        """Where a column stands in a table that is written: groups in their order, then numbers, then fields."""
        holders = ("", *self._prefixes)
        single = self._columns.get(column.name.lower())
        if single is not None and not column.number:
            return (0, 0, list(self._columns.values()).index(single))
        record = self._records[column.holder]
        return (
            holders.index(column.holder),
            column.number,
            field_names(record).index(column.field),
        )

    def column(self, holder: str, number: int, field: str) -> Column:
        """The column of a field."""
        name = _join(self._prefixes.get(holder, ""), number, field)
        return Column(name, field, holder, number)


def field_names(record: type[msgspec.Struct]) -> tuple[str, ...]:
    """The JSON names of the fields of a record."""
    return tuple(field.encode_name for field in msgspec.structs.fields(record))


def _join(prefix: str, number: int, field: str) -> str:
    return f"{prefix}{number or ''}{field[0].upper()}{field[1:]}" if prefix else field


def read_table(body: bytes, layout: Layout, rows_max: int) -> Iterator[TableRow]:
    """The rows of a table.

    Raises:
        MalformedBulkError: the first line does not name the columns, or there are too many lines.
            Raised by this call, never by the iterator that it returns.
    """
    expect_no_other_encoding(body)
    expect_at_most(rows_max, body.count(b"\n"))
    expect_line_ends(body, _CR)
    # A row is one line: no value here holds a line break, and so a stray quotation mark cannot
    # swallow the rows below it.
    lines = body.decode("utf-8", "surrogateescape").split("\n")
    first = 1 if _SEPARATOR_LINE.fullmatch(lines[0]) and len(lines) > 1 else 0
    delimiter = lines[0].strip('"\r')[-1] if first else max(DELIMITERS, key=lines[0].count)
    header = _split(lines[first], delimiter) if len(lines[first]) <= ROW_BYTES_MAX else None
    if header is None:
        expected = f"a row of column names, of at most {ROW_BYTES_MAX} bytes"
        fault = FieldError("header", expected, quote(printable(lines[first][:RECEIVED_LENGTH_MAX])))
        raise MalformedBulkError((fault,))
    columns = _read_header(list(map(without_apostrophe, header)), layout)
    return (
        _read_row(number, line, delimiter, columns, layout)
        for number, line in enumerate(lines[first + 1 :], first + 2)
        if line.strip(BLANK)
    )


def _split(line: str, delimiter: str) -> list[str] | None:
    """The cells of a line, trimmed; as they came; None when its quotation marks do not match."""
    if '"' not in line:
        cells = line.split(delimiter)
    else:
        try:
            cells = next(csv.reader((line,), delimiter=delimiter, strict=True))
        except (csv.Error, StopIteration):
            return None
    return [cell.strip() for cell in cells]


def _read_header(header: list[str], layout: Layout) -> list[Column]:
    columns: list[Column] = []
    unknown: list[str] = []
    repeated: list[str] = []
    seen: set[Column] = set()
    for name in header:
        column = layout.find(re.sub(r"[\s_.-]", "", name).lower())
        if column is None:
            unknown.append(name)
        elif column in seen:
            repeated.append(column.name)
        else:
            seen.add(column)
            columns.append(column)
    missing = [column.name for column in layout.required if column not in seen]
    errors = [FieldError(name, "a column of this name", "no such column") for name in missing]
    if repeated:
        errors.append(FieldError("header", "each column once", f"again {_listed(repeated)}"))
    if unknown:
        expected = "columns among " + ", ".join(layout.names)
        errors.append(FieldError("header", expected, _listed(unknown)))
    if errors:
        raise MalformedBulkError(tuple(errors))
    return columns


def _listed(names: list[str]) -> str:
    """The names, as many as help."""
    shown = ", ".join(quote(printable(name)) for name in names[:ERRORS_MAX])
    return shown if len(names) <= ERRORS_MAX else f"{shown} and {len(names) - ERRORS_MAX} more"


def _read_row(
    number: int, line: str, delimiter: str, columns: list[Column], layout: Layout
) -> TableRow:
    if len(line) > ROW_BYTES_MAX:
        return TableRow(number, None, (too_long_fault(len(line)),))
    cells = _split(line, delimiter)
    if cells is None or not line.strip().replace("\t", "").isprintable():
        return TableRow(number, None, (_unreadable(line, delimiter),))
    if len(cells) != len(columns):
        fault = FieldError("", f"{len(columns)} cells, as in the header", f"{len(cells)} cells")
        return TableRow(number, None, (fault,))
    faults = [*_spoiled(columns, cells)] if any(mark in line for mark in _MARKS) else []
    kept = (
        dict(zip((column.name for column in columns), cells, strict=True))
        if layout.keeps_cells
        else None
    )
    if "'" in line:
        cells = [without_apostrophe(cell) for cell in cells]
    office, document, places = _document(columns, cells)
    record, found = _record(document, places, layout)
    faults += found
    return TableRow(number, None if faults else record, tuple(faults), office, kept)


def _record(
    document: dict[str, Any], places: dict[str, list[int]], layout: Layout
) -> tuple[Any, Sequence[FieldError]]:
    """(the record, its faults)."""
    if any(len(held) > CLAIMS_MAX for held in places.values()):
        return None, (too_many_claims(),)
    try:
        record = msgspec.convert(document, layout.record)
    except msgspec.ValidationError:
        faults = explain_value(document, layout.record)
        return None, [_name_column(fault, layout, places) for fault in faults]
    return record, claim_faults(record) if isinstance(record, Filing) and says_nothing(
        record
    ) else ()


def _document(
    columns: list[Column], cells: list[str]
) -> tuple[str, dict[str, Any], dict[str, list[int]]]:
    """(office, the record in the shape of its JSON form, which numbers each bag's elements had)."""
    document: dict[str, Any] = {}
    bags: dict[str, dict[int, dict[str, str]]] = {}
    for (_, field, holder, place), cell in zip(columns, cells, strict=True):
        if not cell or not field:
            continue
        if not holder:
            document[field] = cell
        elif place:
            bags.setdefault(holder, {}).setdefault(place, {})[field] = cell
        else:
            document.setdefault(holder, {})[field] = cell
    places = {holder: sorted(records) for holder, records in bags.items()}
    for holder, records in bags.items():
        document[holder] = [records[place] for place in places[holder]]
    return document.pop(OFFICE, ""), document, places


def _name_column(fault: FieldError, layout: Layout, places: dict[str, list[int]]) -> FieldError:
    """The fault with the name of the column in place of the path in the JSON form."""
    path = _FIELD_PATH.fullmatch(fault.field)
    if path is None:
        return with_hint(fault)
    holder, index, field = path.groups()
    number = places[holder][int(index)] if index else 0
    named = msgspec.structs.replace(fault, field=layout.column(holder, number, field).name)
    return with_hint(named)


def _unreadable(line: str, delimiter: str) -> FieldError:
    """Which character of a row cannot stand there, and where."""
    text = line.rstrip("\r")
    odd = odd_character(text.replace("\t", " "))
    if odd:
        return FieldError("", "a row of printable text in UTF-8", odd)
    place = text.index('"') + 1 if text.count('"') == 1 else text.rindex('"') + 1
    expected = "cells on one line, whose quotation marks stand around the whole cell"
    what = "a lone one, or the cell has a line break" if text.count('"') % 2 else "text beside it"
    cell = text[:place].count(delimiter) + 1
    return FieldError(
        "", expected, f"character {place}, about cell {cell}: quotation mark ({what})"
    )


def _spoiled(columns: list[Column], cells: list[str]) -> Iterator[FieldError]:
    """The cells of which nobody can tell what they were before a spreadsheet took them."""
    by_place = {column[1:]: cell for column, cell in zip(columns, cells, strict=True)}
    for column, cell in zip(columns, cells, strict=True):
        if not column.field:
            continue
        if cell.startswith(("=", "@")):
            expected = "a text, not a formula; if it is a text, put an apostrophe in front"
            yield FieldError(column.name, expected, quote(cell))
        elif column.field != "applicationNumberText":
            continue
        elif ROUNDED_NUMBER.fullmatch(cell):
            expected = "the whole number: make the column one of texts and enter it again"
            yield FieldError(column.name, expected, quote(cell))
        elif cell.endswith(".0"):
            holder, number = column.holder, column.number
            office = by_place.get((OFFICE, holder, number), "")
            right = by_place.get(("right", holder, number)) or by_place.get(("right", "", 0), "")
            day = by_place.get(("filingDate", holder, number), "")
            if became_a_fraction(office, right, cell, day):
                expected = f"{cell[:-2]}, if a spreadsheet made the number one with a fraction"
                yield FieldError(column.name, expected, quote(cell))
