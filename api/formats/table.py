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
from api.formats.columns import OFFICE, Column, Layout
from api.formats.row import (
    ROW_BYTES_MAX,
    MalformedBulkError,
    expect_at_most,
    expect_line_ends,
    too_long_fault,
)
from api.formats.spoiled_cells import may_be_spoiled, spoiled, unreadable
from api.formats.spreadsheets import (
    expect_no_other_encoding,
    printable,
    with_hint,
    without_apostrophe,
)
from api.formats.texts import claim_faults, has_faulty_claims, too_many_claims
from ledger.register.entries import CLAIMS_MAX, Filing

DELIMITERS: Final = ",;\t"
BLANK: Final = " \r\t,;"
"""Characters of a line that stands for nothing, as spreadsheets leave them below a table."""
_CR: Final = re.compile(rb"\r.")
_SEPARATOR_LINE: Final = re.compile(r'"?sep=[,;\t]"?\r?')
"""By which spreadsheets tell themselves what separates."""
_FIELD_PATH: Final = re.compile(r"(\w+?)(?:\[([0-9]+)\])?\.(\w+)")


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
        return TableRow(number, None, (unreadable(line, delimiter),))
    if len(cells) != len(columns):
        fault = FieldError("", f"{len(columns)} cells, as in the header", f"{len(cells)} cells")
        return TableRow(number, None, (fault,))
    faults = [*spoiled(columns, cells)] if may_be_spoiled(line) else []
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
    return record, claim_faults(record) if isinstance(record, Filing) and has_faulty_claims(
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
