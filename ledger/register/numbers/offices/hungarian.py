"""Application numbers of Hungary: right, two digits of the year, five of the serial number: P 13 00691.

U is a utility model, D a design, M a mark. Until about 1991 patents had serial number and year, 2442/86,
and before letters of the applicant's name (RI-615), which are left to the lenient rule.
"""

from ledger.register.numbers.form import INVENTIONS, PATENTS, Parts, epodoc, form
from ledger.register.numbers.rule import OfficeRule

_YEAR_IN_FRONT_SINCE = 1992


def _canonical(parts: Parts) -> str:
    if parts.year < _YEAR_IN_FRONT_SINCE:
        return f"{parts.serial}/{parts.yy}"
    return f"{parts.series} {parts.yy} {parts.serial:05}"


def _docdb(parts: Parts) -> str:
    if parts.year < _YEAR_IN_FRONT_SINCE:
        return f"{parts.serial}{parts.yy}"
    return f"{parts.yy}{parts.serial:05}"


RULE = OfficeRule(
    office="HU",
    forms=(
        form(
            r"(?:(?P<series>[PUDM])/?)?(?P<yy>[0-9]{2})/?(?P<serial>[0-9]{5})", years=(1992, 2091)
        ),
        form(r"(?P<serial>[0-9]{1,4})/(?P<yy>[0-9]{2})", years=(1970, 1991), rights=PATENTS),
        form(r"(?P<serial>[0-9]{1,4})(?P<yy>[0-9]{2})", years=(1970, 1991), rights=PATENTS),
        form(epodoc(5), years=(1970, 2099), rights=INVENTIONS),
    ),
    rights={"P": "patent", "U": "utilityModel", "D": "design", "M": "trademark"},
    series_of={"patent": "P", "utilityModel": "U", "design": "D", "trademark": "M"},
    canonical=_canonical,
    key=lambda p: f"{p.year}{p.serial:05}",
    docdb=_docdb,
    epodoc=lambda p: f"{p.year}{p.serial:07}",
    in_docdb=INVENTIONS,
    hints={
        "patent": "P 13 00691",
        "utilityModel": "U 14 00083",
        "design": "D 14 00012",
        "trademark": "M 13 01234",
    },
)
