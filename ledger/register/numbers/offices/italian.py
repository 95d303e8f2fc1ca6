"""Application numbers of Italy (UIBM).

| since | printed | DOCDB |
|---|---|---|
| 2015 | 102017000048145 (WIPO ST.13) | since 2017 201700048145 |
| 2000 | VI2012A000002: province, year, right, six digits | VI20120002 |
| 1990 | MI93A000355 | MI930355 |
| before | 24258 A/81 | 2425881 |

The rights are A invention, U utility model, O design, C mark. Their serial numbers overlap.
"""

from ledger.register.entries import Right
from ledger.register.numbers.form import INVENTIONS, Form, Parts, epodoc, form
from ledger.register.numbers.rule import OfficeRule, st13_by_year

_FIRST_PROVINCES, _LONG_SINCE, _LAST_PROVINCES, _ST13_SINCE = 1990, 2000, 2016, 2015
_LETTERS: dict[Right, str] = {
    "patent": "A",
    "utilityModel": "U",
    "design": "O",
    "trademark": "C",
}
_TYPES: dict[str, Right] = {
    "10": "patent",
    "20": "utilityModel",
    "30": "trademark",
    "40": "design",
}
_LONG, _SHORT = (_LONG_SINCE, _LAST_PROVINCES), (_FIRST_PROVINCES, _LONG_SINCE - 1)
_PROVINCE = r"(?P<series>(?!U[AB])[A-Z]{2})/?"
"""UA and UB are no provinces: DOCDB wrote so of 2015 and 2016, whose numbers are in ST.13 and tell no more."""


def _printed(right: Right, letter: str) -> tuple[Form, Form]:
    """Return the forms with province and letter of the right."""
    serial = rf"/?{letter}/?(?P<serial>[0-9]{{6}})"
    return (
        form(rf"{_PROVINCE}(?P<year>20[0-9]{{2}}){serial}", years=_LONG, right=right),
        form(rf"{_PROVINCE}(?P<yy>9[0-9]){serial}", years=_SHORT, right=right),
    )


def _st13_forms(kind: str, right: Right) -> Form:
    return form(
        rf"{kind}(?P<year>20[0-9]{{2}})(?P<serial>[0-9]{{9}})",
        years=(_ST13_SINCE, 2099),
        right=right,
    )


def _year(parts: Parts) -> str:
    return f"{parts.year}" if parts.year >= _LONG_SINCE else parts.yy


def _canonical(parts: Parts) -> str:
    if parts.series:
        return f"{parts.series}{_year(parts)}{_LETTERS[parts.right]}{parts.serial:06}"
    old = (
        f"{parts.serial:05} A/{parts.yy}"
        if parts.right == "patent"
        else f"{parts.serial:05}/{parts.yy}"
    )
    return _st13(parts) or old


def _bears_st13(parts: Parts) -> bool:
    return not parts.series and parts.year >= _ST13_SINCE


def _st13(parts: Parts) -> str | None:
    return st13_by_year(parts) if _bears_st13(parts) else None


def _key(parts: Parts) -> str:
    """Return province, year and serial number, which has nine digits in ST.13."""
    width = 9 if _bears_st13(parts) else 6
    return f"{parts.series}{parts.year}{parts.serial:0{width}}"


def _docdb(parts: Parts) -> str | None:
    if parts.series:
        return f"{parts.series}{_year(parts)}{parts.serial:04}"
    return None if _bears_st13(parts) else f"{parts.serial}{parts.yy}"


def _epodoc(parts: Parts) -> str | None:
    if parts.series:
        return f"{parts.year}{parts.series}{parts.serial:05}"
    return None if _bears_st13(parts) else f"{parts.year}{parts.serial:07}"


RULE = OfficeRule(
    office="IT",
    forms=(
        *(each for right, letter in _LETTERS.items() for each in _printed(right, letter)),
        form(_PROVINCE + r"(?P<year>20[0-9]{2})(?P<serial>[0-9]{4})", years=_LONG),
        form(_PROVINCE + r"(?P<yy>9[0-9])(?P<serial>[0-9]{4})", years=_SHORT),
        form(
            r"(?P<year>(?:19|20)[0-9]{2})(?P<series>(?!U[AB])[A-Z]{2})(?P<serial>[0-9]{5})(?P<kind>[UF]?)",
            years=(_FIRST_PROVINCES, _LAST_PROVINCES),
        ),
        *(_st13_forms(kind, right) for kind, right in _TYPES.items()),
        form(
            r"(?P<year>20[0-9]{2})(?P<serial>[0-9]{8})",
            years=(_LAST_PROVINCES + 1, 2099),
            rights=INVENTIONS,
        ),
        form(
            r"(?P<serial>[0-9]{1,5})/?A/?(?P<yy>[0-9]{2})",
            years=(1946, _FIRST_PROVINCES),
            right="patent",
        ),
        form(
            r"(?P<serial>[1-9][0-9]{3,4})/?(?P<yy>[0-9]{2})",
            years=(1946, _FIRST_PROVINCES),
            rights=INVENTIONS,
        ),
        form(
            epodoc(5),
            years=(1946, _FIRST_PROVINCES),
            rights=INVENTIONS,
        ),
    ),
    canonical=_canonical,
    key=_key,
    docdb=_docdb,
    epodoc=_epodoc,
    st13=_st13,
    hints={
        "patent": "102020000012345",
        "utilityModel": "202020000001234",
        "trademark": "302020000012345",
        "design": "402020000001234",
    },
)
