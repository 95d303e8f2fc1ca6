"""Application numbers of Israel: a serial number alone, 202628. DOCDB appends two digits of the filing year."""

from ledger.register.numbers.form import form
from ledger.register.numbers.number import YEAR_ADDED
from ledger.register.numbers.rule import OfficeRule

RULE = OfficeRule(
    office="IL",
    forms=(
        form(r"(?P<serial>[0-9]{5,6})"),
        form(r"(?P<serial>[0-9]{5,6})/?(?P<tyy>[0-9]{2})", note=YEAR_ADDED),
        form(r"(?P<told>(?:19|20)[0-9]{2})0(?P<serial>[0-9]{6})", note=YEAR_ADDED),
    ),
    canonical=lambda p: f"{p.serial}",
    key=lambda p: f"{p.serial}",
    docdb=lambda p: f"{p.serial}{p.told_yy}" if p.told_year else None,
    epodoc=lambda p: f"{p.told_year}{p.serial:07}" if p.told_year else None,
    hints={"patent": "202628", "design": "64146"},
)
