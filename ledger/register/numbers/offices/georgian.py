"""Application numbers of Georgia: kind of right, year and six digits: AP 2005 008765.

AP is a patent, AU a utility model, AD a design, AM a mark.
"""

from ledger.register.numbers.form import YEAR, form
from ledger.register.numbers.rule import OfficeRule

RULE = OfficeRule(
    office="GE",
    forms=(
        form(
            r"(?P<series>A[PUDM])/?" + YEAR + r"/?(?P<serial>[0-9]{6})",
            years=(1992, 2099),
        ),
        form(YEAR + r"/?(?P<serial>[0-9]{6})", years=(1992, 2099)),
    ),
    rights={"AP": "patent", "AU": "utilityModel", "AD": "design", "AM": "trademark"},
    series_of={"patent": "AP", "utilityModel": "AU", "design": "AD", "trademark": "AM"},
    canonical=lambda p: f"{p.series} {p.year} {p.serial:06}",
    key=lambda p: f"{p.year}{p.serial:06}",
    hints={
        "patent": "AP 2005 008765",
        "utilityModel": "AU 2005 012345",
        "design": "AD 2005 000123",
        "trademark": "AM 2005 012345",
    },
)
