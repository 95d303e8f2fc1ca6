"""Application numbers of Denmark: PA 2012 00129, BA utility model, VA mark; in former years 0441/83.

Parts of European patents bear the European number, 19702186.8.
"""

from ledger.register.entries import Right
from ledger.register.numbers.form import Parts, epodoc, form
from ledger.register.numbers.offices import european_part
from ledger.register.numbers.rule import OfficeRule

_LAST_SHORT, _LONG_SINCE, _PRINTED_LONG_SINCE = 1989, 2001, 1996
_SERIES: dict[Right, str] = {"patent": "PA", "utilityModel": "BA", "trademark": "VA"}
_RIGHTS: tuple[Right, ...] = ("patent", "utilityModel", "trademark")


def _canonical(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.canonical(parts)
    if parts.year < _PRINTED_LONG_SINCE and parts.right == "patent":
        return f"{parts.serial:04}/{parts.yy}"
    return f"{parts.series} {parts.year} {parts.serial:05}"


def _key(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.key(parts)
    return f"{parts.year}{parts.serial:05}"


def _docdb(parts: Parts) -> str | None:
    """Return year and serial number; until 1989 serial number and year; between it is not known which."""
    if parts.series == european_part.KIND:
        return european_part.digits(parts)
    if parts.year >= _LONG_SINCE:
        return _key(parts)
    return f"{parts.serial}{parts.yy}" if parts.year <= _LAST_SHORT else None


def _epodoc(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.digits(parts)
    return f"{parts.year}00{parts.serial:05}"


RULE = OfficeRule(
    office="DK",
    forms=(
        *european_part.FORMS,
        european_part.bare(unless=european_part.NEVER),
        form(
            r"(?:(?P<series>[PBV]A)/?)?(?P<year>(?:199|20[0-9])[0-9])/?(?P<serial>[0-9]{5})",
            rights=_RIGHTS,
        ),
        form(
            r"(?P<serial>[0-9]{1,5})/(?P<yy>[0-9]{2})",
            years=(1946, 1999),
            right="patent",
            rights=("patent",),
        ),
        form(
            r"(?P<serial>[1-9][0-9]{0,3})(?P<yy>[0-9]{2})", years=(1946, 1999), rights=("patent",)
        ),
        form(
            epodoc(5),
            rights=_RIGHTS,
        ),
    ),
    kept_kinds=frozenset({european_part.KIND}),
    rights={series: right for right, series in _SERIES.items()},
    series_of=_SERIES,
    check=european_part.check,
    canonical=_canonical,
    key=_key,
    docdb=_docdb,
    epodoc=_epodoc,
    hints={
        "patent": "PA 2012 00129",
        "utilityModel": "BA 2012 00123",
        "trademark": "VA 2012 01234",
    },
)
