"""Numbers of international applications (PCT Administrative Instructions, Section 307).

PCT/US2013/032081; until 2003 the year had two digits and the serial number five: PCT/GB02/04635.
Short forms stand in many files still. The key is receiving office, year and six digits,
US2013032081, whatever the form. Hague and Madrid numbers follow the lenient rule.
"""

import re
from datetime import date

from ledger.register.entries import Right
from ledger.register.numbers.lenient import compact, fold, unusual
from ledger.register.numbers.lenient import read as read_leniently
from ledger.register.numbers.number import (
    PUBLICATION_NUMBER,
    YEAR_DIFFERS_FROM_DATE,
    Number,
    Written,
)
from ledger.register.offices import OFFICES
from ledger.register.text import without_spaces

_PRINTED = re.compile(r"PCT/([A-Z]{2})(20[0-9]{2})/([0-9]{6})")
_SLASHED = re.compile(r"(?:PCT)?/?([A-Z]{2})/?([0-9]{4}|[0-9]{2})/([0-9]{1,6})W?")
_COMPACT_LONG = re.compile(
    r"(?P<office>[A-Z]{2})(?P<year>(?:19|20)[0-9]{2})(?P<serial>[0-9]{5,6})W?"
)
_COMPACT_SHORT = re.compile(r"(?P<office>[A-Z]{2})(?P<year>[0-9]{2})(?P<serial>[0-9]{5,6})W?")
_EPODOC = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<office>[A-Z]{2})(?P<serial>[0-9]{5,6})W?")
_PUBLICATION = re.compile(r"((?:19|20)[0-9]{2}[0-9]{6}|[0-9]{7})(A[0-9])?")
"""WO 2013/050328, until 2002 WO 02/12345."""
_RECEIVING_OFFICES = frozenset(OFFICES) - {"WO"}
"""The International Bureau as receiving office is IB."""
_FIRST_YEAR = 1978
_LONG_SINCE = 2004
FORMAT_HINTS: dict[Right, str] = {"patent": "PCT/US2013/032081"}


def read(right: Right, text: str, filing_date: date | None) -> Number:
    """Return the number of an international application."""
    if right != "patent":
        return read_leniently("WO", right, text)
    printed = _PRINTED.fullmatch(text)
    if printed is not None:
        receiving_office, year, serial = printed.groups()
        if receiving_office not in _RECEIVING_OFFICES:
            return unusual("patent", text, compact("WO", text))
        if int(year) >= _LONG_SINCE and (filing_date is None or int(year) >= filing_date.year):
            return Number(text, text, receiving_office + year + serial, right)
        return _number(text, receiving_office, int(year), serial, filing_date)
    return _read_other(text, filing_date)


def _read_other(text: str, filing_date: date | None) -> Number:
    folded = fold(text)
    match = _SLASHED.fullmatch(without_spaces(folded))
    if match and match[1] in _RECEIVING_OFFICES:
        return _number(text, match[1], _year(match[2]), match[3], filing_date)
    key = compact("WO", folded)
    while len(shorter := key.removeprefix("PCT").removeprefix("WO")) < len(key) and shorter:
        key = shorter
    match = _COMPACT_LONG.fullmatch(key) or _COMPACT_SHORT.fullmatch(key) or _EPODOC.fullmatch(key)
    if match and match["office"] in _RECEIVING_OFFICES:
        return _number(text, match["office"], _year(match["year"]), match["serial"], filing_date)
    doubts = (PUBLICATION_NUMBER,) if _PUBLICATION.fullmatch(key) else ()
    return unusual("patent", text, key, *doubts)


def _year(digits: str) -> int:
    """Return the year; the first international applications are of 1978."""
    if len(digits) == 4:  # noqa: PLR2004
        return int(digits)
    return (1900 if int(digits) >= _FIRST_YEAR % 100 else 2000) + int(digits)


def _number(
    text: str, receiving_office: str, year: int, serial: str, filing_date: date | None
) -> Number:
    if _FIRST_YEAR <= year < _LONG_SINCE:
        canonical = f"PCT/{receiving_office}{year % 100:02}/{int(serial):05}"
    else:
        canonical = f"PCT/{receiving_office}{year}/{serial:0>6}"
    differs = filing_date is not None and year < filing_date.year
    warnings = (YEAR_DIFFERS_FROM_DATE,) if differs else ()
    return Number(text, canonical, f"{receiving_office}{year}{serial:0>6}", "patent", warnings)


def write(number: Number, filing_date: date | None) -> Written:
    """Return the number in the forms of DOCDB, under its receiving office, and of epodoc, under WO."""
    del filing_date  # The number itself tells the year.
    if number.right != "patent":
        return Written()
    office, year, serial = (
        number.match_key[:2],
        int(number.match_key[2:6]),
        int(number.match_key[6:]),
    )
    docdb = f"{year % 100:02}{serial:05}" if year < _LONG_SINCE else f"{year}{serial:06}"
    return Written(f"{office}.{docdb}.W", f"WO{year}{office}{serial:05}")
