"""Application numbers of Cuba (OCPI): CU/P/2022/0062087. Before, 2008-0041.

P is a patent, U a utility model, D a design, T a mark.
"""

from ledger.register.numbers.form import PATENTS, Parts, form
from ledger.register.numbers.rule import OfficeRule


def _canonical(parts: Parts) -> str:
    if parts.series:
        return f"CU/{parts.series}/{parts.year}/{parts.serial:07}"
    return f"{parts.year}-{parts.serial:04}"


RULE = OfficeRule(
    office="CU",
    forms=(
        form(r"(?P<series>[PUDT])/?(?P<year>20[0-9]{2})/?(?P<serial>[0-9]{7})"),
        form(
            r"(?P<year>(?:19|20)[0-9]{2})/?(?P<serial>[0-9]{4})",
            years=(1990, 2022),
            rights=PATENTS,
        ),
    ),
    rights={"P": "patent", "U": "utilityModel", "D": "design", "T": "trademark"},
    canonical=_canonical,
    key=lambda p: f"{p.series}{p.year}{p.serial:0{7 if p.series else 4}}",
    hints={
        "patent": "CU/P/2022/0062087",
        "utilityModel": "CU/U/2022/0234567",
        "design": "CU/D/2022/0234567",
        "trademark": "CU/T/2022/0234567",
    },
)
