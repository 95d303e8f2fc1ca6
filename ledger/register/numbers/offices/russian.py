"""Application numbers of Russia: year and six digits, 2011138702; until 1999 two digits of the year, 96120946.

Behind a stroke is the department of the examination, 2011138702/28, which is dropped. Serial numbers
from 500000 on are of designs, from 700000 on of marks. Filings taken over from the Soviet Union have
seven digits without year, 5012345/26.
"""

from ledger.register.entries import Right
from ledger.register.numbers.form import INVENTIONS, PATENTS, YEAR, Parts, form
from ledger.register.numbers.number import YEAR_ADDED
from ledger.register.numbers.rule import OfficeRule

_LONG_SINCE = 2000
_DEPARTMENT = r"(?:/[0-9]{2}(?:/[0-9]{5,6})?)?"
"""28, and the number under which it came in: 28(058123)."""
_SERIALS: tuple[tuple[str, Right | None], ...] = (
    (r"(?P<serial>[0-4][0-9]{5})", None),
    (r"(?P<serial>5[0-9]{5})", "design"),
    (r"(?P<serial>7[0-9]{5})", "trademark"),
)


def _digits(parts: Parts) -> str:
    if not parts.year:
        return f"{parts.serial}"
    year = parts.year if parts.year >= _LONG_SINCE else parts.yy
    return f"{year}{parts.serial:06}"


def _epodoc(parts: Parts) -> str | None:
    year = parts.year or parts.told_year
    return f"{year}{parts.serial:07}" if year else None


RULE = OfficeRule(
    office="RU",
    forms=(
        *(
            form(
                YEAR + r"/?" + serial + _DEPARTMENT,
                years=(_LONG_SINCE, 2099),
                right=right,
                rights=(*INVENTIONS, right) if right else INVENTIONS,
            )
            for serial, right in _SERIALS
        ),
        *(
            form(
                r"(?P<yy>[0-9]{2})/?" + serial + _DEPARTMENT,
                years=(1992, 1999),
                right=right,
                rights=(*INVENTIONS, right) if right else INVENTIONS,
            )
            for serial, right in _SERIALS
        ),
        form(r"(?P<serial>[45][0-9]{6})" + _DEPARTMENT, rights=PATENTS),
        form(
            YEAR + r"(?P<serial>0[0-4][0-9]{5})(?P<kind>U)?", years=(1992, 2099), rights=INVENTIONS
        ),
        form(
            r"(?P<told>19[0-9]{2})(?P<serial>[45][0-9]{6})",
            years=(1987, 1993),
            rights=PATENTS,
            note=YEAR_ADDED,
        ),
    ),
    canonical=_digits,
    key=lambda p: f"{p.year}{p.serial:06}" if p.year else f"{p.serial}",
    docdb=_digits,
    epodoc=_epodoc,
    in_docdb=INVENTIONS,
    hints={
        "patent": "2011138702",
        "utilityModel": "2011138702",
        "design": "2019502134",
        "trademark": "2019712345",
    },
)
