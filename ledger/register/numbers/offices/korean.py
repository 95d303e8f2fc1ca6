"""Application numbers of Korea (KIPO): right, year, serial number: 10-2016-0063019.

20 is a utility model, 30 a design, 40 a mark. Numbers bear no check digit. DOCDB and epodoc leave the
right out.
"""

from ledger.register.numbers.form import Parts, form
from ledger.register.numbers.number import ST13_READ
from ledger.register.numbers.rule import OfficeRule, st13_by_year

_SHORT_UNTIL, _LONG_SINCE = 1992, 1994


def _docdb(parts: Parts) -> str | None:
    """Return year and serial number; until 1992 with two digits of the year; for 1993 it is not known which."""
    if parts.year >= _LONG_SINCE:
        return f"{parts.year}{parts.serial:07}"
    return f"{parts.yy}{parts.serial:07}" if parts.year <= _SHORT_UNTIL else None


RULE = OfficeRule(
    office="KR",
    forms=(
        form(r"(?:(?P<series>[1234]0)/?)?(?P<year>(?:19|20)[0-9]{2})/?(?P<serial>[0-9]{7})U?"),
        form(
            r"(?P<series>[1234]0)(?P<year>(?:19|20)[0-9]{2})00(?P<serial>[0-9]{7})", note=ST13_READ
        ),
        form(r"(?:(?P<series>[1234]0)/)?(?P<year>(?:19|20)[0-9]{2})/(?P<serial>[0-9]{1,6})U?"),
        form(r"(?P<yy>[0-9]{2})/?(?P<serial>[0-9]{7})", years=(1946, 1999)),
        form(r"(?P<yy>[0-9]{2})/(?P<serial>[0-9]{1,6})", years=(1946, 1999)),
    ),
    rights={"10": "patent", "20": "utilityModel", "30": "design", "40": "trademark"},
    series_of={"patent": "10", "utilityModel": "20", "design": "30", "trademark": "40"},
    canonical=lambda p: f"{p.series}-{p.year}-{p.serial:07}",
    key=lambda p: f"{p.year}{p.serial:07}",
    docdb=_docdb,
    epodoc=lambda p: f"{p.year}{p.serial:07}",
    st13=st13_by_year,
    hints={
        "patent": "10-2016-0063019",
        "utilityModel": "20-2006-0030344",
        "design": "30-2016-0012345",
        "trademark": "40-2016-0012345",
    },
)
