"""Application numbers of Argentina (INPI), since November 1995: P 2010 01 00007.

They are letter, year, office 01 and serial number. P is a patent, M a utility model. DOCDB has two digits of the
year, P100100007, and epodoc AR2010P100007. Before, a serial number alone, 318269, to which DOCDB appends the year.
"""

from ledger.register.numbers.form import MARKS, PATENTS, Parts, form
from ledger.register.numbers.number import YEAR_ADDED
from ledger.register.numbers.rule import OfficeRule

_LETTERS_SINCE, _LONG_SINCE = 1995, 2000
_FIRST_ADDED = 1955
_OFFICE = "01"


def _canonical(parts: Parts) -> str:
    if not parts.series:
        return f"{parts.serial:06}"
    year = parts.year if parts.year >= _LONG_SINCE else parts.yy
    return f"{parts.series}{year}{_OFFICE}{parts.serial:05}"


def _key(parts: Parts) -> str:
    if not parts.series:
        return f"{parts.serial:06}"
    return f"{parts.series}{parts.year}{_OFFICE}{parts.serial:05}"


def _docdb(parts: Parts) -> str | None:
    if parts.series:
        return f"{parts.series}{parts.yy}{_OFFICE}{parts.serial:05}"
    return (
        f"{parts.serial:06}{parts.told_yy}"
        if _FIRST_ADDED <= parts.told_year <= _LETTERS_SINCE
        else None
    )


def _epodoc(parts: Parts) -> str | None:
    """Return year, letter, 1 and serial number of a patent; of others it is not known."""
    return f"{parts.year}P1{parts.serial:05}" if parts.series == "P" else None


RULE = OfficeRule(
    office="AR",
    forms=(
        form(
            r"(?P<series>[PM])/?(?P<year>(?:19|20)[0-9]{2})/?01/?(?P<serial>[0-9]{5})",
            years=(_LETTERS_SINCE, 2099),
        ),
        form(
            r"(?P<series>[PM])/?(?P<yy>[0-9]{2})/?01/?(?P<serial>[0-9]{5})",
            years=(_LETTERS_SINCE, 2094),
        ),
        form(
            r"(?P<year>(?:19|20)[0-9]{2})(?P<series>P)1(?P<serial>[0-9]{5})",
            years=(_LETTERS_SINCE, 2099),
        ),
        form(r"(?P<serial>[0-9]{6})", rights=PATENTS),
        form(
            r"(?P<serial>[0-9]{6})(?P<tyy>[0-9]{2})",
            years=(_FIRST_ADDED, _LETTERS_SINCE),
            note=YEAR_ADDED,
            rights=PATENTS,
        ),
        form(r"(?P<serial>[0-9]{7})", rights=MARKS),
    ),
    rights={"P": "patent", "M": "utilityModel"},
    canonical=_canonical,
    key=_key,
    docdb=_docdb,
    epodoc=_epodoc,
    hints={
        "patent": "P20100100007",
        "utilityModel": "M20200100025",
        "trademark": "3123456",
    },
)
