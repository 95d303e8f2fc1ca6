"""Application numbers of Belgium: year and serial number, 9200994, since 2000 2012/0123 (BE2016/5123).

How DOCDB fills up the numbers since 2000 is not certain: both forms are read, none is written. The
numbers before 1987 are kept as they are given.
"""

from ledger.register.numbers.form import INVENTIONS, Parts, epodoc, form
from ledger.register.numbers.rule import OfficeRule

_LONG_SINCE = 2000


def _canonical(parts: Parts) -> str:
    if parts.year < _LONG_SINCE:
        return f"{parts.yy}{parts.serial:05}"
    return f"{parts.year}/{parts.serial:04}"


RULE = OfficeRule(
    office="BE",
    forms=(
        form(
            r"0?(?P<yy>[89][0-9])(?P<serial>[0-9]{5})",
            years=(1987, 1999),
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            r"(?P<year>(?:19|20)[0-9]{2})/(?P<serial>[0-9]{1,5})",
            years=(1987, 2099),
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            r"(?P<year>20[0-9]{2})(?P<serial>[0-9]{4,5})",
            years=(_LONG_SINCE, 2099),
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            epodoc(5),
            years=(1987, 2099),
            right="patent",
            rights=INVENTIONS,
        ),
    ),
    canonical=_canonical,
    key=lambda p: f"{p.year}{p.serial:05}",
    docdb=lambda p: f"{p.yy}{p.serial:05}" if p.year < _LONG_SINCE else None,
    epodoc=lambda p: f"{p.year}00{p.serial:05}",
    hints={"patent": "2012/0123"},
)
