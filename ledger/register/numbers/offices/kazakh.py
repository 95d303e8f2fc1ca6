"""Application numbers of Kazakhstan: year, serial number, kind of right: 2012/0123.1; in the 1990s 930123.1.

1 is a patent, 2 a utility model, 3 a design.
"""

from ledger.register.entries import Right
from ledger.register.numbers.form import YEAR, Parts, form
from ledger.register.numbers.rule import OfficeRule

_RIGHTS: tuple[Right, ...] = ("patent", "utilityModel", "design")
_STROKE_SINCE = 2000


def _canonical(parts: Parts) -> str:
    year = f"{parts.year}/" if parts.year >= _STROKE_SINCE else parts.yy
    return f"{year}{parts.serial:04}.{parts.series}"


RULE = OfficeRule(
    office="KZ",
    forms=(
        form(
            YEAR + r"/(?P<serial>[0-9]{1,4})(?:/(?P<series>[123]))?",
            years=(1992, 2099),
            rights=_RIGHTS,
        ),
        form(
            r"(?P<yy>[0-9]{2})/?(?P<serial>[0-9]{4})/(?P<series>[123])",
            years=(1992, 1999),
            rights=_RIGHTS,
        ),
    ),
    rights={"1": "patent", "2": "utilityModel", "3": "design"},
    series_of={"patent": "1", "utilityModel": "2", "design": "3"},
    canonical=_canonical,
    key=lambda p: f"{p.year}{p.serial:04}",
    hints={"patent": "2012/0123.1", "utilityModel": "2012/0012.2", "design": "2012/0012.3"},
)
