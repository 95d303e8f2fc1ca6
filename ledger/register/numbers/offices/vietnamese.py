"""Application numbers of Viet Nam: right, year, serial number: 1-2013-01234.

1 is an invention, 2 a utility solution, 3 a design, 4 a mark.
"""

from ledger.register.numbers.form import form
from ledger.register.numbers.rule import OfficeRule

RULE = OfficeRule(
    office="VN",
    forms=(
        form(
            r"(?P<series>[1-4])/?(?P<year>20[0-9]{2})/?(?P<serial>[0-9]{5})",
            years=(2003, 2099),
        ),
    ),
    rights={"1": "patent", "2": "utilityModel", "3": "design", "4": "trademark"},
    canonical=lambda p: f"{p.series}-{p.year}-{p.serial:05}",
    key=lambda p: f"{p.series}{p.year}{p.serial:05}",
    hints={
        "patent": "1-2013-01234",
        "utilityModel": "2-2013-00123",
        "design": "3-2013-00123",
        "trademark": "4-2013-12345",
    },
)
