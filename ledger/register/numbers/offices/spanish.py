"""Application numbers of Spain (OEPM): P 201430450, utility models U, until 1999 P 9801170; marks M 3123456.

Parts of European patents bear the European number, E06012345. Before 1986 running numbers were given,
which are kept as they are.
"""

from ledger.register.entries import Right
from ledger.register.numbers.form import INVENTIONS, Parts, epodoc, form
from ledger.register.numbers.offices import european_part
from ledger.register.numbers.rule import OfficeRule

_FIRST_YEAR, _LONG_SINCE = 1986, 2000
_SERIES: dict[Right, str] = {"patent": "P", "utilityModel": "U", "trademark": "M"}


def _digits(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.digits(parts)
    if parts.right == "trademark":
        return f"{parts.serial:07}"
    return f"{parts.year if parts.year >= _LONG_SINCE else parts.yy}{parts.serial:05}"


def _canonical(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.canonical(parts)
    return f"{parts.series} {_digits(parts)}"


def _key(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.key(parts)
    if parts.right == "trademark":
        return _digits(parts)
    return f"{parts.year}{parts.serial:05}"


def _epodoc(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.digits(parts)
    return f"{parts.year}00{parts.serial:05}"


RULE = OfficeRule(
    office="ES",
    forms=(
        *european_part.FORMS,
        european_part.bare(unless=european_part.NEVER),
        form(
            r"(?:(?P<series>[PU])/?)?(?P<year>20[0-9]{2})/?(?P<serial>[0-9]{5})",
            years=(_LONG_SINCE, 2099),
            rights=INVENTIONS,
        ),
        form(
            r"(?:(?P<series>[PU])/?)?(?P<yy>[89][0-9])/?(?P<serial>[0-9]{5})",
            years=(_FIRST_YEAR, _LONG_SINCE - 1),
            rights=INVENTIONS,
        ),
        form(
            epodoc(5),
            years=(_FIRST_YEAR, 2099),
            rights=INVENTIONS,
        ),
        form(r"(?:(?P<series>M)/?)?(?P<serial>[0-9]{7})", rights=("trademark",)),
    ),
    kept_kinds=frozenset({european_part.KIND}),
    rights={series: right for right, series in _SERIES.items()},
    series_of=_SERIES,
    check=european_part.check,
    canonical=_canonical,
    key=_key,
    docdb=_digits,
    epodoc=_epodoc,
    hints={"patent": "P 201430450", "utilityModel": "U 201231234", "trademark": "M 3123456"},
)
