"""Application numbers of Armenia: P20020142, utility models U20020140 (WIPO Handbook 7.2.1).

Later ones are printed AM20140064; those of the 1990s had two digits of the year, 98033.
"""

from ledger.register.numbers.form import INVENTIONS, PATENTS, YEAR, Parts, form
from ledger.register.numbers.rule import OfficeRule

_LETTER_SINCE = 2000


def _canonical(parts: Parts) -> str:
    if parts.year < _LETTER_SINCE:
        return f"{parts.yy}{parts.serial:03}"
    return f"{parts.series}{parts.year}{parts.serial:04}"


RULE = OfficeRule(
    office="AM",
    forms=(
        form(
            r"(?:(?P<series>[PU])/?)?" + YEAR + r"/?(?P<serial>[0-9]{4})",
            years=(_LETTER_SINCE, 2099),
            rights=INVENTIONS,
        ),
        form(r"(?P<yy>9[0-9])(?P<serial>[0-9]{3})", years=(1992, 1999), rights=PATENTS),
        form(
            YEAR + r"(?P<serial>[0-9]{4})/?(?P<series>U)",
            years=(_LETTER_SINCE, 2099),
            rights=INVENTIONS,
        ),
    ),
    rights={"P": "patent", "U": "utilityModel"},
    series_of={"patent": "P", "utilityModel": "U"},
    canonical=_canonical,
    key=lambda p: f"{p.year}{p.serial:04}",
    hints={"patent": "P20020142", "utilityModel": "U20020140"},
)
