"""Application numbers of the Japan Patent Office: 2007-290922.

Until 1999 with the year of the era, 平11-097727 or 昭63-123456: Showa is number + 1925, Heisei is
number + 1988. DOCDB wrote serial number and year until 1999 (9772799). The key is the Gregorian
year and six digits, 1999097727.
"""

import re
from datetime import date

import msgspec

from ledger.register.entries import Right
from ledger.register.numbers.lenient import compact, fold, unusual
from ledger.register.numbers.number import (
    RIGHT_DIFFERS,
    YEAR_DIFFERS_FROM_DATE,
    Number,
    Written,
    ambiguous,
)

_PRINTED = re.compile(r"((?:19|20)[0-9]{2})-([0-9]{6})")
_ERAS = {"S": 1925, "H": 1988, "R": 2018}
_ERA_YEARS_MAX = {"S": 64, "H": 31, "R": 99}
_KANJI = str.maketrans(
    {
        "昭": "S",
        "平": "H",
        "令": "R",
        "年": "-",
        **dict.fromkeys("和成特実意商許用新案匠標登録出願第号", ""),
    }
)
_RIGHT_KANJI: dict[str, Right] = {
    "特": "patent",
    "実": "utilityModel",
    "意": "design",
    "商": "trademark",
}
_RIGHT_LETTERS: dict[str, Right] = {
    "A": "patent",
    "U": "utilityModel",
    "D": "design",
    "F": "design",
    "T": "trademark",
}
_ERA = re.compile(
    r"(?:JP)?(?P<era>[SHR])[A-Z]{0,5}[.]?(?P<year>[0-9]{1,2})[-/](?P<serial>[0-9]{1,6})(?P<kind>[UDTAF]?)"
)
_SHORT = re.compile(r"(?:JP)?(?P<year>[0-9]{1,2})[-/](?P<serial>[0-9]{1,6})(?P<kind>[UDTAF]?)")
_YEAR = re.compile(
    r"(?:JP)?(?P<year>(?:19|20)[0-9]{2})[-/](?P<serial>[0-9]{1,6})(?P<kind>[UDTAF]?)"
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)[0-9]{2})0?(?P<serial>[0-9]{6})(?P<kind>[UDTAF]?)")
_COMPACT_ERA = re.compile(r"(?P<era>[SH])(?P<year>[0-9]{2})(?P<serial>[0-9]{6})(?P<kind>[UDTAF]?)")
_SERIAL_AND_YEAR = re.compile(r"(?P<serial>[0-9]{1,6})(?P<year>[0-9]{2})(?P<kind>[UDTAF]?)")
_FIRST_DOCDB_YEAR = 1960
"""Serial number and year are not known from before."""
_ERA_DIGITS = 8
"""Of era year and six digits; serial number and year have as many at most."""
FORMAT_HINTS: dict[Right, str] = dict.fromkeys(
    ("patent", "utilityModel", "design", "trademark"), "2007-290922"
)
_YEAR_FIRST_SINCE = 2000
_KINDS: dict[Right, str] = {"patent": "A", "utilityModel": "U", "design": "F"}


def read(right: Right, text: str, filing_date: date | None) -> Number:
    """Return the number of a Japanese application."""
    printed = _PRINTED.fullmatch(text)
    if printed is not None:
        year, serial = printed.groups()
        if filing_date is not None and int(year) < filing_date.year:
            return Number(text, text, year + serial, right, (YEAR_DIFFERS_FROM_DATE,))
        return Number(text, text, year + serial, right)
    return _read_other(right, text, filing_date)


def _read_other(right: Right, text: str, filing_date: date | None) -> Number:
    folded = fold(text)
    named = next((_RIGHT_KANJI[sign] for sign in folded if sign in _RIGHT_KANJI), None)
    plain = "".join(folded.translate(_KANJI).split())
    key = compact("JP", plain)
    if match := _YEAR.fullmatch(plain) or _COMPACT.fullmatch(key):
        year = int(match["year"])
    elif match := _ERA.fullmatch(plain) or _COMPACT_ERA.fullmatch(key):
        year = _ERAS[match["era"]] + int(match["year"])
    elif match := _SHORT.fullmatch(plain):
        year = _nearest_year(int(match["year"]), filing_date)
    elif match := _SERIAL_AND_YEAR.fullmatch(key):
        return _without_separators(right, text, match, filing_date)
    else:
        return unusual(right, text, key)
    number = _number(right, text, year, match["serial"], filing_date)
    return _naming(number, named or _RIGHT_LETTERS.get(match["kind"]))


def _nearest_year(given: int, filing_date: date | None) -> int:
    """Return the year that two digits mean, of Heisei, Showa or the century: the nearest to the date."""
    years = [_ERAS[era] + given for era in ("H", "S") if 1 <= given <= _ERA_YEARS_MAX[era]]
    years.append(1900 + given)
    if filing_date is None:
        return years[0]
    return min(years, key=lambda year: abs(year - filing_date.year))


def _without_separators(
    right: Right, text: str, match: re.Match[str], filing_date: date | None
) -> Number:
    """Return a number of serial number and year, or of era year and six digits (11-25...)."""
    digits = match["serial"] + match["year"]
    year = 1900 + int(match["year"])
    number = _number(right, text, year, match["serial"], filing_date)
    if len(digits) == _ERA_DIGITS:
        era_year = _nearest_year(int(digits[:2]), filing_date)
        era = _number(right, text, era_year, digits[2:], filing_date)
        if filing_date is None:
            fits_era = year < _FIRST_DOCDB_YEAR
        else:
            fits_era = year != filing_date.year and era_year == filing_date.year
        number = ambiguous(era, number) if fits_era else ambiguous(number, era)
    return _naming(number, _RIGHT_LETTERS.get(match["kind"]))


def _naming(number: Number, named: Right | None) -> Number:
    """Return the number under the right that it names: serial numbers of several rights overlap."""
    if named is None or named == number.right:
        return number
    warnings = (*number.warnings, RIGHT_DIFFERS)
    return msgspec.structs.replace(number, right=named, warnings=warnings)


def _number(
    right: Right,
    text: str,
    year: int,
    serial: str,
    filing_date: date | None,
) -> Number:
    differs = filing_date is not None and year < filing_date.year
    warnings = (YEAR_DIFFERS_FROM_DATE,) if differs else ()
    return Number(text, f"{year}-{serial:0>6}", f"{year}{serial:0>6}", right, warnings)


def write(number: Number, filing_date: date | None) -> Written:
    """Return the number in the forms of DOCDB (until 1999 serial number and year) and epodoc."""
    del filing_date  # The number itself tells the year.
    kind = _KINDS.get(number.right)
    if kind is None:
        return Written()
    year, serial = int(number.match_key[:4]), int(number.match_key[4:])
    docdb = f"{year}{serial:06}" if year >= _YEAR_FIRST_SINCE else f"{serial}{year % 100:02}"
    return Written(f"JP.{docdb}.{kind}", f"JP{year}{serial:07}{'' if kind == 'A' else kind}")
