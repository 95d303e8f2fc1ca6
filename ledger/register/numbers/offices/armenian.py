"""Application numbers of Armenia: P20020142, utility models U20020140 (WIPO Handbook 7.2.1); later AM20140064."""

from ledger.register.numbers.form import TECHNICAL, YEAR, form
from ledger.register.numbers.rule import OfficeRule

RULE = OfficeRule(
    office="AM",
    forms=(
        form(
            r"(?:(?P<series>[PU])/?)?" + YEAR + r"/?(?P<serial>[0-9]{4})",
            years=(2000, 2099),
            rights=TECHNICAL,
        ),
        form(YEAR + r"(?P<serial>[0-9]{4})/?(?P<series>U)", years=(2000, 2099), rights=TECHNICAL),
    ),
    rights={"P": "patent", "U": "utilityModel"},
    series_of={"patent": "P", "utilityModel": "U"},
    canonical=lambda p: f"{p.series}{p.year}{p.serial:04}",
    key=lambda p: f"{p.year}{p.serial:04}",
    hints={"patent": "P20020142", "utilityModel": "U20020140"},
)
