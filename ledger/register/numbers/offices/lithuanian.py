"""Application numbers of Lithuania: year and three digits, 2014 012; in the 1990s 96-045."""

from ledger.register.numbers.form import PATENTS, YEAR, Parts, epodoc, form
from ledger.register.numbers.rule import OfficeRule

_LONG_SINCE = 2000


def _canonical(parts: Parts) -> str:
    if parts.year < _LONG_SINCE:
        return f"{parts.yy}-{parts.serial:03}"
    return f"{parts.year} {parts.serial:03}"


RULE = OfficeRule(
    office="LT",
    forms=(
        form(YEAR + r"/?(?P<serial>[0-9]{3})", years=(_LONG_SINCE, 2099), rights=PATENTS),
        form(r"(?P<yy>[0-9]{2})/(?P<serial>[0-9]{3})", years=(1994, 1999), rights=PATENTS),
        form(epodoc(3), years=(1994, 2099), rights=PATENTS),
    ),
    canonical=_canonical,
    key=lambda p: f"{p.year}{p.serial:04}",
    docdb=lambda p: f"{p.year}{p.serial:03}" if p.year >= _LONG_SINCE else None,
    epodoc=lambda p: f"{p.year}{p.serial:07}",
    hints={"patent": "2014 012"},
)
