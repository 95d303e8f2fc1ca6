"""Application numbers of Croatia: P20100468A, designs D20100012A, marks Z20100123A; until 1999 P950123A.

DOCDB drops the last letter: P20100468. Extended European patents end in T; they are left to the lenient rule.
"""

from ledger.register.entries import Right
from ledger.register.numbers.form import INVENTIONS, YEAR, Parts, form
from ledger.register.numbers.rule import OfficeRule

_LONG_SINCE = 2000
_RIGHTS: tuple[Right, ...] = ("patent", "design", "trademark")
_PREFIX = r"(?:(?P<series>[PDZ])/?)?"


def _number(parts: Parts) -> str:
    year = parts.year if parts.year >= _LONG_SINCE else parts.yy
    return f"{parts.series}{year}{parts.serial:04}"


RULE = OfficeRule(
    office="HR",
    forms=(
        form(
            _PREFIX + YEAR + r"/?(?P<serial>[0-9]{4})/?A?",
            years=(_LONG_SINCE, 2099),
            rights=_RIGHTS,
        ),
        form(
            _PREFIX + r"(?P<yy>[0-9]{2})/?(?P<serial>[0-9]{4})/?A?",
            years=(1991, 1999),
            rights=_RIGHTS,
        ),
    ),
    rights={"P": "patent", "D": "design", "Z": "trademark"},
    series_of={"patent": "P", "design": "D", "trademark": "Z"},
    canonical=lambda p: f"{_number(p)}A",
    key=lambda p: f"{p.year}{p.serial:04}",
    docdb=lambda p: _number(p) if p.year >= _LONG_SINCE else None,
    in_docdb=INVENTIONS,
    hints={"patent": "P20100468A", "design": "D20100012A", "trademark": "Z20100123A"},
)
