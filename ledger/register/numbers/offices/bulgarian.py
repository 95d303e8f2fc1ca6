"""Application numbers of Bulgaria: a serial number alone, 106431. DOCDB appends two digits of the filing year."""

from ledger.register.numbers.form import EPODOC_TOLD, PATENT, TECHNICAL, UTILITY_MODEL, form
from ledger.register.numbers.number import YEAR_ADDED
from ledger.register.numbers.rule import OfficeRule

RULE = OfficeRule(
    office="BG",
    forms=(
        form(r"(?P<serial>[0-9]{5,6})", rights=PATENT),
        form(
            r"(?P<serial>[0-9]{5,6})(?P<tyy>[0-9]{2})",
            years=(1950, 2049),
            rights=PATENT,
            note=YEAR_ADDED,
        ),
        form(r"(?P<serial>[0-9]{3,6})", rights=UTILITY_MODEL),
        form(
            r"(?P<serial>[0-9]{3,6})(?P<tyy>[0-9]{2})",
            years=(1993, 2049),
            rights=UTILITY_MODEL,
            note=YEAR_ADDED,
        ),
        form(EPODOC_TOLD, rights=TECHNICAL, note=YEAR_ADDED),
    ),
    canonical=lambda p: f"{p.serial}",
    key=lambda p: f"{p.serial}",
    docdb=lambda p: f"{p.serial}{p.told_yy}" if p.told_year else None,
    epodoc=lambda p: f"{p.told_year}{p.serial:07}" if p.told_year else None,
    hints={"patent": "106431", "utilityModel": "4345"},
)
