"""Application numbers of Brazil (INPI): BR 10 2013 033629 8: kind, year, serial number, check digit.

The kinds are 10 to 13 patents (11 from a PCT application), 20 to 22 utility models, 30 to 32 designs. From 1974 to
2011 two letters, two digits and a serial number: PI 0603782-3 is a patent of 2006; utility models counted the years
from 1920 (MU 8801869 is of 2008) and designs from 1940 (DI 6801234 is of 2008). DOCDB left the letters out until the
beginning of this century. Before, serial number and year: 8998/73. How the check digit is computed is not published:
it is kept as given, but is no part of the key.
"""

from ledger.register.entries import Right
from ledger.register.numbers.form import MARKS, PATENTS, Form, Parts, form
from ledger.register.numbers.rule import OfficeRule

_CHECK = r"/?(?P<check>[0-9X]?)"
_EPOCHS: dict[str, tuple[Right, int]] = {
    "MU": ("utilityModel", 1920),
    "DI": ("design", 1940),
}
_LETTER_YEARS = (1974, 2012)
_LAST_WITHOUT_LETTERS, _FIRST_WITH_LETTERS = 1999, 2006
"""DOCDB's change lies between."""
_OLD_YEARS = (1955, 1974)


def _by_epoch(series: str) -> tuple[Form, Form]:
    """Return the forms with and without letters of utility models or designs."""
    right, epoch = _EPOCHS[series]
    digits = r"(?P<era>[0-9]{2})(?P<serial>[0-9]{5})" + _CHECK
    return (
        form(rf"(?P<series>{series})/?{digits}", years=_LETTER_YEARS, epoch=epoch),
        form(digits, years=_LETTER_YEARS, epoch=epoch, series=series, rights=(right,)),
    )


def _short(parts: Parts) -> str:
    """Return the year in two digits, as the series counts it, and the serial number."""
    epoch = _EPOCHS[parts.series][1] if parts.series in _EPOCHS else 0
    return f"{(parts.year - epoch) % 100:02}{parts.serial:05}"


def _canonical(parts: Parts) -> str:
    if parts.series.isdigit():
        number = f"BR {parts.series} {parts.year} {parts.serial:06}"
        return f"{number} {parts.check}" if parts.check else number
    if parts.series:
        number = f"{parts.series} {_short(parts)}"
        return f"{number}-{parts.check}" if parts.check else number
    return f"{parts.serial}" if parts.right == "trademark" else f"{parts.serial:03}/{parts.yy}"


def _key(parts: Parts) -> str:
    if parts.series.isdigit():
        return f"{parts.series}{parts.year}{parts.serial:06}"
    if parts.series:
        return f"{parts.series}{_short(parts)}"
    return f"{parts.serial}" if parts.right == "trademark" else f"{parts.year}{parts.serial:06}"


def _docdb(parts: Parts) -> str | None:
    if parts.series.isdigit():
        return _key(parts)
    if not parts.series:
        return f"{parts.serial}{parts.yy}" if parts.year else None
    if parts.year <= _LAST_WITHOUT_LETTERS:
        return _short(parts)
    return _key(parts) if parts.year >= _FIRST_WITH_LETTERS else None


def _epodoc(parts: Parts) -> str | None:
    """Return year and seven digits of a patent until 1999; of others epodoc's form is not sure."""
    is_old = parts.series == "PI" and parts.year <= _LAST_WITHOUT_LETTERS
    return f"{parts.year}{parts.serial:07}" if is_old else None


RULE = OfficeRule(
    office="BR",
    forms=(
        form(
            r"(?P<series>[123][0-3])/?(?P<year>20[0-9]{2})/?(?P<serial>[0-9]{6})" + _CHECK,
            years=(2012, 2099),
        ),
        form(r"(?P<series>PI)/?(?P<yy>[0-9]{2})(?P<serial>[0-9]{5})" + _CHECK, years=_LETTER_YEARS),
        form(
            r"(?P<yy>[0-9]{2})(?P<serial>[0-9]{5})" + _CHECK,
            years=_LETTER_YEARS,
            series="PI",
            rights=PATENTS,
        ),
        *_by_epoch("MU"),
        *_by_epoch("DI"),
        form(r"(?P<serial>[0-9]{3,6})/?(?P<yy>[0-9]{2})", years=_OLD_YEARS, rights=PATENTS),
        form(
            r"(?P<year>19[0-9]{2})00(?P<serial>[0-9]{5})",
            years=(_LETTER_YEARS[0], _LAST_WITHOUT_LETTERS),
            series="PI",
            rights=PATENTS,
        ),
        form(r"(?P<serial>[0-9]{9})", rights=MARKS),
    ),
    rights={
        **dict.fromkeys(("10", "11", "12", "13", "PI"), "patent"),
        **dict.fromkeys(("20", "21", "22", "23", "MU"), "utilityModel"),
        **dict.fromkeys(("30", "31", "32", "33", "DI"), "design"),
    },
    canonical=_canonical,
    key=_key,
    docdb=_docdb,
    epodoc=_epodoc,
    hints={
        "patent": "BR 10 2013 033629 8",
        "utilityModel": "BR 20 2013 012345 6",
        "design": "BR 30 2013 001234 5",
        "trademark": "840123456",
    },
)
