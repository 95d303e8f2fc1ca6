"""Application numbers of France (INPI): year and five digits, 09 58013, since 1969; often FR in front.

Certificates of utility share them. Designs have year and four digits, marks a running number (since
2000 of seven digits, often with two digits of the year in front).
"""

from ledger.register.numbers.form import DESIGNS, INVENTIONS, Parts, epodoc, form
from ledger.register.numbers.number import YEAR_ADDED
from ledger.register.numbers.rule import OfficeRule


def _canonical(parts: Parts) -> str:
    if parts.right == "trademark":
        return f"{parts.serial:07}"
    if parts.right == "design":
        return f"{parts.year}{parts.serial:04}"
    return f"{parts.yy} {parts.serial:05}"


def _key(parts: Parts) -> str:
    if parts.right in INVENTIONS:
        return f"{parts.year}{parts.serial:05}"
    return _canonical(parts)


RULE = OfficeRule(
    office="FR",
    forms=(
        form(
            r"(?P<yy>[0-9]{2})/?(?P<serial>[0-9]{5})",
            years=(1969, 2068),
            rights=INVENTIONS,
        ),
        form(
            epodoc(5),
            years=(1969, 2068),
            rights=INVENTIONS,
        ),
        form(
            r"(?P<year>(?:19|20)[0-9]{2})/?(?P<serial>[0-9]{4})",
            years=(1979, 2099),
            rights=DESIGNS,
        ),
        form(
            r"(?P<serial>[0-9]/?[0-9]{3}/?[0-9]{3})",
            rights=("trademark",),
        ),
        form(
            r"(?P<tyy>[0-9]{2})/?(?P<serial>[0-9]/?[0-9]{3}/?[0-9]{3})",
            years=(2000, 2099),
            rights=("trademark",),
            note=YEAR_ADDED,
        ),
    ),
    in_docdb=INVENTIONS,
    canonical=_canonical,
    key=_key,
    docdb=lambda p: f"{p.yy}{p.serial:05}",
    epodoc=lambda p: f"{p.year}00{p.serial:05}",
    hints={
        "patent": "09 58013",
        "utilityModel": "09 58013",
        "design": "20190973",
        "trademark": "4542345",
    },
)
