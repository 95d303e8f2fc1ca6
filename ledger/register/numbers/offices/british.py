"""Application numbers of the United Kingdom.

Until 1978 serial number and year, 43342/64; since then year, five digits and a check digit, 8110207.6,
1217782.0. The check digit's rule is not known. DOCDB writes the year in four digits since 2010. The
key has it in four digits since 1978.
"""

from ledger.register.numbers.form import DESIGNS, INVENTIONS, PATENTS, Parts, epodoc, form
from ledger.register.numbers.rule import OfficeRule

_LAST_OLD, _FIRST_NEW, _LONG_SINCE = 1978, 1978, 2010
_LAST_TOLD_APART = 2039
"""4334264 is 43342/64: later years in two digits are not read before they are near."""
_OLD = "old"
"""The series of the numbers until 1978, when both were given: their keys are shorter."""


def _canonical(parts: Parts) -> str:
    if parts.right == "trademark":
        return f"UK{parts.serial:011}"
    if parts.right == "design":
        return f"{parts.serial:07}"
    if parts.series == _OLD:
        return f"{parts.serial}/{parts.yy}"
    if parts.series:
        return f"{parts.year}{parts.serial:05}{parts.series}"
    return f"{parts.yy}{parts.serial:05}"


def _key(parts: Parts) -> str:
    if parts.right == "trademark":
        return f"{parts.serial:011}"
    if parts.right == "design":
        return f"{parts.serial:07}"
    if parts.series == _OLD:
        return f"{parts.serial:05}{parts.yy}"
    return _plain(parts) + parts.series


def _plain(parts: Parts) -> str:
    return f"{parts.year}{parts.serial:05}"


def _docdb(parts: Parts) -> str:
    if parts.series == _OLD:
        return f"{parts.serial}{parts.yy}"
    if parts.series or parts.year >= _LONG_SINCE:
        return _plain(parts) + parts.series
    return f"{parts.yy}{parts.serial:05}"


def _epodoc(parts: Parts) -> str | None:
    if parts.series not in {"", _OLD} or parts.year == _LAST_OLD:
        return None
    return f"{parts.year}00{parts.serial:05}"


RULE = OfficeRule(
    office="GB",
    forms=(
        form(
            r"(?:UK/?)?(?P<yy>[0-9]{2})/?(?P<serial>[0-9]{5})(?:/?(?P<check>[0-9]))?",
            years=(_FIRST_NEW, _LAST_TOLD_APART),
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            r"(?:UK/?)?(?P<year>20[0-9]{2})(?P<serial>[0-9]{5})",
            years=(_LONG_SINCE, 2099),
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            r"(?P<serial>[0-9]{1,5})/(?P<yy>[0-9]{2})",
            years=(1916, _LAST_OLD),
            series=_OLD,
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            r"(?P<serial>[0-9]{1,5})/(?P<year>19[0-9]{2})",
            years=(1916, _LAST_OLD),
            series=_OLD,
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            r"(?P<serial>[1-9][0-9]{0,3}|[1-6][0-9]{4})(?P<yy>[0-9]{2})",
            years=(1916, _LAST_OLD),
            series=_OLD,
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            epodoc(5),
            years=(1979, 2099),
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            epodoc(5),
            years=(1916, 1977),
            series=_OLD,
            right="patent",
            rights=INVENTIONS,
        ),
        form(r"(?P<year>19[01][0-9])(?P<serial>[0-9]{5})(?P<series>[DT])", years=(1900, 1915)),
        form(r"(?:UK/?)?(?P<serial>[0-9]{11})", rights=("trademark",)),
        form(r"(?:UK/?)?(?P<serial>[0-9]{7})", rights=("trademark",)),
        form(r"(?P<serial>[0-9]{7})", rights=DESIGNS),
    ),
    in_docdb=PATENTS,
    canonical=_canonical,
    key=_key,
    docdb=_docdb,
    epodoc=_epodoc,
    hints={
        "patent": "1217782.0",
        "trademark": "UK00003123456",
        "design": "6012345",
    },
)
