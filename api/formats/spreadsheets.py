"""What spreadsheets do to cells: they take texts for formulas, numbers for figures, and dates for days counted."""

import re
from datetime import date, timedelta
from typing import Final, cast, get_args

import msgspec

from api.explain import FieldError
from api.formats.row import MalformedBulkError
from ledger.register.entries import Right
from ledger.register.numbers import EXACT_OFFICES, is_exact, normalise
from ledger.register.offices import office_code

ROUNDED_NUMBER: Final = re.compile(r"[0-9]+([.,][0-9]+)?[Ee]\+[0-9]+")
"""What is shown of a number with many digits in a column that is not one of texts."""

_FORMULA_BEGINNINGS: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The full-width ones are read as the others where East Asian scripts are set up (OWASP, "CSV Injection")."""
_DAY_ZERO: Final = date(1899, 12, 30)
"""From which spreadsheets count days (right for all days since March 1900)."""
_DAY_NUMBER: Final = re.compile(r'"([1-9][0-9]{4})"')
_DAY_AND_MONTH: Final = re.compile(r'"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{2,4})"')
_OTHER_FILES: Final = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PK\x03\x04": "a spreadsheet's own file (or ZIP)",
}
"""What they begin with."""
_MONTHS: Final = 12
_RIGHTS: Final = frozenset(get_args(Right))


def with_apostrophe(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula: what others filed may be one."""
    is_formula = text.startswith((*_FORMULA_BEGINNINGS, "'"))
    return f"'{text}" if is_formula else text


def without_apostrophe(cell: str) -> str:
    """The text of a cell that `with_apostrophe` wrote."""
    is_escaped = cell[:1] == "'" and cell[1:].startswith((*_FORMULA_BEGINNINGS, "'"))
    return cell[1:] if is_escaped else cell


def became_a_fraction(office: str, right: str, cell: str, day: str) -> bool:
    """Whether a number with `.0` at its end is one of the office's without it, and none with it.

    A check digit `.0` that is right is kept (EPO, China). Where the row names no office, it must not
    be a number of any office whose rules are known.
    """
    if right not in _RIGHTS or not cell[:-2].isdecimal():
        return False
    try:
        filed = date.fromisoformat(day)
    except ValueError:
        filed = None
    code = office_code(office)
    offices = (code,) if code else EXACT_OFFICES

    def is_number(text: str) -> bool:
        return any(
            is_exact(each, normalise(each, cast("Right", right), text, filed)) for each in offices
        )

    return is_number(cell[:-2]) and not is_number(cell)


def printable(text: str) -> str:
    """The text on one line, with a mark for each character that does not print."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def with_hint(fault: FieldError) -> FieldError:
    """The fault of a date with what a spreadsheet seems to have done to it. Nothing is guessed."""
    if not fault.expected.startswith("a date"):
        return fault
    hint = ""
    if (counted := _DAY_NUMBER.fullmatch(fault.received)) is not None:
        day = _DAY_ZERO + timedelta(days=int(counted[1]))
        hint = f" (a spreadsheet shows {counted[1]} as {day}: write the column as text)"
    elif (parts := _DAY_AND_MONTH.fullmatch(fault.received)) is not None:
        first, second = int(parts[1]), int(parts[2])
        if first != second and max(first, second) <= _MONTHS:
            hint = " (which part is the day and which the month cannot be told)"
    return msgspec.structs.replace(fault, expected=fault.expected + hint) if hint else fault


def expect_no_other_encoding(body: bytes) -> None:
    """Return unless the document is plainly none in UTF-8.

    Raises:
        MalformedBulkError: it begins as other files do.
    """
    for beginning, name in _OTHER_FILES.items():
        if body.startswith(beginning):
            fault = FieldError("", "a table as text in UTF-8 (CSV UTF-8)", name)
            raise MalformedBulkError((fault,))
