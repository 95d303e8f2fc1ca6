"""Application numbers of Ireland: 2005/0535, until 1999 980523; S in front of a short-term patent's, S2002/0485."""

from ledger.register.numbers.form import INVENTIONS, Parts, epodoc, form
from ledger.register.numbers.rule import OfficeRule

_FIRST_YEAR, _LONG_SINCE = 1992, 2000


def _docdb(parts: Parts) -> str | None:
    if parts.year >= _LONG_SINCE:
        return f"{parts.series}{parts.year}{parts.serial:04}"
    return None if parts.series else f"{parts.yy}{parts.serial:04}"


def _canonical(parts: Parts) -> str:
    if parts.year >= _LONG_SINCE:
        return f"{parts.series}{parts.year}/{parts.serial:04}"
    return f"{parts.series}{parts.yy}{parts.serial:04}"


RULE = OfficeRule(
    office="IE",
    forms=(
        form(
            r"(?P<series>S)?/?(?P<year>(?:19|20)[0-9]{2})/?(?P<serial>[0-9]{4})",
            years=(_FIRST_YEAR, 2099),
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            r"(?P<series>S)?/?(?P<yy>9[0-9])/?(?P<serial>[0-9]{4})",
            years=(_FIRST_YEAR, _LONG_SINCE - 1),
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            epodoc(4),
            years=(_FIRST_YEAR, 2099),
            right="patent",
            rights=INVENTIONS,
        ),
    ),
    canonical=_canonical,
    key=lambda p: f"{p.series}{p.year}{p.serial:04}",
    docdb=_docdb,
    epodoc=lambda p: None if p.series else f"{p.year}000{p.serial:04}",
    hints={"patent": "2005/0535"},
)
