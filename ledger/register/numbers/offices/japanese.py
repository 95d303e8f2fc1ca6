"""Application numbers of the Japan Patent Office: 2007-290922.

Until 1999 with the year of the era, 平11-097727 or 昭63-123456: Showa is number + 1925, Heisei is number + 1988. DOCDB
wrote serial number and year until 1999 (9772799). The key is the Gregorian year and six digits, 1999097727. Each
right has its own serial numbers: 特願 is a patent, 実願 (U) a utility model, 意願 (D) a design, 商願 (T) a mark.
"""

import re
from dataclasses import replace
from datetime import date
from itertools import product

import msgspec

from ledger.register.entries import Right
from ledger.register.numbers import rule
from ledger.register.numbers.form import YEAR, Form, Parts, form
from ledger.register.numbers.lenient import fold
from ledger.register.numbers.number import (
    YEAR_CONVERTED,
    YEAR_DIFFERS_FROM_DATE,
    Number,
)
from ledger.register.numbers.rule import DOCDB_KINDS, OfficeRule

_PRINTED = re.compile(r"((?:19|20)[0-9]{2})-([0-9]{6})")
_SIGNS = str.maketrans(
    {
        "昭": "S",
        "平": "H",
        "令": "R",
        "元": "1",
        "年": "-",
        **dict.fromkeys("和成特実意商許用新案匠標登録出願第号", ""),
    }
)
_RIGHT_SIGNS = {"特": "A", "実": "U", "意": "D", "商": "T"}
_ROMAN_RIGHTS = re.compile(r"(TOKUGAN|JITSUGAN|IGAN|SHOGAN)[^A-Z0-9]*")
_RIGHT_LETTERS = {"TOKUGAN": "A", "JITSUGAN": "U", "IGAN": "D", "SHOGAN": "T"}
_KIND = r"/?(?P<kind>[AUDTF]?)"
_UP_TO_SIX = r"(?P<serial>[0-9]{1,6})" + _KIND
_SIX = r"(?P<serial>[0-9]{6})" + _KIND
_SIX_WITHOUT_ERA = r"(?P<serial>[0-5][0-9]{5})" + _KIND
"""No year has had more than 600,000 numbers, whatever their blocks."""
_SHOWA, _HEISEI, _REIWA = 1925, 1988, 2018
_ERAS = (
    ("S(?:HO(?:U)?(?:WA)?)?", _SHOWA, (1926, 1989)),
    ("H(?:EI(?:SEI)?)?", _HEISEI, (1989, 2019)),
    ("R(?:EI(?:WA)?)?", _REIWA, (2019, 2099)),
)
_UNNAMED_ERAS = ((_HEISEI, (1989, 1999)), (_SHOWA, (1960, 1989)))
_YEAR_LAST = (1960, 1999)
_YEAR_FIRST_SINCE = 2000


def _of_era(era: tuple[str, int, tuple[int, int]], rest: str) -> Form:
    name, epoch, years = era
    pattern = rf"{name}/?(?P<era>[0-9]{{1,2}}){rest}"
    return form(pattern, years=years, epoch=epoch, note=YEAR_CONVERTED)


def _of_unnamed_era(era: tuple[int, tuple[int, int]], pattern: str) -> Form:
    epoch, years = era
    return form(pattern, years=years, epoch=epoch, note=YEAR_CONVERTED)


def _docdb(parts: Parts) -> str | None:
    if parts.right == "trademark":
        return None
    if parts.year >= _YEAR_FIRST_SINCE:
        return f"{parts.year}{parts.serial:06}"
    return f"{parts.serial}{parts.yy}" if parts.year >= _YEAR_LAST[0] else None


RULE = OfficeRule(
    office="JP",
    forms=(
        form(YEAR + "/" + _UP_TO_SIX),
        form(YEAR + r"0?" + _SIX),
        *(_of_era(era, rest) for era, rest in product(_ERAS, ("/" + _UP_TO_SIX, _SIX))),
        *(_of_unnamed_era(era, r"(?P<era>[0-9]{1,2})/" + _UP_TO_SIX) for era in _UNNAMED_ERAS),
        form(r"(?P<yy>[0-9]{2})/" + _UP_TO_SIX, years=_YEAR_LAST),
        form(r"(?P<serial>[0-9]{1,6})(?P<yy>[0-9]{2})" + _KIND, years=_YEAR_LAST),
        *(_of_unnamed_era(era, r"(?P<era>[0-9]{2})" + _SIX_WITHOUT_ERA) for era in _UNNAMED_ERAS),
    ),
    kinds={**DOCDB_KINDS, "D": "design", "T": "trademark"},
    canonical=lambda p: f"{p.year}-{p.serial:06}",
    key=lambda p: f"{p.year}{p.serial:06}",
    docdb=_docdb,
    epodoc=lambda p: f"{p.year}{p.serial:07}",
    hints=dict.fromkeys(("patent", "utilityModel", "design", "trademark"), "2007-290922"),
)

_DOCDB_RULE = replace(RULE, forms=RULE.forms[: -len(_UNNAMED_ERAS)])
"""DOCDB never wrote an era: eight digits are serial number and year."""


def read(right: Right, text: str, filing_date: date | None) -> Number:
    """Return the number of a Japanese application; the usual form without a search through all."""
    printed = _PRINTED.fullmatch(text)
    if printed is None:
        plain = _plain(text)
        of_form = _DOCDB_RULE if plain.startswith("JP.") else RULE
        return msgspec.structs.replace(rule.read(of_form, right, plain, filing_date), as_given=text)
    year, serial = printed.groups()
    if rule.contradicts(int(year), filing_date):
        return Number(text, text, year + serial, right, (YEAR_DIFFERS_FROM_DATE,))
    return Number(text, text, year + serial, right)


def _plain(text: str) -> str:
    """Return the text with letters for the signs of era and right, that of the right behind."""
    folded = fold(text)
    named = next((_RIGHT_SIGNS[sign] for sign in folded if sign in _RIGHT_SIGNS), "")
    plain = folded.translate(_SIGNS)
    if match := _ROMAN_RIGHTS.search(plain):
        named = _RIGHT_LETTERS[match[1]]
        plain = plain.replace(match[0], "")
    return plain if plain[-1:] == named else plain + named
