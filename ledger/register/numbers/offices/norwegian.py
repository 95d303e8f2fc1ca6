"""Application numbers of Norway: year and four digits, 20120297, until 1999 971605; marks year and five digits.

Parts of European patents bear the European number with DOCDB's kind T.
"""

from ledger.register.numbers.form import DESIGNS, INVENTIONS, PATENTS, Parts, epodoc, form
from ledger.register.numbers.offices import european_part
from ledger.register.numbers.rule import OfficeRule

_FIRST_YEAR, _LONG_SINCE = 1970, 2000


def _digits(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.digits(parts)
    if parts.right == "trademark":
        return f"{parts.year}{parts.serial:05}"
    return f"{parts.year if parts.year >= _LONG_SINCE else parts.yy}{parts.serial:04}"


def _canonical(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.canonical(parts)
    return _digits(parts)


def _key(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.key(parts)
    return f"{parts.year}{parts.serial:0{5 if parts.right == 'trademark' else 4}}"


def _epodoc(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.digits(parts)
    return f"{parts.year}000{parts.serial:04}"


RULE = OfficeRule(
    office="NO",
    forms=(
        *european_part.FORMS,
        european_part.bare(unless="20|19[7-9]"),
        form(
            r"(?P<year>(?:19|20)[0-9]{2})/?(?P<serial>[0-9]{4})",
            years=(_FIRST_YEAR, 2099),
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            r"(?P<yy>[7-9][0-9])/?(?P<serial>[0-9]{4})",
            years=(_FIRST_YEAR, _LONG_SINCE - 1),
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            epodoc(4),
            years=(_FIRST_YEAR, 2099),
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            r"(?P<year>20[0-9]{2})/?(?P<serial>[0-9]{4})",
            years=(_LONG_SINCE, 2099),
            rights=DESIGNS,
        ),
        form(
            r"(?P<year>20[0-9]{2})/?(?P<serial>[0-9]{5})",
            years=(_LONG_SINCE, 2099),
            rights=("trademark",),
        ),
    ),
    in_docdb=PATENTS,
    kept_kinds=frozenset({european_part.KIND}),
    check=european_part.check,
    canonical=_canonical,
    key=_key,
    docdb=_digits,
    epodoc=_epodoc,
    hints={"patent": "20120297", "trademark": "201212345", "design": "20120297"},
)
