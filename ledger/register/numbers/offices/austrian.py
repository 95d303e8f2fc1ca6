"""Application numbers of Austria: A 1150/77, since 2000 A 50123/2012; GM utility model, MU design, AM mark.

DOCDB writes serial number and year without a stroke. Parts of European patents bear the European number.
"""

from ledger.register.entries import Right
from ledger.register.numbers.form import INVENTIONS, Parts, epodoc, form
from ledger.register.numbers.offices import european_part
from ledger.register.numbers.rule import OfficeRule

_LONG_SINCE = 2000
_SERIES: dict[Right, str] = {
    "patent": "A",
    "utilityModel": "GM",
    "design": "MU",
    "trademark": "AM",
}
_LETTERS = r"(?:(?P<series>A|GM|MU|AM)/?)?"


def _year(parts: Parts) -> str:
    return f"{parts.year}" if parts.year >= _LONG_SINCE else parts.yy


def _canonical(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.canonical(parts)
    return f"{parts.series} {parts.serial}/{_year(parts)}"


def _key(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.key(parts)
    return f"{parts.year}{parts.serial:05}"


def _docdb(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.digits(parts)
    return f"{parts.serial}{_year(parts)}"


def _epodoc(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.digits(parts)
    return f"{parts.year}00{parts.serial:05}"


RULE = OfficeRule(
    office="AT",
    forms=(
        *european_part.FORMS,
        european_part.bare(unless="[1-9][0-9]{3}20"),
        form(_LETTERS + r"(?P<serial>[0-9]{1,5})/?(?P<year>20[0-9]{2})"),
        form(_LETTERS + r"(?P<serial>[0-9]{1,5})/(?P<year>19[0-9]{2})"),
        form(_LETTERS + r"(?P<serial>[0-9]{1,5})/?(?P<yy>[0-9]{2})", years=(1946, 1999)),
        form(epodoc(5)),
    ),
    in_docdb=INVENTIONS,
    kept_kinds=frozenset({european_part.KIND}),
    rights={series: right for right, series in _SERIES.items()},
    series_of=_SERIES,
    check=european_part.check,
    canonical=_canonical,
    key=_key,
    docdb=_docdb,
    epodoc=_epodoc,
    hints={
        "patent": "A 50123/2012",
        "utilityModel": "GM 123/2019",
        "design": "MU 1234/2019",
        "trademark": "AM 50001/2014",
    },
)
