"""Application numbers of the United States (MPEP 503): series code and serial number, 08/921,321.

The key is both in eight digits, because the series alone tells 10/123,456 from 11/123,456. DOCDB
had serial number and year (92132197), later year, series and serial number (201113167395); epodoc
year and serial number (US19970921321).
"""

import re
from datetime import date

from ledger.register.entries import Right
from ledger.register.numbers.lenient import compact, fold, unusual
from ledger.register.numbers.number import (
    FORMAT_UNUSUAL,
    PUBLICATION_NUMBER,
    RIGHT_DIFFERS,
    SERIES_DERIVED,
    YEAR_DIFFERS_FROM_DATE,
    Number,
    Written,
    ambiguous,
)
from ledger.register.numbers.offices.us_series import (
    LAST_YEAR_WITHOUT_SERIES,
    NATIONAL_PHASE_YEARS,
    PROVISIONAL_SERIES,
    SERIES,
    could_bear,
    fits_provisional,
    fits_regular,
    series_of,
)
from ledger.register.text import without_spaces

_PRINTED = re.compile(r"([0-9]{2})/([0-9]{3}),([0-9]{3})")
_SLASHED = re.compile(r"(?:US)?([0-9]{1,2})/([0-9]{1,3}[,.]?[0-9]{3})[PAF]?")
_WITH_SERIES = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{6})([PAF]?)")
_EPODOC = re.compile(r"((?:19|20)[0-9]{2})0?(?P<serial>[0-9]{6})(?P<kind>[PAF]?)")
_EIGHT_DIGITS = re.compile(r"([0-9]{8})([PAF]?)")
_SERIAL_AND_YEAR = re.compile(r"(?P<serial>[0-9]{1,6})([0-9]{2})(?P<kind>[PAF]?)")
_PUBLICATION = re.compile(
    r"(?:US)?([0-9](?:,[0-9]{3}){2}(?:[AB][0-9]?)?|(?:19|20)[0-9]{2}/[0-9]{7}(?:A[0-9])?)"
)
"""Of a granted patent, 9,123,456 B2, and of an application laid open, 2013/0123456 A1."""
_PATENT_NUMBER = re.compile(r"([0-9]{7}D)A")
"""DOCDB's stand-in where only the number of the granted patent is known."""
FORMAT_HINTS: dict[Right, str] = {
    "patent": "13/167,395",
    "design": "29/377,996",
    "trademark": "87/881,347",
}


def read(right: Right, text: str, filing_date: date | None) -> Number:
    """Return the number of a United States application."""
    printed = _PRINTED.fullmatch(text)
    if printed is None:
        return _read_other(right, text, filing_date)
    series, high, low = printed.groups()
    known = _series(series, right, filing_date)
    if (
        known is not None
        and known[0] == right
        and (filing_date is None or known[1] - NATIONAL_PHASE_YEARS <= filing_date.year <= known[2])
    ):
        return Number(text, text, series + high + low, right)
    return _number(right, text, series, high + low, filing_date)


def _read_other(right: Right, text: str, filing_date: date | None) -> Number:
    folded = fold(text)
    if match := _SLASHED.fullmatch(without_spaces(folded)):
        serial = match[2].replace(",", "").replace(".", "")
        return _number(right, text, f"{match[1]:0>2}", f"{serial:0>6}", filing_date)
    key = compact("US", folded)
    if _PUBLICATION.fullmatch(without_spaces(folded)):
        return unusual(right, text, key, PUBLICATION_NUMBER)
    if match := _WITH_SERIES.fullmatch(key):
        return _number(right, text, match[2], match[3], filing_date)
    if match := _EPODOC.fullmatch(key):
        return _derived(right, text, int(match[1]), match, filing_date)
    return _read_short(right, text, key, filing_date)


def _read_short(right: Right, text: str, key: str, filing_date: date | None) -> Number:
    """Return a number of at most eight digits."""
    match = _EIGHT_DIGITS.fullmatch(key)
    if match:
        return _read_eight(right, text, match, filing_date)
    match = _SERIAL_AND_YEAR.fullmatch(key)
    if match and right != "trademark":
        return _derived(right, text, _year(int(match[2]), filing_date), match, filing_date)
    match = _PATENT_NUMBER.fullmatch(key)
    return unusual(right, text, match[1] if match else key)


def _read_eight(right: Right, text: str, match: re.Match[str], filing_date: date | None) -> Number:
    """Return eight digits as a printed number without its separators, or as serial number and year.

    Serial number and year have no leading zero, and marks were never written so.
    """
    digits, kind = match.groups()
    printed = _number(right, text, digits[:2], digits[2:], filing_date)
    if right == "trademark" or digits[0] == "0":
        return printed
    short = _SERIAL_AND_YEAR.fullmatch(match[0])
    assert short is not None, "eight digits are serial number and year too"
    derived = _derived(right, text, _year(int(short[2]), filing_date), short, filing_date)
    known = SERIES.get(digits[:2])
    if known is None or known[0] == "trademark":
        return derived
    if _is_printed(right, digits, kind, filing_date):
        return ambiguous(printed, derived)
    return ambiguous(derived, printed)


