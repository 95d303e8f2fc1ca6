"""Application numbers of Finland (PRH): year and four digits, 20136288, until 1999 942670.

U utility model, M design, T mark (five digits): U20110123, M20150012, T201551234. Before 1973 serial
number and year, 1234/69. Parts of European patents bear the European number with DOCDB's kind T.
"""

from ledger.register.entries import Right
from ledger.register.numbers.form import DESIGNS, INVENTIONS, PATENTS, YEAR, Parts, epodoc, form
from ledger.register.numbers.offices import european_part
from ledger.register.numbers.rule import OfficeRule

_FIRST_YEAR, _LONG_SINCE = 1973, 2000
_LETTERS: dict[Right, str] = {"utilityModel": "U", "design": "M", "trademark": "T"}


def _is_european(parts: Parts) -> bool:
    return parts.series == european_part.KIND


def _digits(parts: Parts) -> str:
    if _is_european(parts):
        return european_part.digits(parts)
    year = f"{parts.year}" if parts.year >= _LONG_SINCE else parts.yy
    return f"{year}{parts.serial:0{5 if parts.right == 'trademark' else 4}}"


def _canonical(parts: Parts) -> str:
    if _is_european(parts):
        return european_part.canonical(parts)
    if parts.year < _FIRST_YEAR:
        return f"{parts.serial}/{parts.yy}"
    return _LETTERS.get(parts.right, "") + _digits(parts)


def _key(parts: Parts) -> str:
    if _is_european(parts):
        return european_part.key(parts)
    return f"{parts.year}{parts.serial:0{5 if parts.right == 'trademark' else 4}}"


def _docdb(parts: Parts) -> str | None:
    return _digits(parts) if parts.year >= _FIRST_YEAR else None


def _epodoc(parts: Parts) -> str | None:
    if parts.year < _FIRST_YEAR:
        return None
    return _digits(parts) if _is_european(parts) else f"{parts.year}000{parts.serial:04}"


_FOUR, _FIVE = r"/?(?P<serial>[0-9]{4})", r"/?(?P<serial>[0-9]{5})"
_YEAR, _YY = r"(?P<year>20[0-9]{2})", r"(?P<yy>[7-9][0-9])"
_LONG, _SHORT = (_LONG_SINCE, 2099), (_FIRST_YEAR, _LONG_SINCE - 1)

RULE = OfficeRule(
    office="FI",
    forms=(
        *european_part.FORMS,
        european_part.bare(unless="20|19[7-9]"),
        form(YEAR + _FOUR, years=(_FIRST_YEAR, 2099), rights=INVENTIONS),
        form("U/?" + _YEAR + _FOUR, years=_LONG, right="utilityModel"),
        form("M?/?" + _YEAR + _FOUR, years=_LONG, rights=DESIGNS),
        form("T?/?" + _YEAR + _FIVE, years=_LONG, rights=("trademark",)),
        form(_YY + _FOUR, years=_SHORT, rights=INVENTIONS),
        form("U/?" + _YY + _FOUR, years=_SHORT, right="utilityModel"),
        form(
            r"(?P<serial>[0-9]{1,4})/(?P<yy>[0-9]{2})",
            years=(1946, _FIRST_YEAR - 1),
            rights=("patent",),
        ),
        form(
            epodoc(4),
            years=(_FIRST_YEAR, 2099),
            rights=INVENTIONS,
        ),
    ),
    in_docdb=PATENTS,
    kept_kinds=frozenset({european_part.KIND}),
    check=european_part.check,
    canonical=_canonical,
    key=_key,
    docdb=_docdb,
    epodoc=_epodoc,
    hints={
        "patent": "20136288",
        "utilityModel": "U20110123",
        "design": "M20150012",
        "trademark": "T201551234",
    },
)
