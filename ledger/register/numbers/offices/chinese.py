"""Application numbers of China (CNIPA): year, kind of right, serial number, check digit: 202111286633.X.

Until 2003-09-30 the year had two digits and the serial number five: 94118065.3. The kinds are 1
invention, 2 utility model, 3 design, 8 and 9 invention and utility model from a PCT application.
"""

from ledger.register.numbers.form import Parts, form
from ledger.register.numbers.number import ST13_READ
from ledger.register.numbers.rule import OfficeRule

_LONG_SINCE = 2003
"""From October on; the long numbers of that year have serial numbers beyond five digits."""
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_ST13_KINDS = {"1": "10", "8": "11", "2": "20", "9": "21", "3": "40"}
_SHORT_SERIAL_MAX = 99_999


def _digits(parts: Parts) -> str:
    """Return the number without its check digit."""
    is_short = parts.year == _LONG_SINCE and parts.serial <= _SHORT_SERIAL_MAX
    if parts.year < _LONG_SINCE or is_short:
        return f"{parts.yy}{parts.series}{parts.serial:05}"
    return f"{parts.year}{parts.series}{parts.serial:07}"


def _check_digit(parts: Parts) -> str:
    total = sum(
        int(digit) * weight for digit, weight in zip(_digits(parts), _WEIGHTS, strict=False)
    )
    return "X" if total % 11 == 10 else str(total % 11)  # noqa: PLR2004


def _epodoc(parts: Parts) -> str:
    """Return year, kind and six digits of the serial number, seven where six do not hold it."""
    return f"{parts.year}{parts.series}{parts.serial:06}"


def _st13(parts: Parts) -> str:
    return f"{_ST13_KINDS[parts.series]}{parts.year}{parts.serial:09}"


RULE = OfficeRule(
    office="CN",
    forms=(
        form(
            r"(?:ZL/?)?(?P<year>20[0-9]{2})(?P<series>[12389])(?P<serial>[0-9]{7})(?:/?(?P<check>[0-9X]))?",
            years=(2003, 2099),
        ),
        form(
            r"(?:ZL/?)?(?P<yy>[0-9]{2})(?P<series>[12389])(?P<serial>[0-9]{5})(?:/?(?P<check>[0-9X]))?",
            years=(1985, 2003),
        ),
        form(
            r"(?P<series>[12]0|[12]1|40)(?P<year>20[0-9]{2})00(?P<serial>[0-9]{7})",
            years=(2003, 2099),
            note=ST13_READ,
        ),
        form(
            r"(?P<year>(?:19|20)[0-9]{2})(?P<series>[12389])(?P<serial>[0-9]{6})",
            years=(1985, 2099),
        ),
    ),
    spellings={kind: series for series, kind in _ST13_KINDS.items()},
    rights={"1": "patent", "8": "patent", "2": "utilityModel", "9": "utilityModel", "3": "design"},
    canonical=lambda p: f"{_digits(p)}.{_check_digit(p)}",
    key=_digits,
    check=_check_digit,
    docdb=_digits,
    epodoc=_epodoc,
    st13=_st13,
    hints={
        "patent": "202111286633.X",
        "utilityModel": "201320545412.4",
        "design": "202130012345.X",
    },
)
