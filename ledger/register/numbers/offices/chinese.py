"""Application numbers of China (CNIPA): year, kind of right, serial number, check digit: 202111286633.X.

Until 2003-09-30 the year had two digits and the serial number five: 94118065.4. The kinds are 1
invention, 2 utility model, 3 design, 8 and 9 invention and utility model from a PCT application. Marks have a serial
number alone, with a letter behind where one was divided.
"""

from operator import mul

from ledger.register.numbers.form import ALL_BUT_MARKS, MARKS, YEAR, Parts, form
from ledger.register.numbers.number import ST13_READ
from ledger.register.numbers.rule import OfficeRule

_LONG_SINCE = 2003
"""From October on; the long numbers of that year have serial numbers beyond five digits."""
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_ST13_KINDS = {"1": "10", "8": "11", "2": "20", "9": "21", "3": "40"}
_SHORT_SERIAL_MAX = 99_999


def _digits(parts: Parts) -> str:
    """Return the number without its check digit."""
    if not parts.year:
        return f"{parts.serial}{parts.series}"
    is_short = parts.year == _LONG_SINCE and parts.serial <= _SHORT_SERIAL_MAX
    if parts.year < _LONG_SINCE or is_short:
        return f"{parts.yy}{parts.series}{parts.serial:05}"
    return f"{parts.year}{parts.series}{parts.serial:07}"


def _check_digit(parts: Parts) -> str:
    total = sum(map(mul, map(int, _digits(parts)), _WEIGHTS))
    return "X" if total % 11 == 10 else str(total % 11)  # noqa: PLR2004


def _canonical(parts: Parts) -> str:
    return f"{_digits(parts)}.{_check_digit(parts)}" if parts.year else _digits(parts)


def _epodoc(parts: Parts) -> str:
    """Return year, kind and six digits of the serial number, seven where six do not hold it."""
    return f"{parts.year}{parts.series}{parts.serial:06}"


def _st13(parts: Parts) -> str | None:
    if not parts.year:
        return None
    return f"{_ST13_KINDS[parts.series]}{parts.year}{parts.serial:09}"


_KIND = r"(?P<series>[12389])"
_ST13_KIND = r"(?P<series>[12][01]|40)"
_CHECK = r"(?:/?(?P<check>[0-9X]))?"
_OLD, _LONG = (1985, _LONG_SINCE), (_LONG_SINCE, 2099)

RULE = OfficeRule(
    office="CN",
    forms=(
        form(r"(?:ZL/?)?" + YEAR + _KIND + r"(?P<serial>[0-9]{7})" + _CHECK, years=_LONG),
        form(
            r"(?:ZL/?)?(?P<yy>[0-9]{2})" + _KIND + r"(?P<serial>[0-9]{5})" + _CHECK,
            years=_OLD,
            rights=ALL_BUT_MARKS,
        ),
        form(_ST13_KIND + YEAR + r"00(?P<serial>[0-9]{7})", years=_LONG, note=ST13_READ),
        form(_ST13_KIND + YEAR + r"0000(?P<serial>[0-9]{5})", years=_OLD, note=ST13_READ),
        form(YEAR + _KIND + r"(?P<serial>[0-9]{6,7})[UF]?", years=_LONG),
        form(YEAR + _KIND + r"0{1,2}(?P<serial>[0-9]{5})[UF]?", years=_OLD),
        form(r"(?P<serial>[1-9][0-9]{4,7})/?(?P<series>[A-Z]?)", rights=MARKS),
    ),
    spellings={kind: series for series, kind in _ST13_KINDS.items()},
    rights={"1": "patent", "8": "patent", "2": "utilityModel", "9": "utilityModel", "3": "design"},
    canonical=_canonical,
    key=_digits,
    check=_check_digit,
    docdb=_digits,
    epodoc=_epodoc,
    st13=_st13,
    hints={
        "patent": "202111286633.X",
        "utilityModel": "201320545412.4",
        "design": "202130012345.X",
        "trademark": "12345678",
    },
)
