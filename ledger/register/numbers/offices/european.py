"""Application numbers of the European Patent Office (Guidelines for Examination A-II 1.8).

Two digits of the year, six of the serial number, a point and a check digit: 10167109.7. The digit
is left out of the key.
"""

import re
from datetime import date

from ledger.register.entries import Right
from ledger.register.numbers.lenient import compact, fold, unusual
from ledger.register.numbers.number import (
    CHECK_DIGIT_WRONG,
    PUBLICATION_NUMBER,
    RIGHT_DIFFERS,
    YEAR_DIFFERS_FROM_DATE,
    Number,
    Written,
)

_PRINTED = re.compile(r"([0-9]{4})([0-9]{4})(?:\.([0-9]))?")
_COMPACT = re.compile(r"([0-9]{8})([0-9]?)A?")
_EPODOC = re.compile(r"(?:19|20)([0-9]{2})0([0-9]{6})A?")
_PUBLICATION = re.compile(r"[0-9]{7}([AB][0-9]?)?")
"""No application number has seven digits; in a spreadsheet one of 2000 to 2009 may have lost its zero."""
FORMAT_HINTS: dict[Right, str] = {"patent": "10167109.7"}
_FIRST_YEAR = 1977


def _weighted(digits: str) -> int:
    """Return the sum of the digits of each digit times 1, 2, 1, 2 ... from the left."""
    return sum(
        int(digit) if place % 2 == 0 else sum(divmod(2 * int(digit), 10))
        for place, digit in enumerate(digits)
    )


_SUMS = {f"{half:04}": _weighted(f"{half:04}") for half in range(10_000)}
_CHECK_DIGITS = tuple(str(-total % 10) for total in range(73))


def check_digit(digits: str) -> str:
    """Return the check digit of eight digits."""
    return _CHECK_DIGITS[_SUMS[digits[:4]] + _SUMS[digits[4:]]]


def read(right: Right, text: str, filing_date: date | None) -> Number:
    """Return the number of a European application."""
    printed = _PRINTED.fullmatch(text)
    if printed is None:
        return _read_other(right, text, filing_date)
    high, low, given = printed.groups()
    digit = _CHECK_DIGITS[_SUMS[high] + _SUMS[low]]
    if (
        given == digit
        and right == "patent"
        and (filing_date is None or (filing_date.year - int(high[:2])) % 100 in _AGES)
    ):
        return Number(text, text, high + low, right)
    return _number(right, text, high + low, given or "", filing_date)


_AGES = frozenset({0, 1, *range(75, 100)})
"""Filing year less number year, modulo 100, that raises no doubt: see `_number`."""


def _read_other(right: Right, text: str, filing_date: date | None) -> Number:
    key = compact("EP", fold(text))
    if match := _COMPACT.fullmatch(key):
        return _number(right, text, match[1], match[2], filing_date)
    if match := _EPODOC.fullmatch(key):
        return _number(right, text, match[1] + match[2], "", filing_date)
    if _PUBLICATION.fullmatch(key):
        return unusual(right, text, key, PUBLICATION_NUMBER)
    return unusual(right, text, key)


def _number(right: Right, text: str, key: str, given: str, filing_date: date | None) -> Number:
    digit = check_digit(key)
    warnings = []
    if given and given != digit:
        warnings.append(CHECK_DIGIT_WRONG)
    if right != "patent":
        warnings.append(RIGHT_DIFFERS)
        right = "patent"
    # A divisional bears a later year than its filing date, and so does a Euro-PCT application; an
    # earlier year is possible around New Year only.
    if filing_date is not None and (filing_date.year - int(key[:2])) % 100 not in _AGES:
        warnings.append(YEAR_DIFFERS_FROM_DATE)
    return Number(text, f"{key}.{digit}", key, right, tuple(warnings))


def write(number: Number, filing_date: date | None) -> Written:
    """Return the number in the forms of DOCDB and epodoc."""
    del filing_date  # The number itself tells the year.
    key = number.match_key
    century = "20" if int(key[:2]) < _FIRST_YEAR % 100 else "19"
    return Written(f"EP.{key}.A", f"EP{century}{key[:2]}0{key[2:]}")
