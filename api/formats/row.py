"""One row of a bulk document, what is written in one, and the document that has none."""

import re
from typing import Final, NamedTuple

from api.explain import FieldError
from ledger.register.entries import Claim, Filing

ROW_BYTES_MAX: Final = 65_536
"""Of one row; a filing with the most claims that one may have needs half of it."""
ROWS_MAX: Final = 100_000


class MalformedBulkError(ValueError):
    """A document that cannot be told apart into rows."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(map(in_words, errors)))
        self.errors = errors


def in_words(fault: FieldError) -> str:
    """The fault on one line."""
    about = f"{fault.field}: " if fault.field else ""
    return f"{about}expected {fault.expected}, received {fault.received}"


class Row(NamedTuple):
    """One row of a document: a filing, or what is wrong with it."""

    number: int
    """From 1: element of the array, line of the JSON Lines, line of the table (whose header
    is line 1), filing of the XML document."""
    filing: Filing | None
    errors: tuple[FieldError, ...] = ()
    office: str = ""
    """The office of filing as the row names it; empty: it names none."""
    doubts: tuple[FieldError, ...] = ()
    """What the row also says, and the register has no place for."""
    is_of_table: bool = False
    """Whether a spreadsheet may have touched it."""

    @property
    def entry(self) -> Filing | None:
        """What is to be registered."""
        return self.filing


class ClaimRow(NamedTuple):
    """One row of a list of claim changes: the change, or what is wrong with it."""

    number: int
    claim: Claim | None
    errors: tuple[FieldError, ...] = ()
    office: str = ""

    @property
    def entry(self) -> Claim | None:
        """What is to be registered."""
        return self.claim


class ListedFiling(NamedTuple):
    """A filing as a document lists it: an entry itself never names its office."""

    office: str
    filing: Filing


class ListedClaim(NamedTuple):
    """A claim change as a document lists it."""

    office: str
    claim: Claim


def too_long_fault(size: int) -> FieldError:
    """What is wrong with a row of so many bytes, which nobody reads."""
    return FieldError("", f"a row of at most {ROW_BYTES_MAX} bytes", f"{size} bytes")


def expect_at_most(rows_max: int, rows: int) -> None:
    """Return when a document may have so many rows.

    Raises:
        MalformedBulkError: it may not.
    """
    if rows > rows_max:
        raise MalformedBulkError((FieldError("", f"at most {rows_max} rows", f"{rows} rows"),))


def expect_line_ends(body: bytes, of_cr: "re.Pattern[bytes]") -> None:
    """Return when the lines of a document end with LF, or CR and LF.

    Raises:
        MalformedBulkError: they end with CR alone, as old systems write them: it would be one line.
    """
    if b"\n" not in body and of_cr.search(body) is not None:
        expected = "lines that end with LF, or CR and LF"
        raise MalformedBulkError((FieldError("", expected, "lines that end with CR alone"),))
