"""Application numbers of Slovakia: serial number and year, PP 72-2013; until 1999 two digits of it, PP 1725-99.

PUV is a utility model, PD a design, POZ a mark. Since about 2010 numbers from 50001 on are of electronic
filings: PP 50010-2011.
"""

from ledger.register.numbers.form import INVENTIONS, YEAR, Parts, epodoc, form
from ledger.register.numbers.rule import OfficeRule

_FOUR_DIGITS_SINCE = 2000
_PREFIX = r"(?:(?P<series>PP|PUV|PD|POZ)/?)?"


def _year(parts: Parts) -> str:
    return str(parts.year) if parts.year >= _FOUR_DIGITS_SINCE else parts.yy


RULE = OfficeRule(
    office="SK",
    forms=(
        form(_PREFIX + r"(?P<serial>[0-9]{1,5})/" + YEAR),
        form(_PREFIX + r"(?P<serial>[0-9]{1,5})/(?P<yy>[0-9]{2})", years=(1960, 1999)),
        form(_PREFIX + r"(?P<serial>[0-9]{1,5})" + YEAR, years=(2000, 2089), rights=INVENTIONS),
        form(
            _PREFIX + r"(?P<serial>[0-9]{1,5})(?P<yy>[0-9]{2})",
            years=(1990, 1999),
            rights=INVENTIONS,
        ),
        form(epodoc(5), years=(1990, 2099), rights=INVENTIONS),
    ),
    rights={"PP": "patent", "PUV": "utilityModel", "PD": "design", "POZ": "trademark"},
    series_of={"patent": "PP", "utilityModel": "PUV", "design": "PD", "trademark": "POZ"},
    canonical=lambda p: f"{p.series} {p.serial}-{_year(p)}",
    key=lambda p: f"{p.year}{p.serial:05}",
    docdb=lambda p: f"{p.serial}{_year(p)}",
    epodoc=lambda p: f"{p.year}{p.serial:07}",
    in_docdb=INVENTIONS,
    hints={
        "patent": "PP 50010-2011",
        "utilityModel": "PUV 112-2008",
        "design": "PD 12-2010",
        "trademark": "POZ 3100-2025",
    },
)
