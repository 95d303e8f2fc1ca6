"""Application numbers: one small file of rules per office, the lenient rule for all others (register.md, N1 to N14)."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import NamedTuple

import msgspec

from ledger.register.entries import Right
from ledger.register.numbers import lenient, rule
from ledger.register.numbers.dress import undress
from ledger.register.numbers.number import (
    FORM_AMBIGUOUS,
    FORMAT_UNUSUAL,
    NUMBER_MISSING,
    PCT_NAMED_BY_RECEIVING_OFFICE,
    RIGHT_DIFFERS,
    SERIES_DERIVED,
    YEAR_DIFFERS_FROM_DATE,
    Number,
    Written,
)
from ledger.register.numbers.offices import (
    american,
    australian,
    european,
    international,
    japanese,
)
from ledger.register.numbers.table import RULES

__all__ = [
    "EXACT_OFFICES",
    "Number",
    "Written",
    "format_hint",
    "is_exact",
    "is_provisional",
    "normalise",
    "read_earlier",
    "written",
]

_Read = Callable[[Right, str, date | None], Number]
_Write = Callable[[Number, date | None], Written]


class _Office(NamedTuple):
    """How an office's numbers are read and written."""

    read: _Read
    write: _Write
    hints: Mapping[Right, str]


_INTERNATIONAL_OFFICE = _Office(international.read, international.write, international.FORMAT_HINTS)
_OFFICES: dict[str, _Office] = {
    "AU": _Office(australian.read, partial(rule.write, australian.RULE), australian.RULE.hints),
    "EP": _Office(european.read, european.write, european.FORMAT_HINTS),
    "IB": _INTERNATIONAL_OFFICE,
    "JP": _Office(japanese.read, partial(rule.write, japanese.RULE), japanese.RULE.hints),
    "US": _Office(american.read, american.write, american.FORMAT_HINTS),
    "WO": _INTERNATIONAL_OFFICE,
    **{
        each.office: _Office(partial(rule.read, each), partial(rule.write, each), each.hints)
        for each in RULES
    },
}
_INTERNATIONAL = frozenset({"IB", "WO"})
"""Exact for PCT filings; Hague and Madrid numbers follow the lenient rule."""
EXACT_OFFICES = tuple(_OFFICES)
"""The offices whose printed, DOCDB and epodoc forms meet in one key."""

_UNSURE = frozenset({FORM_AMBIGUOUS, FORMAT_UNUSUAL, NUMBER_MISSING, SERIES_DERIVED})
"""Warnings with which another form of the same number may have another key."""
_INEXACT = _UNSURE | {YEAR_DIFFERS_FROM_DATE}
"""The same, and a year that the date contradicts: the number may have been mistyped, or be another kind of number."""
_UNREAD = frozenset({FORMAT_UNUSUAL, NUMBER_MISSING})
"""Warnings of a number that no rule could read."""


def _known(office: str, right: Right) -> _Office | None:
    """Return the office's rules, None where none are known: they are those of industrial property."""
    return None if right == "plantVariety" else _OFFICES.get(office)


def normalise(office: str, right: Right, text: str, filing_date: date | None) -> Number:
    """Return the number as the office's rules read it; never raises, whatever the text.

    The date helps where a form is ambiguous. The canonical form normalises to itself, with the same key.
    """
    known = _known(office, right)
    if known is not None:
        number = known.read(right, text, filing_date)
        is_read = FORMAT_UNUSUAL not in number.warnings
        return number if is_read else _without_dress(known, right, number, filing_date)
    number = lenient.read(office, right, text)
    if number.right == right or _known(office, number.right) is None:
        return number
    # DOCDB's kind names a right that has a rule.
    read = normalise(office, number.right, text, filing_date)
    return msgspec.structs.replace(read, warnings=(*read.warnings, RIGHT_DIFFERS))


def _without_dress(
    known: _Office, right: Right, number: Number, filing_date: date | None
) -> Number:
    """Return the number as it is read without the words that stand beside it in documents, if that helps."""
    text = number.as_given
    bare = undress(text)
    again = known.read(right, bare, filing_date) if bare else number
    is_read = FORMAT_UNUSUAL not in again.warnings
    return msgspec.structs.replace(again, as_given=text) if is_read else number


def written(office: str, number: Number, filing_date: date | None) -> Written:
    """Return the number in the forms of DOCDB, epodoc and ST.13, each empty where it is not determined."""
    known = _known(office, number.right)
    if known is None or not _UNREAD.isdisjoint(number.warnings):
        return Written()
    return known.write(number, filing_date)


def read_earlier(
    office: str, right: Right, text: str, filing_date: date | None
) -> tuple[str, Number]:
    """Return the office of an earlier filing, and its number, as a claim or relation names them.

    Of an international application a claim names the receiving office (PCT Rule 4.10(a)(v)): the
    filing is WO's all the same.
    """
    if office not in _INTERNATIONAL and right != "plantVariety":
        folded = lenient.fold(text)
        if folded[:3] != "PCT" and "PCT" in folded:
            folded = undress(text)
        if folded[:3] == "PCT" or folded[-1:] == "W":
            number = normalise("WO", "patent", text, filing_date)
            if _UNSURE.isdisjoint(number.warnings) and number.match_key[:2] == office:
                warnings = (*number.warnings, PCT_NAMED_BY_RECEIVING_OFFICE)
                return "WO", msgspec.structs.replace(number, warnings=warnings)
    return office, normalise(office, right, text, filing_date)


def is_exact(office: str, number: Number) -> bool:
    """Return whether every usual form of this number has this key: only then can its absence be told (N10)."""
    if _known(office, number.right) is None:
        return False
    if office in _INTERNATIONAL and number.right != "patent":
        return False
    return _INEXACT.isdisjoint(number.warnings)


def is_provisional(office: str, right: Right, match_key: str) -> bool:
    """Return whether the number is of a provisional application of the United States (N8)."""
    return office == "US" and american.is_provisional(right, match_key)


def format_hint(office: str, right: Right) -> str:
    """Return an example of the office's printed form, empty where none is known."""
    known = _OFFICES.get(office)
    return known.hints.get(right, "") if known else ""
