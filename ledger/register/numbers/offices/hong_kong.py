"""Application numbers of Hong Kong: year, serial number, a point and a check digit: 03100263.7.

Patents have six digits behind the two of the year, designs five; since 2019 patents of the new system have kind,
year and six digits: 62020001234.5. Marks have nine digits without a check digit. How the check digit is computed is not
published.
"""

from ledger.register.numbers.form import DESIGNS, INVENTIONS, MARKS, Parts, form
from ledger.register.numbers.rule import OfficeRule

_FIRST_YEAR, _SHORT_UNTIL = 1995, 2020
_CHECK = r"/?(?P<check>[0-9X]?)"


def _digits(parts: Parts) -> str:
    if parts.right == "trademark":
        return f"{parts.serial}"
    if parts.right == "design":
        return f"{parts.yy}{parts.serial:05}"
    if parts.series:
        return f"{parts.series}{parts.year}{parts.serial:06}"
    return f"{parts.yy}{parts.serial:06}"


def _canonical(parts: Parts) -> str:
    return _digits(parts) + (f".{parts.check}" if parts.check else "")


def _docdb(parts: Parts) -> str | None:
    """Return the digits; of the numbers since 2019 it is not known whether the check digit stays."""
    return None if parts.series else _digits(parts)


RULE = OfficeRule(
    office="HK",
    forms=(
        form(
            r"(?P<yy>[0-9]{2})(?P<serial>1[0-9]{5})" + _CHECK,
            years=(_FIRST_YEAR, _SHORT_UNTIL),
            rights=INVENTIONS,
        ),
        form(
            r"(?P<series>[2346])(?P<year>20[0-9]{2})(?P<serial>[0-9]{6})" + _CHECK,
            years=(2019, 2099),
            rights=INVENTIONS,
        ),
        form(
            r"(?P<yy>[0-9]{2})(?P<serial>[0-9]{5})" + _CHECK,
            years=(1997, 2096),
            rights=DESIGNS,
        ),
        form(r"(?P<serial>30[0-9]{7})", rights=MARKS),
    ),
    canonical=_canonical,
    key=_digits,
    docdb=_docdb,
    hints={"patent": "13111688", "design": "0410116", "trademark": "304123456"},
)
