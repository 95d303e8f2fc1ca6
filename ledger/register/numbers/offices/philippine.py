"""Application numbers of the Philippines (IPOPHL): right, year, serial number: 1-2013-000022.

1 is a patent, 2 a utility model, 3 a design, 4 a mark. Until 1997 a serial number alone.
"""

from ledger.register.numbers.form import YEAR, Parts, form
from ledger.register.numbers.rule import OfficeRule

_YEARS = (1998, 2099)
_MARK_DIGITS = 8


def _serial(parts: Parts) -> str:
    return f"{parts.serial:0{_MARK_DIGITS if parts.series == '4' else 6}}"


RULE = OfficeRule(
    office="PH",
    forms=(
        form(r"(?P<series>[123])/?" + YEAR + r"/?(?P<serial>[0-9]{6})", years=_YEARS),
        form(r"(?P<series>4)/" + YEAR + r"/(?P<serial>[0-9]{6,8})", years=_YEARS),
        form(r"(?P<series>4)" + YEAR + r"(?P<serial>[0-9]{8})", years=_YEARS),
    ),
    rights={"1": "patent", "2": "utilityModel", "3": "design", "4": "trademark"},
    canonical=lambda p: f"{p.series}-{p.year}-{_serial(p)}",
    key=lambda p: f"{p.series}{p.year}{_serial(p)}",
    docdb=lambda p: f"{p.series}{p.year}{_serial(p)}",
    hints={
        "patent": "1-2013-000022",
        "utilityModel": "2-2013-000022",
        "design": "3-2013-000022",
        "trademark": "4-2013-00001234",
    },
)
