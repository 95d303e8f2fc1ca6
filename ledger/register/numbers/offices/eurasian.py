"""Application numbers of the Eurasian Patent Organization: year and five digits, 201301050.

Designs have a 4 behind the year, 202041234.
"""

from ledger.register.numbers.form import INVENTIONS, PATENTS, YEAR, epodoc, form
from ledger.register.numbers.rule import OfficeRule

RULE = OfficeRule(
    office="EA",
    forms=(
        form(
            YEAR + r"/?(?P<serial>4[0-9]{4})",
            years=(2020, 2099),
            right="design",
            rights=("patent", "design"),
        ),
        form(YEAR + r"/?(?P<serial>[0-35-9][0-9]{4})", years=(1996, 2099), rights=PATENTS),
        form(epodoc(5), years=(1996, 2099), rights=PATENTS),
    ),
    canonical=lambda p: f"{p.year}{p.serial:05}",
    key=lambda p: f"{p.year}{p.serial:05}",
    docdb=lambda p: f"{p.year}{p.serial:05}",
    epodoc=lambda p: f"{p.year}{p.serial:07}",
    in_docdb=INVENTIONS,
    hints={"patent": "201301050", "design": "202041234"},
)
