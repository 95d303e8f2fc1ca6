"""Application numbers of the Soviet Union: seven digits without year, 4907184/28.

Behind the stroke is the department of the examination, 28 or 23-26, which is dropped.
"""

from ledger.register.numbers.form import PATENTS, epodoc_told, form
from ledger.register.numbers.number import YEAR_ADDED
from ledger.register.numbers.rule import OfficeRule

_SEVEN_DIGITS = 1_000_000

RULE = OfficeRule(
    office="SU",
    forms=(
        form(r"(?P<serial>[1-9][0-9]{4,6})(?:/[0-9]{2}(?:/[0-9]{1,2})?)?", rights=PATENTS),
        form(epodoc_told(5, 7), years=(1924, 1992), rights=PATENTS, note=YEAR_ADDED),
    ),
    canonical=lambda p: f"{p.serial}",
    key=lambda p: f"{p.serial}",
    docdb=lambda p: f"{p.serial}" if p.serial >= _SEVEN_DIGITS else None,
    epodoc=lambda p: f"{p.told_year}{p.serial:07}" if p.told_year else None,
    hints={"patent": "4907184"},
)
