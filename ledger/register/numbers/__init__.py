"""Application numbers: one small file of rules per office, the lenient rule for all others (register.md, N1 to N8)."""

from collections.abc import Callable
from datetime import date

import msgspec

from ledger.register.entries import Right
from ledger.register.numbers import american, australian, european, international, japanese, lenient
from ledger.register.numbers.number import (
    FORM_AMBIGUOUS,
    FORMAT_UNUSUAL,
    NUMBER_MISSING,
    PCT_NAMED_BY_RECEIVING_OFFICE,
    SERIES_DERIVED,
    Number,
)

__all__ = ["EXACT_OFFICES", "Number", "format_hint", "is_exact", "normalise", "read_earlier"]

_READERS: dict[str, Callable[[Right, str, date | None], Number]] = {
    "AU": australian.read,
    "EP": european.read,
    "IB": international.read,
    "JP": japanese.read,
    "US": american.read,
    "WO": international.read,
}
_INTERNATIONAL = frozenset({"IB", "WO"})
"""Exact for PCT filings; Hague and Madrid numbers follow the lenient rule."""
EXACT_OFFICES = tuple(_READERS)
"""The offices whose printed, DOCDB and epodoc forms meet in one key."""

_UNSURE = frozenset({FORM_AMBIGUOUS, FORMAT_UNUSUAL, NUMBER_MISSING, SERIES_DERIVED})
"""Warnings with which another form of the same number may have another key."""

_HINTS: dict[tuple[str, Right], str] = {
    **{("AU", right): text for right, text in australian.FORMAT_HINTS.items()},
    **{("US", right): text for right, text in american.FORMAT_HINTS.items()},
    ("EP", "patent"): european.FORMAT_HINT,
    ("JP", "patent"): japanese.FORMAT_HINT,
    ("JP", "utilityModel"): japanese.FORMAT_HINT,
    ("JP", "design"): japanese.FORMAT_HINT,
    ("JP", "trademark"): japanese.FORMAT_HINT,
    ("WO", "patent"): international.FORMAT_HINT,
    ("IB", "patent"): international.FORMAT_HINT,
}


def normalise(office: str, right: Right, text: str, filing_date: date | None) -> Number:
    """Return the number as the office's rules read it; never raises, whatever the text.

    The date helps where a form is ambiguous. The canonical form normalises to itself, with the same key.
    """
    reader = _READERS.get(office)
    if reader is None or right == "plantVariety":  # The rules are those of industrial property.
        return lenient.read(office, right, text)
    return reader(right, text, filing_date)


def read_earlier(
    office: str, right: Right, text: str, filing_date: date | None
) -> tuple[str, Number]:
    """Return the office of an earlier filing, and its number, as a claim or relation names them.

    Of an international application a claim names the receiving office (PCT Rule 4.10(a)(v)): the
    filing is WO's all the same.
    """
    if office not in _INTERNATIONAL and right != "plantVariety":
        folded = lenient.fold(text)
        if folded[:3] == "PCT" or folded[-1:] == "W":
            number = international.read("patent", text, filing_date)
            if _UNSURE.isdisjoint(number.warnings) and number.match_key[:2] == office:
                warnings = (*number.warnings, PCT_NAMED_BY_RECEIVING_OFFICE)
                return "WO", msgspec.structs.replace(number, warnings=warnings)
    return office, normalise(office, right, text, filing_date)


def is_exact(office: str, number: Number) -> bool:
    """Return whether every usual form of this number has this key: only then can its absence be told (N10)."""
    if number.right == "plantVariety" or office not in _READERS:
        return False
    if office in _INTERNATIONAL and number.right != "patent":
        return False
    return _UNSURE.isdisjoint(number.warnings)


def format_hint(office: str, right: Right) -> str:
    """Return an example of the office's printed form, empty where none is known."""
    return _HINTS.get((office, right), "")
