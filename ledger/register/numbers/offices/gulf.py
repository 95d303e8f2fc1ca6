"""Application numbers of the Patent Office of the Cooperation Council for the Arab States of the Gulf: GC 2013-25869.

DOCDB writes P201325869, and so did the first ones: GCC/P/2001/1234. There are patents alone.
"""

from ledger.register.numbers.form import Parts, form
from ledger.register.numbers.rule import OfficeRule

_YEARS = (1998, 2099)
_PADDED_SERIAL = 10_000


def _docdb(parts: Parts) -> str | None:
    """Return letter, year and serial number; whether short ones are padded is not known."""
    return f"P{parts.year}{parts.serial}" if parts.serial >= _PADDED_SERIAL else None


RULE = OfficeRule(
    office="GC",
    forms=(
        form(
            r"(?:C/)?(?:P/?)?(?P<year>(?:19|20)[0-9]{2})/?(?P<serial>[0-9]{5})",
            years=_YEARS,
            right="patent",
        ),
        form(
            r"(?:C/)?(?:P/?)?(?P<year>(?:19|20)[0-9]{2})/(?P<serial>[0-9]{1,4})",
            years=_YEARS,
            right="patent",
        ),
    ),
    canonical=lambda p: f"GC {p.year}-{p.serial:04}",
    key=lambda p: f"P{p.year}{p.serial:05}",
    docdb=_docdb,
    hints={"patent": "GC 2013-25869"},
)
