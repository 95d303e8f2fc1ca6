"""Application numbers of the Netherlands: since April 1995 a running number, 1010536 or 2012918.

From 1964 until then two digits of the year and five of the serial number: 9301859. Epodoc adds the
year of filing.
"""

from ledger.register.numbers.form import INVENTIONS, Parts, epodoc, form
from ledger.register.numbers.number import YEAR_ADDED
from ledger.register.numbers.rule import OfficeRule


def _digits(parts: Parts) -> str:
    return f"{parts.yy}{parts.serial:05}" if parts.year else f"{parts.serial}"


def _epodoc(parts: Parts) -> str | None:
    if parts.year:
        return f"{parts.year}00{parts.serial:05}"
    return f"{parts.told_year}{parts.serial}" if parts.told_year else None


RULE = OfficeRule(
    office="NL",
    forms=(
        form(r"(?P<serial>[12]0[0-9]{5})", right="patent", rights=INVENTIONS),
        form(
            r"(?P<yy>[6-9][0-9])/?(?P<serial>[0-9]{5})",
            years=(1964, 1995),
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            r"(?P<told>(?:19|20)[0-9]{2})(?P<serial>[12]0[0-9]{5})",
            years=(1995, 2099),
            right="patent",
            rights=INVENTIONS,
            note=YEAR_ADDED,
        ),
        form(
            epodoc(5),
            years=(1964, 1995),
            right="patent",
            rights=INVENTIONS,
        ),
    ),
    canonical=_digits,
    key=_digits,
    docdb=_digits,
    epodoc=_epodoc,
    hints={"patent": "2012918"},
)
