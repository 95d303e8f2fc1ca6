"""Application numbers of South Africa (CIPC): year and serial number, 2014/08747; until 1999 94/9139.

DOCDB writes five digits of the serial number. Designs have an A (aesthetic) or F (functional) in front.
"""

from ledger.register.numbers.form import YEAR, Parts, form
from ledger.register.numbers.rule import OfficeRule

_LONG_SINCE = 2000
_SHORT_YEARS = (1950, 1999)
_YEARS = (_SHORT_YEARS[0], 2099)
_DESIGN = r"(?P<series>[AF])/?"


def _canonical(parts: Parts) -> str:
    if parts.year >= _LONG_SINCE:
        return f"{parts.series}{parts.year}/{parts.serial:05}"
    return f"{parts.series}{parts.yy}/{parts.serial:04}"


def _docdb(parts: Parts) -> str | None:
    if parts.right != "patent":
        return None
    return f"{parts.year if parts.year >= _LONG_SINCE else parts.yy}{parts.serial:05}"


RULE = OfficeRule(
    office="ZA",
    forms=(
        form(YEAR + r"/(?P<serial>[0-9]{1,5})", years=_YEARS),
        form(r"(?P<yy>[0-9]{2})/(?P<serial>[0-9]{1,5})", years=_SHORT_YEARS),
        form(r"(?P<year>20[0-9]{2})(?P<serial>[0-9]{5})", years=_YEARS),
        form(r"(?P<yy>[0-9]{2})(?P<serial>[0-9]{4,5})", years=_SHORT_YEARS),
        form(YEAR + r"00(?P<serial>[0-9]{5})", years=_YEARS),
        form(_DESIGN + YEAR + r"/?(?P<serial>[0-9]{5})", years=_YEARS, right="design"),
        form(_DESIGN + YEAR + r"/(?P<serial>[0-9]{1,4})", years=_YEARS, right="design"),
        form(
            _DESIGN + r"(?P<yy>[0-9]{2})/(?P<serial>[0-9]{1,5})", years=_SHORT_YEARS, right="design"
        ),
    ),
    canonical=_canonical,
    key=lambda p: f"{p.series}{p.year}{p.serial:05}",
    docdb=_docdb,
    epodoc=lambda p: f"{p.year}{p.serial:07}" if p.right == "patent" else None,
    hints={"patent": "2014/08747", "design": "A2014/01234", "trademark": "2014/12345"},
)
