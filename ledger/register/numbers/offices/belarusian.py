"""Application numbers of Belarus: a 20050123, utility models u 20050123, designs f 20100012.

The letter a is often Cyrillic.
"""

from ledger.register.numbers.form import YEAR, form
from ledger.register.numbers.rule import OfficeRule

RULE = OfficeRule(
    office="BY",
    forms=(
        form(
            r"(?P<series>[AUF]|U0430|U0410)/?" + YEAR + r"/?(?P<serial>[0-9]{4})",
            years=(1993, 2099),
        ),
        form(
            YEAR + r"/?(?P<serial>[0-9]{4})",
            years=(1993, 2099),
            rights=("patent", "utilityModel", "design"),
        ),
    ),
    spellings={"A": "a", "U0430": "a", "U0410": "a", "U": "u", "F": "f"},
    rights={"a": "patent", "u": "utilityModel", "f": "design"},
    series_of={"patent": "a", "utilityModel": "u", "design": "f"},
    canonical=lambda p: f"{p.series} {p.year}{p.serial:04}",
    key=lambda p: f"{p.year}{p.serial:04}",
    hints={"patent": "a 20050123", "utilityModel": "u 20050123", "design": "f 20100012"},
)
