"""One row of a bulk document, and the document that has none."""

from typing import Final, NamedTuple

from api.explain import FieldError
from ledger.register.entries import Filing

ROW_BYTES_MAX: Final = 65_536
"""Of one row; a filing with the most claims that one may have needs half of it."""


class MalformedBulkError(ValueError):
    """A document that cannot be told apart into rows."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(map(_in_words, errors)))
        self.errors = errors


def _in_words(fault: FieldError) -> str:
    about = f"{fault.field}: " if fault.field else ""
    return f"{about}expected {fault.expected}, received {fault.received}"


class Row(NamedTuple):
    """One row of a document: a filing, or what is wrong with it."""

    number: int
    """From 1: element of the array, line of the JSON Lines, line of the table (whose header
    is line 1)."""
    filing: Filing | None
    errors: tuple[FieldError, ...] = ()


def too_long(number: int, size: int) -> Row:
    """The row that stands for one of so many bytes, which nobody reads."""
    fault = FieldError("", f"a row of at most {ROW_BYTES_MAX} bytes", f"{size} bytes")
    return Row(number, None, (fault,))
