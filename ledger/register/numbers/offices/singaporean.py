"""Application numbers of Singapore (IPOS): kind, year, serial number, check letter: 10201500764V.

The kinds are 10 patent, 11 patent from a PCT application, 30 design, 40 mark. Until 2013 patents had year, serial
number and check digit, 200405663-6, and until 1999 two digits of the year. How the check letter and digit are
computed is not published: they are kept as given, but are no part of the key.
"""

from ledger.register.numbers.form import PATENTS, Parts, form
from ledger.register.numbers.rule import OfficeRule

_LONG_YEAR_SINCE = 2000
_CHECK_IN_DOCDB_SINCE = 2004
"""In 2001 DOCDB left the digit out; between it is not known."""


def _canonical(parts: Parts) -> str:
    if parts.series == "T":
        return f"T{parts.yy}/{parts.serial:05}{parts.check}"
    if parts.series:
        return f"{parts.series}{parts.year}{parts.serial:05}{parts.check}"
    year = parts.year if parts.year >= _LONG_YEAR_SINCE else parts.yy
    return f"{year}{parts.serial:05}" + (f"-{parts.check}" if parts.check else "")


def _key(parts: Parts) -> str:
    return f"{parts.series}{parts.year}{parts.serial:05}"


def _docdb(parts: Parts) -> str | None:
    """Return the number with its check letter or digit, without which DOCDB's form is not determined."""
    if parts.right not in {"patent", "design"} or not parts.check:
        return None
    if parts.series:
        return _canonical(parts)
    with_check = parts.year >= _CHECK_IN_DOCDB_SINCE
    return f"{parts.year}{parts.serial:05}{parts.check}" if with_check else None


RULE = OfficeRule(
    office="SG",
    forms=(
        form(
            r"(?P<series>10|11|30|40)(?P<year>20[0-9]{2})(?P<serial>[0-9]{5})(?P<check>[A-Z]?)",
            years=(2014, 2099),
        ),
        form(
            r"(?P<year>20[0-9]{2})(?P<serial>[0-9]{5})/?(?P<check>[0-9]?)",
            years=(_LONG_YEAR_SINCE, 2014),
            rights=PATENTS,
        ),
        form(
            r"(?P<yy>[0-9]{2})(?P<serial>[0-9]{5})/?(?P<check>[0-9]?)",
            years=(1983, 1999),
            rights=PATENTS,
        ),
        form(r"(?P<year>19[0-9]{2})0(?P<serial>[0-9]{5})", years=(1983, 1999), rights=PATENTS),
        form(
            r"(?P<year>19[0-9]{2})(?P<serial>[0-9]{5})(?P<check>[0-9]?)",
            years=(1983, 1999),
            rights=PATENTS,
        ),
        form(
            r"(?P<series>T)/?(?P<yy>[0-9]{2})/?(?P<serial>[0-9]{5})(?P<check>[A-Z]?)",
            years=(1999, 2014),
        ),
    ),
    rights={
        "10": "patent",
        "11": "patent",
        "30": "design",
        "40": "trademark",
        "T": "trademark",
    },
    canonical=_canonical,
    key=_key,
    docdb=_docdb,
    hints={
        "patent": "10201500764V",
        "design": "30201500123X",
        "trademark": "40201500123X",
    },
)
