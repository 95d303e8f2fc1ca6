"""Filings as a table (CSV), the form that spreadsheets give.

The first line names the columns, in any order and case; `,` `;` or tab separate. The columns are
the names of the JSON form. The claims of a filing stand in numbered columns: `priority1IpOfficeCode`,
`priority1ApplicationNumberText`, `priority1FilingDate`, `priority1Right`, `priority2IpOfficeCode`,
and so on; so do the filings that it continues (`related1Relation`, ...).
"""

import csv
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from api.bulk_row import ROW_BYTES_MAX, MalformedBulkError, Row, too_long
from api.explain import ERRORS_MAX, RECEIVED_LENGTH_MAX, FieldError, explain_value, quote
from ledger.register.entries import Filing, PriorityClaim, RelatedFiling

DELIMITERS: Final = ",;\t"
BLANK: Final = " \r\t,;"
"""Characters of a line that stands for nothing, as spreadsheets leave them below a table."""

_GROUPS: Final[dict[str, tuple[str, type[msgspec.Struct]]]] = {
    "priority": ("priorityClaimBag", PriorityClaim),
    "related": ("relatedFilingBag", RelatedFiling),
}
_NUMBERED_COLUMN: Final = re.compile(r"(priority|related)([1-9][0-9]{0,2})([a-z]+)")
_FIELD_PATH: Final = re.compile(r"(priorityClaimBag|relatedFilingBag)\[([0-9]+)\]\.(\w+)")


def _flat_fields(record: type[msgspec.Struct]) -> dict[str, str]:
    """The JSON names of the record's single-valued fields by their lower-case form."""
    names = (field.encode_name for field in msgspec.structs.fields(record))
    return {name.lower(): name for name in names if not name.endswith("Bag")}


_COLUMNS: Final = _flat_fields(Filing)
_GROUP_COLUMNS: Final = {name: _flat_fields(record) for name, (_, record) in _GROUPS.items()}
COLUMN_NAMES: Final = tuple(_COLUMNS.values()) + tuple(
    f"{group}N{name[0].upper()}{name[1:]}"
    for group, columns in _GROUP_COLUMNS.items()
    for name in columns.values()
)
"""The columns that a table may have; N stands for 1, 2, 3 ..."""


class _Column(NamedTuple):
    """Where the cells of one column go."""

    field: str
    group: str = ""
    """`priority` or `related`; empty: the filing itself."""
    number: int = 0


def read_table(body: bytes) -> Iterator[Row]:
    """The rows of a table.

    Raises:
        MalformedBulkError: the first line does not name the columns. Raised by this call, never by
            the iterator that it returns.
    """
    # A row is one line: no value here holds a line break, and so a stray quotation mark cannot
    # swallow the rows below it.
    lines = body.decode("utf-8", "surrogateescape").split("\n")
    delimiter = max(DELIMITERS, key=lines[0].count)
    header = _split(lines[0], delimiter) if len(lines[0]) <= ROW_BYTES_MAX else None
    if header is None:
        expected = f"a row of column names, of at most {ROW_BYTES_MAX} bytes"
        fault = FieldError("header", expected, quote(_printable(lines[0][:RECEIVED_LENGTH_MAX])))
        raise MalformedBulkError((fault,))
    columns = _read_header(header)
    return (
        _read_row(number, line, delimiter, columns)
        for number, line in enumerate(lines[1:], 2)
        if line.strip(BLANK)
    )


def _split(line: str, delimiter: str) -> list[str] | None:
    """The cells of a line, trimmed; None when its quotation marks do not match."""
    if '"' not in line:
        return [cell.strip() for cell in line.split(delimiter)]
    try:
        return [
            cell.strip() for cell in next(csv.reader((line,), delimiter=delimiter, strict=True))
        ]
    except (csv.Error, StopIteration):
        return None


def _read_header(header: list[str]) -> list[_Column]:
    columns: list[_Column] = []
    unknown: list[str] = []
    repeated: list[str] = []
    seen: set[_Column] = set()
    for name in header:
        column = _find_column(re.sub(r"[\s_.-]", "", name).lower())
        if column is None:
            unknown.append(name)
        elif column in seen:
            repeated.append(_column_name(column))
        else:
            seen.add(column)
            columns.append(column)
    missing = [name for name in _required_columns() if _Column(name) not in seen]
    errors = [FieldError(name, "a column of this name", "no such column") for name in missing]
    if repeated:
        errors.append(FieldError("header", "each column once", f"again {_listed(repeated)}"))
    if unknown:
        expected = "columns among " + ", ".join(COLUMN_NAMES)
        errors.append(FieldError("header", expected, _listed(unknown)))
    if errors:
        raise MalformedBulkError(tuple(errors))
    return columns


def _listed(names: list[str]) -> str:
    """The names, as many as help."""
    shown = ", ".join(quote(_printable(name)) for name in names[:ERRORS_MAX])
    return shown if len(names) <= ERRORS_MAX else f"{shown} and {len(names) - ERRORS_MAX} more"


def _required_columns() -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(Filing) if field.required]


def _find_column(name: str) -> _Column | None:
    if name in _COLUMNS:
        return _Column(_COLUMNS[name])
    numbered = _NUMBERED_COLUMN.fullmatch(name)
    if numbered is None:
        return None
    group, number, rest = numbered.groups()
    field = _GROUP_COLUMNS[group].get(rest)
    return None if field is None else _Column(field, group, int(number))


def _read_row(number: int, line: str, delimiter: str, columns: list[_Column]) -> Row:
    if len(line) > ROW_BYTES_MAX:
        return too_long(number, len(line))
    cells = _split(line, delimiter)
    if cells is None or not line.strip().replace("\t", "").isprintable():
        fault = FieldError("", "a row of printable text in UTF-8", quote(_printable(line)))
        return Row(number, None, (fault,))
    if len(cells) != len(columns):
        fault = FieldError("", f"{len(columns)} cells, as in the header", f"{len(cells)} cells")
        return Row(number, None, (fault,))
    document: dict[str, object] = {}
    groups: dict[str, dict[int, dict[str, str]]] = {}
    for column, cell in zip(columns, cells, strict=True):
        if cell and column.group:
            groups.setdefault(column.group, {}).setdefault(column.number, {})[column.field] = cell
        elif cell:
            document[column.field] = cell
    numbers = {group: sorted(records) for group, records in groups.items()}
    for group, records in groups.items():
        document[_GROUPS[group][0]] = [records[key] for key in numbers[group]]
    try:
        return Row(number, msgspec.convert(document, Filing))
    except msgspec.ValidationError:
        faults = explain_value(document, Filing)
        return Row(number, None, tuple(_name_column(fault, numbers) for fault in faults))


def _name_column(fault: FieldError, numbers: dict[str, list[int]]) -> FieldError:
    """The fault with the name of the column in place of the path in the JSON form."""
    path = _FIELD_PATH.fullmatch(fault.field)
    if path is None:
        return fault
    group = next(name for name, (bag, _) in _GROUPS.items() if bag == path[1])
    column = _Column(path[3], group, numbers[group][int(path[2])])
    return msgspec.structs.replace(fault, field=_column_name(column))


def _column_name(column: _Column) -> str:
    if not column.group:
        return column.field
    return f"{column.group}{column.number}{column.field[0].upper()}{column.field[1:]}"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text)
