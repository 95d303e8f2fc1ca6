"""Application numbers of Colombia (SIC): since 2016 NC2019/0001234, before 14-123456 with two digits of the year.

All rights share the serial numbers.
"""

from ledger.register.numbers.form import PATENTS, Parts, form
from ledger.register.numbers.rule import OfficeRule

_SINCE = 2016
_OLD_YEARS = (1992, _SINCE)


def _canonical(parts: Parts) -> str:
    if parts.series:
        return f"NC{parts.year}/{parts.serial:07}"
    return f"{parts.yy}-{parts.serial:06}"


RULE = OfficeRule(
    office="CO",
    forms=(
        form(
            r"(?P<series>NC)/?(?P<year>20[0-9]{2})/?(?P<serial>[0-9]{7})",
            years=(_SINCE, 2099),
        ),
        form(r"(?P<yy>[0-9]{2})/(?P<serial>[0-9]{5,6})", years=_OLD_YEARS),
        form(r"(?P<yy>[0-9]{2})(?P<serial>[0-9]{6})", years=_OLD_YEARS, rights=PATENTS),
    ),
    canonical=_canonical,
    key=lambda p: f"{p.series}{p.year}{p.serial:0{7 if p.series else 6}}",
    hints=dict.fromkeys(("patent", "utilityModel", "design", "trademark"), "NC2019/0001234"),
)
