"""Application numbers of Czechia: PV 2012-775, utility models PUV 2006-18216, designs PVZ 2025-42524, marks O-512345.

Until about 1999 they were printed with the year behind: PV 1234-93. DOCDB wrote serial number and year
(112693), later the year in front (20120775).
"""

from ledger.register.numbers.form import (
    ALL_BUT_MARKS,
    INVENTIONS,
    PATENTS,
    UTILITY_MODELS,
    YEAR,
    Parts,
    epodoc,
    form,
)
from ledger.register.numbers.rule import OfficeRule

_YEAR_BEHIND_UNTIL, _YEAR_IN_FRONT_SINCE = 1998, 2001
_PREFIX = r"(?:(?P<series>PUV|PVZ|PV)/?)?"


def _canonical(parts: Parts) -> str:
    if parts.right == "trademark":
        return f"O-{parts.serial}"
    return f"{parts.series} {parts.year}-{parts.serial}"


def _docdb(parts: Parts) -> str | None:
    """Return DOCDB's number; between the two forms it is not known which."""
    if parts.year <= _YEAR_BEHIND_UNTIL:
        return f"{parts.serial}{parts.yy}"
    width = 5 if parts.right == "utilityModel" else 4
    return f"{parts.year}{parts.serial:0{width}}" if parts.year >= _YEAR_IN_FRONT_SINCE else None


RULE = OfficeRule(
    office="CZ",
    forms=(
        form(
            _PREFIX + YEAR + r"/(?P<serial>[0-9]{1,5})",
            rights=("patent", "utilityModel", "design"),
        ),
        form(YEAR + r"/(?P<serial>[0-9]{1,5})/?(?P<series>[UD])"),
        form(
            _PREFIX + r"(?P<serial>[0-9]{1,5})/(?P<yy>[0-9]{2})",
            years=(1960, 1999),
            rights=ALL_BUT_MARKS,
        ),
        form(YEAR + r"(?P<serial>[0-9]{4})", years=(1999, 2099), rights=PATENTS),
        form(YEAR + r"(?P<serial>[0-9]{5})", years=(1999, 2099), rights=UTILITY_MODELS),
        form(r"(?P<serial>[0-9]{1,4})(?P<yy>[0-9]{2})", years=(1990, 1999), rights=PATENTS),
        form(r"(?P<serial>[0-9]{1,5})(?P<yy>[0-9]{2})", years=(1990, 1999), rights=UTILITY_MODELS),
        form(r"(?:PV)?" + YEAR + r"(?P<serial>[0-9]{1,3})", years=(1999, 2099), rights=PATENTS),
        form(epodoc(5), years=(1960, 2099), rights=INVENTIONS),
        form(r"O/?(?P<serial>[1-9][0-9]{2,5})", right="trademark"),
        form(r"(?P<serial>[1-9][0-9]{2,5})", rights=("trademark",)),
    ),
    spellings={"U": "PUV", "D": "PVZ"},
    rights={"PV": "patent", "PUV": "utilityModel", "PVZ": "design"},
    series_of={"patent": "PV", "utilityModel": "PUV", "design": "PVZ"},
    canonical=_canonical,
    key=lambda p: f"{p.year}{p.serial:05}" if p.year else f"{p.serial}",
    docdb=_docdb,
    epodoc=lambda p: f"{p.year}{p.serial:07}",
    in_docdb=INVENTIONS,
    hints={
        "patent": "PV 2012-775",
        "utilityModel": "PUV 2006-18216",
        "design": "PVZ 2025-42524",
        "trademark": "O-512345",
    },
)
