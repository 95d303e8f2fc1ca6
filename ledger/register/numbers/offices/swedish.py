"""Application numbers of Sweden (PRV): since 1971 year, five digits and a check digit, 1101235-4.

Before, serial number and year, 12345/69. The check digit's rule is not known. Marks have year and
five digits, 2012/01234, designs year and four.
"""

from ledger.register.numbers.form import DESIGNS, INVENTIONS, PATENTS, Parts, epodoc, form
from ledger.register.numbers.rule import OfficeRule

_NEW_SINCE = 1971


def _canonical(parts: Parts) -> str:
    if parts.right == "trademark":
        return f"{parts.year}/{parts.serial:05}"
    if parts.right == "design":
        return f"{parts.year}/{parts.serial:04}"
    if parts.year < _NEW_SINCE:
        return f"{parts.serial}/{parts.yy}"
    return f"{parts.yy}{parts.serial:05}"


RULE = OfficeRule(
    office="SE",
    forms=(
        form(
            r"(?P<yy>[0-9]{2})/?(?P<serial>[0-9]{5})(?:/?(?P<check>[0-9]))?",
            years=(_NEW_SINCE, 2070),
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            r"(?P<serial>[0-9]{1,5})/(?P<yy>[0-9]{2})",
            years=(1946, _NEW_SINCE - 1),
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            r"(?P<serial>[1-9][0-9]{3}|[12][0-9]{4})(?P<yy>[4-7][0-9])",
            years=(1946, _NEW_SINCE - 1),
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            epodoc(5),
            right="patent",
            rights=INVENTIONS,
        ),
        form(r"(?P<year>(?:19|20)[0-9]{2})/?(?P<serial>[0-9]{5})", rights=("trademark",)),
        form(r"(?P<year>(?:19|20)[0-9]{2})/?(?P<serial>[0-9]{4})", rights=DESIGNS),
    ),
    in_docdb=PATENTS,
    canonical=_canonical,
    key=lambda p: f"{p.year}{p.serial:0{4 if p.right == 'design' else 5}}",
    docdb=lambda p: f"{p.yy}{p.serial:05}" if p.year >= _NEW_SINCE else None,
    epodoc=lambda p: f"{p.year}00{p.serial:05}" if p.year >= _NEW_SINCE else None,
    hints={"patent": "1101235-4", "trademark": "2012/01234", "design": "2012/0123"},
)
