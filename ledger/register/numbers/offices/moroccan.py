"""Application numbers of Morocco (OMPIC): a serial number alone, 37006. epodoc adds the filing year."""

from ledger.register.numbers.form import DESIGNS, MARKS, PATENTS, form
from ledger.register.numbers.number import YEAR_ADDED
from ledger.register.numbers.rule import OfficeRule

RULE = OfficeRule(
    office="MA",
    forms=(
        form(r"(?P<serial>[0-9]{5})", rights=(*PATENTS, *DESIGNS)),
        form(
            r"(?P<told>(?:19|20)[0-9]{2})00(?P<serial>[0-9]{5})",
            note=YEAR_ADDED,
            rights=PATENTS,
        ),
        form(r"(?P<serial>[0-9]{5,6})", rights=MARKS),
    ),
    canonical=lambda p: f"{p.serial:05}",
    key=lambda p: f"{p.serial:05}",
    docdb=lambda p: f"{p.serial:05}",
    epodoc=lambda p: f"{p.told_year}{p.serial:07}" if p.told_year and p.right == "patent" else None,
    hints={"patent": "37006", "design": "12345", "trademark": "167890"},
)
