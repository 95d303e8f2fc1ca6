"""Priority claims to verify, many in one document: a table (CSV) or JSON Lines, one claim to a row.

In JSON Lines a row is what `POST /priority-verifications` takes. In a table the columns that begin with
`first` name the first filing as it is claimed, those that begin with `second` the filing that claims it.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import msgspec

from api.explain import RECEIVED_LENGTH_MAX, FieldError, explain, explain_value, is_secret
from api.formats.columns import OFFICE, Group, Layout
from api.formats.json_rows import lines, repeated_names
from api.formats.row import ROW_BYTES_MAX, too_long_fault
from api.formats.table import TableRow, read_table
from api.formats.texts import tidy
from ledger.register.verification import FirstFiling, PriorityRequest, SecondFiling

ROWS_MAX: Final = 10_000
"""Claims in one document."""
BYTES_MAX: Final = 4 * 1024 * 1024
"""Of one document."""

REFERENCE: Final = "reference"
"""The column that is handed through: the asker's own name for the row."""
REPORTED: Final = (
    "row",
    "outcome",
    "reasons",
    "summary",
    "remedy",
    "firstFilingId",
    "lastDate",
    "suggestions",
    "height",
    "reason",
    "field",
    "expected",
    "received",
)
"""The columns of a report. Read again, they say nothing: a report that was corrected is a list."""

LAYOUT: Final = Layout(
    PriorityRequest,
    Group("first", "first", FirstFiling),
    Group("second", "second", SecondFiling),
    carried=(REFERENCE, *REPORTED),
    keeps_cells=True,
)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class QuestionRow(NamedTuple):
    """One row of a document: a claim to verify, or what is wrong with it."""

    number: int
    """The line; the header of a table is line 1."""
    question: PriorityRequest | None
    errors: tuple[FieldError, ...] = ()
    reference: str = ""
    cells: Mapping[str, str] = {}
    """Of a row that cannot be read: as they came, by the names of their columns; without access codes."""


def read_table_of_questions(body: bytes, rows_max: int = ROWS_MAX) -> Iterator[QuestionRow]:
    """The rows of a table.

    Raises:
        MalformedBulkError: the first line does not name the columns, or there are too many lines.
            Raised by this call, never by the iterator that it returns.
    """
    rows = read_table(body.removeprefix(_BYTE_ORDER_MARK), LAYOUT, rows_max)
    return map(_question, rows)


def _question(row: TableRow) -> QuestionRow:
    """The question of a row; a fault where it names an office without saying of which filing."""
    cells = {name: cell for name, cell in (row.cells or {}).items() if not is_secret(name)}
    reference = cells.get(REFERENCE, "")
    if row.office:
        fault = FieldError(OFFICE, "firstIpOfficeCode or secondIpOfficeCode", row.office[:80])
        return QuestionRow(row.number, None, (fault,), reference, cells)
    kept = {} if row.record is not None else cells
    return QuestionRow(row.number, row.record, row.errors, reference, kept)


def read_lines_of_questions(body: bytes, rows_max: int = ROWS_MAX) -> Iterator[QuestionRow]:
    """The rows of JSON Lines.

    Raises:
        MalformedBulkError: there are too many. Raised by this call.
    """
    found = lines(body.removeprefix(_BYTE_ORDER_MARK), rows_max)
    return (_read_line(number, line) for number, line in found)


def _read_line(number: int, line: bytes) -> QuestionRow:
    if len(line) > ROW_BYTES_MAX:
        return QuestionRow(number, None, (too_long_fault(len(line)),))
    reference = ""
    try:
        value = msgspec.json.decode(line)
        faults = repeated_names(line)
        if isinstance(value, dict):
            reference = str(value.pop(REFERENCE, ""))[:RECEIVED_LENGTH_MAX]
            faults = faults or tuple(tidy(value))
        question = msgspec.convert(value, PriorityRequest) if not faults else None
    except msgspec.ValidationError:
        faults, question = explain_value(value, PriorityRequest), None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        faults, question = explain(line, PriorityRequest), None
        value = None
    cells = {} if question is not None else _cells(value)
    return QuestionRow(number, question, faults, reference, cells)


def _cells(value: object) -> dict[str, str]:
    """The texts of a document that is no question, by the names of a table's columns."""
    sides = value.items() if isinstance(value, dict) else ()
    return {
        f"{side}{name[:1].upper()}{name[1:]}": text
        for side, fields in sides
        if isinstance(fields, dict)
        for name, text in fields.items()
        if isinstance(text, str) and not is_secret(name)
    }
