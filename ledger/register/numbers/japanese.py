"""Application numbers of the Japan Patent Office: 2007-290922; until 1999 with the year of the era, 平11-097727 or 昭63-123456.

Showa began in 1926 and Heisei in 1989 (year = number + 1925, + 1988). DOCDB wrote serial number and year until 1999 (9772799). The key
is the Gregorian year and six digits, 1999097727.
"""

import re
from datetime import date

from ledger.register.entries import Right
from ledger.register.numbers.lenient import compact, fold, unusual
from ledger.register.numbers.number import (
    FORM_AMBIGUOUS,
    RIGHT_DIFFERS,
    YEAR_DIFFERS_FROM_DATE,
    Number,
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
_RIGHT_LETTERS: dict[str, Right] = {"U": "utilityModel", "D": "design", "T": "trademark"}
_ERA = re.compile(r"(?:JP)?(?:(S|H|R)[A-Z]{0,5}[.]?)([0-9]{1,2})[-/]([0-9]{1,6})([UDTA]?)")
_SHORT = re.compile(r"(?:JP)?([0-9]{1,2})[-/]([0-9]{1,6})([UDTA]?)")
_YEAR = re.compile(r"(?:JP)?((?:19|20)[0-9]{2})[-/]([0-9]{1,6})([UDTA]?)")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})0?([0-9]{6})([UDTA]?)")
_COMPACT_ERA = re.compile(r"(S|H)([0-9]{2})([0-9]{6})([UDTA]?)")
_SERIAL_AND_YEAR = re.compile(r"([0-9]{1,6})([0-9]{2})([UDTA]?)")
FORMAT_HINT = "2007-290922"


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
    if match := _YEAR.fullmatch(plain):
        return _number(right, text, int(match[1]), match[2], named or match[3], filing_date)
    if match := _ERA.fullmatch(plain):
        year = _ERAS[match[1]] + int(match[2])
        return _number(right, text, year, match[3], named or match[4], filing_date)
    if match := _SHORT.fullmatch(plain):
        year = _nearest_year(int(match[1]), filing_date)
        return _number(right, text, year, match[2], named or match[3], filing_date)
    key = compact("JP", plain)
    if match := _COMPACT.fullmatch(key):
        return _number(right, text, int(match[1]), match[2], named or match[3], filing_date)
    if match := _COMPACT_ERA.fullmatch(key):
        year = _ERAS[match[1]] + int(match[2])
        return _number(right, text, year, match[3], named or match[4], filing_date)
    if match := _SERIAL_AND_YEAR.fullmatch(key):
        return _without_separators(right, text, match, filing_date)
    return unusual(right, text, key)


def _nearest_year(given: int, filing_date: date | None) -> int:
    """Return the year meant by two digits before a hyphen: of Heisei, of Showa or of the century, nearest to the date."""
    years = [_ERAS[era] + given for era in ("H", "S") if 1 <= given <= _ERA_YEARS_MAX[era]]
    years.append(1900 + given)
    if filing_date is None:
        return years[0]
    return min(years, key=lambda year: abs(year - filing_date.year))


def _without_separators(
    right: Right, text: str, match: re.Match[str], filing_date: date | None
) -> Number:
    """Return a number of serial number and year, unless only the era form (1125... for 11-25...) fits the date."""
    digits, kind = match[1] + match[2], match[3]
    year = 1900 + int(match[2])
    if len(digits) != 8:  # noqa: PLR2004
        return _number(right, text, year, match[1], kind, filing_date)
    era_year = _nearest_year(int(digits[:2]), filing_date)
    if filing_date is None:
        plausible = year >= 1960  # noqa: PLR2004
        chosen = _number(right, text, year, match[1], kind, None)
        if not plausible:
            chosen = _number(right, text, era_year, digits[2:], kind, None)
        return Number(
            text, chosen.canonical, chosen.match_key, right, (*chosen.warnings, FORM_AMBIGUOUS)
        )
    if year != filing_date.year and era_year == filing_date.year:
        return _number(right, text, era_year, digits[2:], kind, filing_date)
    return _number(right, text, year, match[1], kind, filing_date)


def _number(
    right: Right, text: str, year: int, serial: str, named: str, filing_date: date | None
) -> Number:
    """Return the number; `named` is the right that the number itself names, as a word or a kind letter."""
    warnings = []
    if named and _RIGHT_LETTERS.get(named, "patent" if named == "A" else named) != right:
        warnings.append(RIGHT_DIFFERS)
    if filing_date is not None and year < filing_date.year:
        warnings.append(YEAR_DIFFERS_FROM_DATE)
    return Number(text, f"{year}-{serial:0>6}", f"{year}{serial:0>6}", right, tuple(warnings))
