"""Application numbers of Chile (INAPI): serial number and year, 3350-2014.

Since July 2023 they are year and five digits, 202301234. DOCDB has the year and six digits: 2014003350.
"""

from ledger.register.numbers.form import ALL_BUT_MARKS, MARKS, YEAR, Parts, form
from ledger.register.numbers.rule import OfficeRule

_DOCDB_SINCE = 2005
_YEAR_FIRST_SINCE = 2024
"""The first whole year of the new form."""


def _canonical(parts: Parts) -> str:
    if not parts.year:
        return f"{parts.serial}"
    if parts.year >= _YEAR_FIRST_SINCE:
        return f"{parts.year}{parts.serial:05}"
    return f"{parts.serial}-{parts.year}"


def _docdb(parts: Parts) -> str | None:
    """Return year and six digits; the form of older numbers is not known."""
    is_known = parts.year >= _DOCDB_SINCE and parts.right != "trademark"
    return f"{parts.year}{parts.serial:06}" if is_known else None


RULE = OfficeRule(
    office="CL",
    forms=(
        form(YEAR + r"/?(?P<serial>[0-9]{5})", rights=ALL_BUT_MARKS),
        form(YEAR + r"/?0(?P<serial>[0-9]{5})", rights=ALL_BUT_MARKS),
        form(r"(?P<serial>[0-9]{1,5})/" + YEAR, rights=ALL_BUT_MARKS),
        form(r"(?P<serial>[0-9]{6,7})", rights=MARKS),
    ),
    canonical=_canonical,
    key=lambda p: f"{p.year}{p.serial:05}" if p.year else f"{p.serial}",
    docdb=_docdb,
    hints={
        "patent": "202401234",
        "utilityModel": "202401035",
        "design": "202400325",
        "trademark": "1234567",
    },
)
