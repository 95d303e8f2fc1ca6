"""Application numbers of Czechoslovakia (until 1992): serial number and year, PV 5342-89. DOCDB: 534289."""

from ledger.register.numbers.form import PATENTS, epodoc, form
from ledger.register.numbers.rule import OfficeRule

_YEARS = (1945, 1992)

RULE = OfficeRule(
    office="CS",
    forms=(
        form(r"(?:PV/?)?(?P<serial>[0-9]{1,5})/(?P<yy>[0-9]{2})", years=_YEARS, rights=PATENTS),
        form(r"(?:PV)?(?P<serial>[0-9]{1,5})(?P<yy>[0-9]{2})", years=_YEARS, rights=PATENTS),
        form(
            r"(?:PV/?)?(?P<serial>[0-9]{1,5})/(?P<year>19[0-9]{2})",
            years=_YEARS,
            rights=PATENTS,
        ),
        form(epodoc(5), years=_YEARS, rights=PATENTS),
    ),
    canonical=lambda p: f"PV {p.serial}-{p.yy}",
    key=lambda p: f"{p.year}{p.serial:05}",
    docdb=lambda p: f"{p.serial}{p.yy}",
    epodoc=lambda p: f"{p.year}{p.serial:07}",
    hints={"patent": "PV 5342-89"},
)
