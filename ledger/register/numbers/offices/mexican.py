"""Application numbers of Mexico (IMPI): MX/a/2015/000344; a patent, u utility model, f design.

Until 2006 with the place of filing in front: PA/a/2003/001234 (in DOCDB PA03001234). DOCDB leaves letters out since.
Until 1990 a serial number alone, 171585, to which DOCDB appends the year; then until 1996 year and five digits.
"""

from ledger.register.entries import Right
from ledger.register.numbers.form import MARKS, PATENTS, Parts, form
from ledger.register.numbers.number import YEAR_ADDED
from ledger.register.numbers.rule import OfficeRule

_LETTERS: dict[str, Right] = {"A": "patent", "U": "utilityModel", "F": "design"}
_PLACES = ("PA", "JL", "NL")
_PLACE_YEARS, _SINCE = (1997, 2006), 2007
_FIRST_ADDED, _LAST_ADDED = 1950, 1990
"""Years that DOCDB adds to numbers which bear none."""


def _canonical(parts: Parts) -> str:
    if not parts.year:
        return f"{parts.serial:06}"
    if not parts.series:
        return f"{parts.yy}{parts.serial:05}"
    place, letter = parts.series[:-1] or "MX", parts.series[-1].lower()
    return f"{place}/{letter}/{parts.year}/{parts.serial:06}"


def _key(parts: Parts) -> str:
    """Return year and serial number, behind the place; the right is compared beside the key."""
    if not parts.year:
        return f"{parts.serial:06}"
    if not parts.series:
        return f"{parts.yy}{parts.serial:05}"
    return f"{parts.series[:-1]}{parts.year}{parts.serial:06}"


def _docdb(parts: Parts) -> str | None:
    if not parts.year:
        was_added = _FIRST_ADDED <= parts.told_year <= _LAST_ADDED
        return f"{parts.serial:06}{parts.told_yy}" if was_added else None
    return _key(parts) if len(parts.series) == 1 else None


RULE = OfficeRule(
    office="MX",
    forms=(
        form(
            r"(?P<series>[AUF])/?(?P<year>20[0-9]{2})/?(?P<serial>[0-9]{6})",
            years=(_SINCE, 2099),
        ),
        form(
            r"(?P<series>[AUF])/(?P<year>20[0-9]{2})/(?P<serial>[0-9]{1,5})",
            years=(_SINCE, 2099),
        ),
        *(
            form(
                r"(?P<year>20[0-9]{2})/?(?P<serial>[0-9]{6})",
                years=(_SINCE, 2099),
                series=letter,
                rights=(right,),
            )
            for letter, right in _LETTERS.items()
        ),
        form(
            rf"(?P<series>(?:{'|'.join(_PLACES)})/?[AUF])/?(?P<year>(?:19|20)[0-9]{{2}})/?(?P<serial>[0-9]{{6}})",
            years=_PLACE_YEARS,
        ),
        form(
            r"PA/?(?P<yy>[0-9]{2})(?P<serial>[0-9]{6})",
            years=_PLACE_YEARS,
            series="PAA",
            rights=PATENTS,
        ),
        form(
            r"(?P<year>(?:19|20)[0-9]{2})PA(?P<serial>[0-9]{5,6})",
            years=_PLACE_YEARS,
            series="PAA",
            rights=PATENTS,
        ),
        form(r"(?P<yy>[0-9]{2})(?P<serial>[0-9]{5})", years=(1991, 1996), rights=PATENTS),
        form(r"(?P<year>19[0-9]{2})00(?P<serial>[0-9]{5})", years=(1991, 1996), rights=PATENTS),
        form(r"(?P<serial>[0-9]{6})", rights=PATENTS),
        form(
            r"(?P<serial>[0-9]{6})(?P<tyy>[0-9]{2})",
            years=(_FIRST_ADDED, _LAST_ADDED),
            note=YEAR_ADDED,
            rights=PATENTS,
        ),
        form(r"(?P<serial>[0-9]{5,7})", rights=MARKS),
    ),
    spellings={f"{place}/{letter}": place + letter for place in _PLACES for letter in _LETTERS},
    rights={
        place + letter: right for place in ("", *_PLACES) for letter, right in _LETTERS.items()
    },
    canonical=_canonical,
    key=_key,
    docdb=_docdb,
    hints={
        "patent": "MX/a/2015/000344",
        "utilityModel": "MX/u/2015/000123",
        "design": "MX/f/2015/000123",
        "trademark": "1234567",
    },
)
