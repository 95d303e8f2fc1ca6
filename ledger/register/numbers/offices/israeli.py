"""Application numbers of Israel: a serial number alone, 202628. DOCDB appends two digits of the filing year."""

from ledger.register.numbers.form import DESIGNS, MARKS, PATENTS, Parts, form
from ledger.register.numbers.number import YEAR_ADDED
from ledger.register.numbers.rule import OfficeRule


def _is_determined(parts: Parts) -> bool:
    return parts.right == "patent" and parts.told_year > 0


def _docdb(parts: Parts) -> str | None:
    return f"{parts.serial:05}{parts.told_yy}" if _is_determined(parts) else None


def _epodoc(parts: Parts) -> str | None:
    return f"{parts.told_year}{parts.serial:07}" if _is_determined(parts) else None


RULE = OfficeRule(
    office="IL",
    forms=(
        form(r"(?P<serial>[0-9]{5,6})", rights=(*PATENTS, *DESIGNS, *MARKS)),
        form(r"(?P<serial>[0-9]{5,6})/?(?P<tyy>[0-9]{2})", note=YEAR_ADDED, rights=PATENTS),
        form(r"(?P<told>(?:19|20)[0-9]{2})0(?P<serial>[0-9]{6})", note=YEAR_ADDED, rights=PATENTS),
    ),
    canonical=lambda p: f"{p.serial:05}",
    key=lambda p: f"{p.serial:05}",
    docdb=_docdb,
    epodoc=_epodoc,
    hints={"patent": "202628", "design": "64146", "trademark": "338123"},
)
