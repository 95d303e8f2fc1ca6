"""Application numbers of Peru (INDECOPI): serial number and year, 000123-2014/DIN.

Behind stands the directorate, DIN or before OIN, if at all.
"""

from ledger.register.numbers.form import ALL_BUT_MARKS, YEAR, form
from ledger.register.numbers.rule import OfficeRule

_YEARS = (1990, 2099)

RULE = OfficeRule(
    office="PE",
    forms=(
        form(
            r"(?P<serial>[0-9]{1,6})/" + YEAR + r"(?:/?(?:DIN|OIN))?",
            years=_YEARS,
            rights=ALL_BUT_MARKS,
        ),
        form(r"(?P<serial>[0-9]{6})" + YEAR, years=_YEARS, rights=ALL_BUT_MARKS),
        form(YEAR + r"(?P<serial>[0-9]{6})", years=_YEARS, rights=ALL_BUT_MARKS),
    ),
    canonical=lambda p: f"{p.serial:06}-{p.year}/DIN",
    key=lambda p: f"{p.year}{p.serial:06}",
    hints={"patent": "000123-2014/DIN"},
)
