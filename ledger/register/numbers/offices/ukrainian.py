"""Application numbers of Ukraine: a200510814, utility models u200510814, designs s, marks m.

The letter a is often Cyrillic. Until 2004 there was no letter, and the month stood behind the year:
2003088071, before 2000 97105123. DOCDB: 2003088071, 20040503584, 2005010814.
"""

from ledger.register.numbers.form import INVENTIONS, YEAR, Parts, epodoc, form
from ledger.register.numbers.rule import OfficeRule

_LETTER_SINCE, _LONG_SINCE, _FIVE_DIGITS = 2005, 2000, 2004
_MONTH = r"/?(?P<series>0[1-9]|1[0-2])/?"
_LETTER = r"(?:(?P<kind>[AU])/?)?"
"""As some write it before numbers of the years without it, too."""


def _serial(parts: Parts) -> str:
    """Return the serial number of a year in which the month stood before it."""
    width = 5 if parts.year == _FIVE_DIGITS else 4
    return f"{parts.serial:0{width}}"


def _with_month(parts: Parts) -> str:
    year = parts.year if parts.year >= _LONG_SINCE else parts.yy
    return f"{year}{parts.series}{_serial(parts)}"


def _canonical(parts: Parts) -> str:
    if parts.year < _LETTER_SINCE:
        return _with_month(parts)
    return f"{parts.series}{parts.year}{parts.serial:05}"


def _docdb(parts: Parts) -> str:
    return _with_month(parts) if parts.year < _LETTER_SINCE else f"{parts.year}{parts.serial:06}"


def _epodoc(parts: Parts) -> str:
    """Return year and seven digits."""
    if parts.year < _LETTER_SINCE:
        return f"{parts.year}{int(f'{parts.series}{_serial(parts)}'):07}"
    return f"{parts.year}{parts.serial:07}"


def _key(parts: Parts) -> str:
    if parts.year < _LETTER_SINCE:
        return f"{parts.year}{parts.series}{parts.serial:05}"
    return f"{parts.year}{parts.serial:06}"


RULE = OfficeRule(
    office="UA",
    forms=(
        form(
            r"(?:(?P<series>[AUSM]|U0430|U0410)/?)?" + YEAR + r"/?0?(?P<serial>[0-9]{5})",
            years=(_LETTER_SINCE, 2099),
        ),
        form(_LETTER + YEAR + _MONTH + r"(?P<serial>[0-9]{4})", years=(_LONG_SINCE, 2004)),
        form(_LETTER + YEAR + _MONTH + r"(?P<serial>[0-9]{5})", years=(2004, 2004)),
        form(_LETTER + YEAR + r"/?(?P<series>09|1[0-2])(?P<serial>1[0-9]{4})", years=(2003, 2003)),
        form(r"(?P<yy>[0-9]{2})/?" + _MONTH + r"(?P<serial>[0-9]{4})", years=(1992, 1999)),
        form(YEAR + r"0" + _MONTH + r"(?P<serial>[0-9]{4})", years=(1992, 2003), rights=INVENTIONS),
        form(epodoc(5), years=(_LETTER_SINCE, 2099), rights=INVENTIONS),
    ),
    spellings={"A": "a", "U0430": "a", "U0410": "a", "U": "u", "S": "s", "M": "m"},
    rights={"a": "patent", "u": "utilityModel", "s": "design", "m": "trademark"},
    series_of={"patent": "a", "utilityModel": "u", "design": "s", "trademark": "m"},
    canonical=_canonical,
    key=_key,
    docdb=_docdb,
    epodoc=_epodoc,
    in_docdb=INVENTIONS,
    hints={
        "patent": "a200510814",
        "utilityModel": "u200510814",
        "design": "s200901234",
        "trademark": "m200812345",
    },
)
