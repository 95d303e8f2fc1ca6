"""Application numbers of Poland: P.358649, utility models W.110964, designs Wp.12345, marks Z.345678.

The number bears no year; DOCDB appends two digits of the filing year.
"""

from ledger.register.numbers.form import INVENTIONS, epodoc_told, form
from ledger.register.numbers.number import YEAR_ADDED
from ledger.register.numbers.rule import OfficeRule

RULE = OfficeRule(
    office="PL",
    forms=(
        form(r"(?:(?P<series>P|WP|W|Z)/?)?(?P<serial>[1-9][0-9]{3,5})"),
        form(r"(?P<serial>[1-9][0-9]{4,5})(?P<tyy>[0-9]{2})", rights=INVENTIONS, note=YEAR_ADDED),
        form(epodoc_told(4, 6), rights=INVENTIONS, note=YEAR_ADDED),
    ),
    rights={"P": "patent", "W": "utilityModel", "Wp": "design", "Z": "trademark"},
    series_of={"patent": "P", "utilityModel": "W", "design": "Wp", "trademark": "Z"},
    spellings={"WP": "Wp"},
    canonical=lambda p: f"{p.series}.{p.serial}",
    key=lambda p: f"{p.serial}",
    docdb=lambda p: f"{p.serial}{p.told_yy}" if p.told_year else None,
    epodoc=lambda p: f"{p.told_year}{p.serial:07}" if p.told_year else None,
    in_docdb=INVENTIONS,
    hints={
        "patent": "P.358649",
        "utilityModel": "W.110964",
        "design": "Wp.12345",
        "trademark": "Z.345678",
    },
)
