"""Application numbers of Bulgaria: a serial number alone, 106431; in the register BG/P/2019/112867, BG/U/2021/5123.

DOCDB appends two digits of the filing year.
"""

from ledger.register.numbers.form import INVENTIONS, PATENTS, UTILITY_MODELS, epodoc_told, form
from ledger.register.numbers.number import YEAR_ADDED
from ledger.register.numbers.rule import OfficeRule

RULE = OfficeRule(
    office="BG",
    forms=(
        form(r"(?P<serial>[1-9][0-9]{4,5})", rights=PATENTS),
        form(
            r"(?P<serial>[1-9][0-9]{4,5})(?P<tyy>[0-9]{2})",
            years=(1950, 2049),
            rights=PATENTS,
            note=YEAR_ADDED,
        ),
        form(r"(?P<serial>[1-9][0-9]{2,3})", rights=UTILITY_MODELS),
        form(
            r"(?P<serial>[1-9][0-9]{2,5})(?P<tyy>[0-9]{2})",
            years=(1993, 2049),
            rights=UTILITY_MODELS,
            note=YEAR_ADDED,
        ),
        form(r"(?P<serial>[1-9][0-9]{4,5})", rights=UTILITY_MODELS),
        form(
            r"(?P<series>[PU])/(?P<told>20[0-9]{2})/(?P<serial>[1-9][0-9]{3,5})",
            rights=INVENTIONS,
            note=YEAR_ADDED,
        ),
        form(epodoc_told(5, 6), rights=PATENTS, note=YEAR_ADDED),
        form(epodoc_told(3, 6), rights=UTILITY_MODELS, note=YEAR_ADDED),
    ),
    rights={"P": "patent", "U": "utilityModel"},
    canonical=lambda p: f"{p.serial}",
    key=lambda p: f"{p.serial}",
    docdb=lambda p: f"{p.serial}{p.told_yy}" if p.told_year else None,
    epodoc=lambda p: f"{p.told_year}{p.serial:07}" if p.told_year else None,
    hints={"patent": "106431", "utilityModel": "4345"},
)