def _is_printed(right: Right, digits: str, kind: str, filing_date: date | None) -> bool:
    """Return whether eight digits are likelier a printed number than serial number and year.

    The year is the filing date's: so in 1,244 of 1,244 real ones. Where both forms fit, they are
    serial number and year.
    """
    series, serial = digits[:2], int(digits[2:])
    if filing_date is None:
        return not kind
    year = filing_date.year
    if not could_bear(series, serial, year):
        return False
    if int(digits[6:]) != year % 100 or year > LAST_YEAR_WITHOUT_SERIES:
        return True
    derived = series_of(year, int(digits[:6]), kind or _kind(right))
    return not could_bear(derived, int(digits[:6]), year)


def _kind(right: Right) -> str:
    return "F" if right == "design" else "A"


def _year(two_digits: int, filing_date: date | None) -> int:
    if filing_date is not None and filing_date.year % 100 == two_digits:
        return filing_date.year
    return (2000 if two_digits <= LAST_YEAR_WITHOUT_SERIES % 100 else 1900) + two_digits


def _derived(
    right: Right, text: str, year: int, match: re.Match[str], filing_date: date | None
) -> Number:
    """Return a number whose form leaves out the series; the match has `serial` and `kind`.

    Without a kind it may be a provisional application: it is one where no regular one of that year had
    reached this serial number.
    """
    serial, kind = int(match["serial"]), match["kind"]
    likely = _of_kind(right, text, filing_date, year, serial, kind=kind or _kind(right))
    if kind or right != "patent" or not fits_provisional(year, serial):
        return likely
    provisional = _of_kind(right, text, filing_date, year, serial, kind="P")
    if fits_regular(year, serial):
        return ambiguous(likely, provisional)
    return ambiguous(provisional, likely)


def _of_kind(
    right: Right, text: str, filing_date: date | None, year: int, serial: int, *, kind: str
) -> Number:
    """Return the number whose series is that of the year, the serial number and the DOCDB kind."""
    number = _number(right, text, series_of(year, serial, kind), f"{serial:06}", None)
    warnings = [*number.warnings, SERIES_DERIVED]
    if filing_date is not None and filing_date.year != year:
        warnings.append(YEAR_DIFFERS_FROM_DATE)
    return Number(text, number.canonical, number.match_key, number.right, tuple(warnings))


def _series(series: str, right: Right, filing_date: date | None) -> tuple[Right, int, int] | None:
    """Return the right of a series, with its first and last year; 90 is of reexaminations and, since 2020, of marks."""
    is_mark = right == "trademark" and (filing_date is None or filing_date.year >= _MARKS_OF_90[1])
    return _MARKS_OF_90 if series == "90" and is_mark else SERIES.get(series)


def _number(right: Right, text: str, series: str, serial: str, filing_date: date | None) -> Number:
    warnings = []
    known = _series(series, right, filing_date)
    if known is None:
        warnings.append(FORMAT_UNUSUAL)
    else:
        if known[0] != right:
            warnings.append(RIGHT_DIFFERS)
            right = known[0]
        if filing_date is not None and not (
            known[1] - NATIONAL_PHASE_YEARS <= filing_date.year <= known[2]
        ):
            warnings.append(YEAR_DIFFERS_FROM_DATE)
    canonical = f"{series}/{serial[:3]},{serial[3:]}"
    return Number(text, canonical, series + serial, right, tuple(warnings))


_MARKS_OF_90: tuple[Right, int, int] = ("trademark", 2020, 2099)
_KEY_LENGTH = 8
_FIRST_SERIES_NAMED = 13
_OLD_61, _NEW_61 = 421_000, 424_000
"""The last provisional applications of 2010 in the old form, and the first in the new one."""
_FORM_CHANGE = date(2010, 12, 10)


def is_provisional(right: Right, match_key: str) -> bool:
    """Return whether the number is of a provisional application, as its series says (35 USC 111(b))."""
    is_whole = len(match_key) == _KEY_LENGTH
    return is_whole and right == "patent" and match_key[:2] in PROVISIONAL_SERIES


def write(number: Number, filing_date: date | None) -> Written:
    """Return the number in the forms of DOCDB and epodoc, which need the filing date.

    The series stands in them from the end of 2010 on, by the day on which the number was given out.
    """
    if filing_date is None or number.right not in {"patent", "design"}:
        return Written()
    series, serial = number.match_key[:2], int(number.match_key[2:])
    kind = (
        "F"
        if number.right == "design"
        else "P"
        if is_provisional(number.right, number.match_key)
        else "A"
    )
    names_series = _names_series(series, serial, filing_date)
    if names_series is None:
        return Written()
    letter = "" if kind == "A" else kind
    year = filing_date.year
    if names_series:
        digits = f"{year}{series}{serial:06}"
        return Written(f"US.{digits}.{kind}", f"US{digits}{letter}")
    docdb = f"{serial}{year % 100:02}{kind}"
    if read(number.right, docdb, filing_date).match_key != number.match_key:
        return Written()  # The form that leaves the series out would be read as of another one.
    return Written(f"US.{docdb[:-1]}.{kind}", f"US{year}{serial:07}{letter}")


def _names_series(series: str, serial: int, filing_date: date) -> bool | None:
    """Return whether DOCDB's form has the series; None for numbers of the days when it changed."""
    if series == "61":
        return None if _OLD_61 < serial < _NEW_61 else serial >= _NEW_61
    if series in {"29", "60"}:
        return filing_date >= _FORM_CHANGE
    return int(series) >= _FIRST_SERIES_NAMED
