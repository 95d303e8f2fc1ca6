"""Application numbers of Malaysia (MyIPO): PI 2012004396; PI is a patent, UI a utility innovation.

Behind the year stand six digits since 2010, until 2008 four: PI 20071234. How the numbers of 2009 were written is not
sure: they follow the lenient rule.
"""

from ledger.register.numbers.form import Parts, form
from ledger.register.numbers.rule import OfficeRule

_LONG_SINCE = 2010
_LETTERS = r"(?P<series>PI|UI)/?"


def _key(parts: Parts) -> str:
    digits = 6 if parts.year >= _LONG_SINCE else 4
    return f"{parts.series}{parts.year}{parts.serial:0{digits}}"


RULE = OfficeRule(
    office="MY",
    forms=(
        form(_LETTERS + r"(?P<year>20[0-9]{2})/?(?P<serial>[0-9]{6})", years=(_LONG_SINCE, 2099)),
        form(_LETTERS + r"(?P<year>20[0-9]{2})/?(?P<serial>[0-9]{4})", years=(2000, 2008)),
    ),
    rights={"PI": "patent", "UI": "utilityModel"},
    canonical=lambda p: f"{p.series} {_key(p)[2:]}",
    key=_key,
    docdb=_key,
    hints={"patent": "PI 2012004396", "utilityModel": "UI 2012000123"},
)
