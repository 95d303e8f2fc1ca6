"""Application numbers of Latvia: P-14-123, designs D-14-12, marks M-14-123; in new registers LVP2021000012."""

from ledger.register.entries import Right
from ledger.register.numbers.form import YEAR, Parts, form
from ledger.register.numbers.rule import OfficeRule

_LONG_SINCE = 2021
_RIGHTS: tuple[Right, ...] = ("patent", "design", "trademark")


def _canonical(parts: Parts) -> str:
    if parts.year >= _LONG_SINCE:
        return f"LV{parts.series}{parts.year}{parts.serial:06}"
    return f"{parts.series}-{parts.yy}-{parts.serial}"


RULE = OfficeRule(
    office="LV",
    forms=(
        form(
            r"(?P<series>[PDM])/?(?P<yy>[0-9]{2})/(?P<serial>[0-9]{1,4})",
            years=(1992, 2091),
            rights=_RIGHTS,
        ),
        form(r"(?P<series>[PDM])/?" + YEAR + r"/?(?P<serial>[0-9]{6})", rights=_RIGHTS),
    ),
    rights={"P": "patent", "D": "design", "M": "trademark"},
    canonical=_canonical,
    key=lambda p: f"{p.year}{p.serial:06}",
    hints={"patent": "P-14-123", "design": "D-14-12", "trademark": "M-14-123"},
)
