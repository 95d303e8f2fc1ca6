"""Application numbers of Switzerland: serial number and year, 0223/97 (since 2001 1681/2012, also 01681/12).

DOCDB drops the stroke and leading zeros. The key has the year in four digits in front.
"""

from ledger.register.numbers.form import Parts, epodoc, form
from ledger.register.numbers.rule import OfficeRule

_LAST_SHORT, _LONG_SINCE = 1999, 2001


def _docdb(parts: Parts) -> str | None:
    """Return serial number and year, in two digits until 1999; for 2000 it is not known in how many."""
    if _LAST_SHORT < parts.year < _LONG_SINCE:
        return None
    return f"{parts.serial}{parts.year if parts.year >= _LONG_SINCE else parts.yy}"


RULE = OfficeRule(
    office="CH",
    forms=(
        form(r"(?P<serial>[0-9]{1,6})/(?P<year>(?:19|20)[0-9]{2})"),
        form(r"(?P<serial>[0-9]{1,5})/(?P<yy>[0-9]{2})", years=(1946, 2045)),
        form(r"(?P<serial>[0-9]{1,5})(?P<year>20[0-9]{2})", years=(_LONG_SINCE, 2099)),
        form(r"(?P<serial>[12]?[0-9]{1,4})(?P<yy>[0-9]{2})", years=(1946, 2000)),
        form(epodoc(6)),
    ),
    canonical=lambda p: f"{p.serial:04}/{p.year if p.year >= _LONG_SINCE else p.yy}",
    key=lambda p: f"{p.year}{p.serial:05}",
    docdb=_docdb,
    epodoc=lambda p: f"{p.year}{p.serial:07}",
    hints={"patent": "1681/2012"},
)
