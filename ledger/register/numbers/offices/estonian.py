"""Application numbers of Estonia: P201200012, utility models U, designs D, marks M; until 1999 P9900123."""

from ledger.register.numbers.form import YEAR, Parts, form
from ledger.register.numbers.rule import OfficeRule

_LONG_SINCE = 2000
_PREFIX = r"(?:(?P<series>[PUDM])/?)?"


def _canonical(parts: Parts) -> str:
    year = parts.year if parts.year >= _LONG_SINCE else parts.yy
    return f"{parts.series}{year}{parts.serial:05}"


RULE = OfficeRule(
    office="EE",
    forms=(
        form(_PREFIX + YEAR + r"/?(?P<serial>[0-9]{5})", years=(_LONG_SINCE, 2099)),
        form(_PREFIX + r"(?P<yy>[0-9]{2})/?(?P<serial>[0-9]{5})", years=(1992, 1999)),
    ),
    rights={"P": "patent", "U": "utilityModel", "D": "design", "M": "trademark"},
    series_of={"patent": "P", "utilityModel": "U", "design": "D", "trademark": "M"},
    canonical=_canonical,
    key=lambda p: f"{p.year}{p.serial:05}",
    hints={
        "patent": "P201200012",
        "utilityModel": "U201200012",
        "design": "D201200012",
        "trademark": "M201200012",
    },
)
