"""Priority claims to verify, many in one document: a table (CSV) or JSON Lines, one claim to a row.

In JSON Lines a row is what `POST /priority-verifications` takes. In a table the columns that begin with
`first` name the first filing as it is claimed, those that begin with `second` the filing that claims it.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from api.explain import FieldError, explain
from api.formats.json_rows import lines
from api.formats.row import ROW_BYTES_MAX, too_long_fault
from api.formats.table import OFFICE, Group, Layout, read_table
from ledger.register.verification import FirstFiling, PriorityRequest, SecondFiling

ROWS_MAX: Final = 10_000
"""Claims in one document."""
BYTES_MAX: Final = 4 * 1024 * 1024
"""Of one document."""

LAYOUT: Final = Layout(
    PriorityRequest,
    Group("first", "first", FirstFiling),
    Group("second", "second", SecondFiling),
)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_decode: Final = msgspec.json.Decoder(PriorityRequest).decode


class QuestionRow(NamedTuple):
    """One row of a document: a claim to verify, or what is wrong with it."""

    number: int
    """The line; the header of a table is line 1."""
    question: PriorityRequest | None
    errors: tuple[FieldError, ...] = ()


def read_table_of_questions(body: bytes, rows_max: int = ROWS_MAX) -> Iterator[QuestionRow]:
    """The rows of a table.

    Raises:
        MalformedBulkError: the first line does not name the columns, or there are too many lines.
            Raised by this call, never by the iterator that it returns.
    """
    rows = read_table(body.removeprefix(_BYTE_ORDER_MARK), LAYOUT, rows_max)
    return (
        _without_question(row.number, row.office)
        if row.office
        else QuestionRow(row.number, row.record, row.errors)
        for row in rows
    )


def _without_question(number: int, office: str) -> QuestionRow:
    """The row that names an office without saying of which filing."""
    fault = FieldError(OFFICE, "firstIpOfficeCode or secondIpOfficeCode", office[:80])
    return QuestionRow(number, None, (fault,))


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
    try:
        return QuestionRow(number, _decode(line))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return QuestionRow(number, None, explain(line, PriorityRequest))
