"""Application numbers of Slovenia: P-201400158, designs D-201050012, marks Z-201070123; until 1999 P-9900123.

Serial numbers of patents from 30001 on are of extended European patents, which DOCDB calls kind T.
"""

from ledger.register.numbers.form import INVENTIONS, PATENTS, YEAR, Parts, epodoc, form
from ledger.register.numbers.rule import DOCDB_KINDS, OfficeRule

_LONG_SINCE = 2000
_FIRST_EXTENSION = 30_000
_PREFIX = r"(?:(?P<series>[PDZ])/?)?"


def _digits(parts: Parts) -> str:
    year = parts.year if parts.year >= _LONG_SINCE else parts.yy
    return f"{year}{parts.serial:05}"


def _docdb(parts: Parts) -> str | None:
    is_extension = parts.serial > _FIRST_EXTENSION
    return None if is_extension or parts.year == _LONG_SINCE else _digits(parts)


RULE = OfficeRule(
    office="SI",
    kinds={**DOCDB_KINDS, "T": "patent"},
    forms=(
        form(
            _PREFIX + YEAR + r"/?(?P<serial>[0-9]{5})",
            years=(_LONG_SINCE, 2099),
            rights=("patent", "design", "trademark"),
        ),
        form(
            _PREFIX + r"(?P<yy>[0-9]{2})/?(?P<serial>[0-9]{5})",
            years=(1990, 1999),
            rights=("patent", "design", "trademark"),
        ),
        form(epodoc(5), years=(1990, 2099), rights=PATENTS),
    ),
    rights={"P": "patent", "D": "design", "Z": "trademark"},
    series_of={"patent": "P", "design": "D", "trademark": "Z"},
    canonical=lambda p: f"{p.series}-{_digits(p)}",
    key=lambda p: f"{p.year}{p.serial:05}",
    docdb=_docdb,
    epodoc=lambda p: f"{p.year}{p.serial:07}",
    in_docdb=INVENTIONS,
    hints={"patent": "P-201400158", "design": "D-201050012", "trademark": "Z-201070123"},
)
