"""Application numbers of IP Australia.

Since 2002-07-05 year and six digits, 2013287263; before, serial number and year, 80191/91, which
is the same filing as 1991080191. Provisional applications had two letters and four digits, PN 9566,
to which DOCDB appends the year: PN956696.
"""

import re
from datetime import date

from ledger.register.entries import Right
from ledger.register.numbers.lenient import compact, fold, unusual
from ledger.register.numbers.number import (
    RIGHT_DIFFERS,
    YEAR_DIFFERS_FROM_DATE,
    Number,
    Written,
)

_PRINTED = re.compile(r"((?:19|20)[0-9]{2})[0-9]{6}")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})0?([0-9]{6})[AD]?")
_OLD = re.compile(r"([0-9]{1,6})([0-9]{2})[AD]?")
_PROVISIONAL = re.compile(r"([A-Z]{2})([0-9]{1,4})[AD]?")
_PROVISIONAL_DOCDB = re.compile(r"([A-Z]{2})([0-9]{3,4})([0-9]{2})[AD]?")
_DESIGN = re.compile(r"((?:19|20)[0-9]{2})[0-9]{5}")
_TRADEMARK = re.compile(r"[0-9]{1,7}")
_LAST_OLD_YEAR = 2  # 2002
FORMAT_HINTS: dict[Right, str] = {
    "patent": "2013287263",
    "design": "201000123",
    "trademark": "1909731",
}


def read(right: Right, text: str, filing_date: date | None) -> Number:
    """Return the number of an Australian application."""
    if right == "patent":
        printed = _PRINTED.fullmatch(text)
        if printed is not None:
            if filing_date is not None and int(printed[1]) < filing_date.year:
                return Number(text, text, text, right, (YEAR_DIFFERS_FROM_DATE,))
            return Number(text, text, text, right)
    return _read_other(right, text, filing_date)


def _read_other(right: Right, text: str, filing_date: date | None) -> Number:
    key = compact("AU", fold(text))
    if right == "trademark":
        return (
            Number(text, key, key, right)
            if _TRADEMARK.fullmatch(key)
            else unusual(right, text, key)
        )
    if right == "design":
        match = _DESIGN.fullmatch(key)
        return (
            _number(right, text, key, int(match[1]), filing_date)
            if match
            else unusual(right, text, key)
        )
    return _read_patent(right, text, key, filing_date)


def _read_patent(right: Right, text: str, key: str, filing_date: date | None) -> Number:
    if match := _COMPACT.fullmatch(key):
        return _number(right, text, match[1] + match[2], int(match[1]), filing_date)
    if match := _PROVISIONAL_DOCDB.fullmatch(key):
        provisional = f"{match[1]}{match[2]:0>4}"
        return _number(right, text, provisional, _year(match[3]), filing_date)
    if match := _PROVISIONAL.fullmatch(key):
        return _number(right, text, f"{match[1]}{match[2]:0>4}", None, filing_date)
    if match := _OLD.fullmatch(key):
        year = _year(match[2])
        return _number(right, text, f"{year}{match[1]:0>6}", year, filing_date)
    return unusual(right, text, key)


def _year(two_digits: str) -> int:
    """Return the year: the old forms ended in 2002."""
    year = int(two_digits)
    return (2000 if year <= _LAST_OLD_YEAR else 1900) + year


def _number(
    right: Right, text: str, key: str, year: int | None, filing_date: date | None
) -> Number:
    warnings = []
    if right == "utilityModel":
        # Innovation and petty patents are patents here.
        warnings.append(RIGHT_DIFFERS)
        right = "patent"
    if year is not None and filing_date is not None and year < filing_date.year:
        warnings.append(YEAR_DIFFERS_FROM_DATE)
    return Number(text, key, key, right, tuple(warnings))


def write(number: Number, filing_date: date | None) -> Written:
    """Return the number in the forms of DOCDB and epodoc; that of a provisional application needs the date."""
    key = number.match_key
    if number.right != "patent":
        return Written()
    if key[0].isalpha():
        return (
            Written() if filing_date is None else Written(f"AU.{key}{filing_date.year % 100:02}.A")
        )
    return Written(f"AU.{key}.A", f"AU{key[:4]}0{key[4:]}")
