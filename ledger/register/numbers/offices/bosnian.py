"""Application numbers of Bosnia and Herzegovina: two digits of the year, four of the serial number: BAP132985A.

DOCDB: 132985.
"""

from ledger.register.numbers.form import PATENTS, epodoc, form
from ledger.register.numbers.rule import OfficeRule

_YEARS = (1993, 2092)

RULE = OfficeRule(
    office="BA",
    forms=(
        form(r"(?:P/?)?(?P<yy>[0-9]{2})/?(?P<serial>[0-9]{4})/?A?", years=_YEARS, rights=PATENTS),
        form(epodoc(4), years=_YEARS, rights=PATENTS),
    ),
    canonical=lambda p: f"BAP{p.yy}{p.serial:04}A",
    key=lambda p: f"{p.year}{p.serial:04}",
    docdb=lambda p: f"{p.yy}{p.serial:04}",
    epodoc=lambda p: f"{p.year}{p.serial:07}",
    hints={"patent": "BAP132985A"},
)
