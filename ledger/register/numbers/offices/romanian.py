"""Application numbers of Romania: a 2012 00665, utility models u 2012 00044, marks M 2012 01234.

From 1992 to 1999 they were 93-00123, before serial numbers alone, 99921, to which DOCDB appends two
digits of the year.
"""

from ledger.register.numbers.form import INVENTIONS, PATENTS, YEAR, Parts, epodoc, epodoc_told, form
from ledger.register.numbers.number import YEAR_ADDED
from ledger.register.numbers.rule import OfficeRule

_LETTER_SINCE = 2000
_WITHOUT_YEAR = (1950, 1991)
_TWO_DIGITS = (1992, 1999)


def _canonical(parts: Parts) -> str:
    if not parts.year:
        return f"{parts.serial}"
    if parts.year < _LETTER_SINCE:
        return f"{parts.yy}-{parts.serial:05}"
    return f"{parts.series} {parts.year} {parts.serial:05}"


def _docdb(parts: Parts) -> str | None:
    if not parts.year:
        return f"{parts.serial}{parts.told_yy}" if parts.told_year else None
    if parts.year < _LETTER_SINCE:
        return f"{parts.yy}{parts.serial:05}"
    return f"{parts.year}{parts.serial:05}"


def _epodoc(parts: Parts) -> str | None:
    year = parts.year or parts.told_year
    return f"{year}{parts.serial:07}" if year else None


RULE = OfficeRule(
    office="RO",
    forms=(
        form(
            r"(?P<series>[AUM])/?" + YEAR + r"/?(?P<serial>[0-9]{5})", years=(_LETTER_SINCE, 2099)
        ),
        form(
            YEAR + r"/?(?P<serial>[0-9]{5})",
            years=(_LETTER_SINCE, 2099),
            rights=(*INVENTIONS, "trademark"),
        ),
        form(r"(?P<series>[AUM])/(?P<serial>[0-9]{1,5})/" + YEAR, years=(_LETTER_SINCE, 2099)),
        form(r"(?P<yy>[0-9]{2})/(?P<serial>[0-9]{5})", years=_TWO_DIGITS, rights=PATENTS),
        form(r"(?P<yy>[0-9]{2})(?P<serial>0[0-9]{4})", years=_TWO_DIGITS, rights=PATENTS),
        form(r"(?P<serial>[1-9][0-9]{4,5})", years=_WITHOUT_YEAR, rights=PATENTS),
        form(
            r"(?P<serial>[1-9][0-9]{4,5})(?P<tyy>[0-9]{2})",
            years=_WITHOUT_YEAR,
            rights=PATENTS,
            note=YEAR_ADDED,
        ),
        form(epodoc_told(5, 6), years=_WITHOUT_YEAR, rights=PATENTS, note=YEAR_ADDED),
        form(epodoc(5), years=(1992, 2099), rights=INVENTIONS),
    ),
    spellings={"A": "a", "U": "u"},
    rights={"a": "patent", "u": "utilityModel", "M": "trademark"},
    series_of={"patent": "a", "utilityModel": "u", "trademark": "M"},
    canonical=_canonical,
    key=lambda p: f"{p.year}{p.serial:05}" if p.year else f"{p.serial}",
    docdb=_docdb,
    epodoc=_epodoc,
    in_docdb=INVENTIONS,
    hints={
        "patent": "a 2012 00665",
        "utilityModel": "u 2012 00044",
        "trademark": "M 2012 01234",
    },
)
