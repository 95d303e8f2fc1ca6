"""Application numbers of Thailand (DIP): year, kind of right, serial number: 1301004567.

The kinds are 01 invention, 02 design, 03 petty patent.
"""

from ledger.register.numbers.form import ALL_BUT_MARKS, Parts, form
from ledger.register.numbers.rule import OfficeRule


def _digits(parts: Parts) -> str:
    return f"{parts.yy}{parts.series}{parts.serial:06}"


RULE = OfficeRule(
    office="TH",
    forms=(
        form(
            r"(?P<yy>[0-9]{2})(?P<series>0[123])(?P<serial>[0-9]{6})",
            years=(2001, 2099),
            rights=ALL_BUT_MARKS,
        ),
    ),
    rights={"01": "patent", "02": "design", "03": "utilityModel"},
    canonical=_digits,
    key=_digits,
    hints={"patent": "1301004567", "design": "1302001234", "utilityModel": "1303000123"},
)
