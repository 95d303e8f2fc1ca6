"""Application numbers of IP Australia: year and six digits, 2013287263; innovation and petty patents are patents here.

Until 2002-07-05 serial number and year, 80191/91, which is the same filing as 1991080191. Provisional applications
had two letters and four digits, PN 9566, to which DOCDB appends the year (PN956696); of those before about 1978 it
names no letters (386373, of 1973). A second record of an application, DOCDB's kind D, has the number of the first:
which of both kinds DOCDB has for an old number is not determined, so that form is not written.
"""

import re
from datetime import date

from ledger.register.entries import Right
from ledger.register.numbers import rule
from ledger.register.numbers.form import DESIGNS, INVENTIONS, MARKS, YEAR, Parts, form
from ledger.register.numbers.number import YEAR_ADDED, YEAR_DIFFERS_FROM_DATE, Number
from ledger.register.numbers.rule import OfficeRule

_PRINTED = re.compile(r"((?:19|20)[0-9]{2})[0-9]{6}")
_OLD_YEARS = (1904, 2002)
_LETTER_YEARS = range(1970, 2003)
_FIVE_DIGITS = 10_000
"""Serial numbers of complete applications began here; shorter ones are of provisional applications."""
_FOUR_DIGITS = 1_000
_SIX_DIGITS = 100_000
"""Serial numbers from July 2002 on."""
_PROVISIONAL = r"(?P<series>P[A-Z])"


def _is_old_provisional(parts: Parts) -> bool:
    return 0 < parts.year <= _OLD_YEARS[1] and parts.serial < _FIVE_DIGITS


def _key(parts: Parts) -> str:
    if parts.series:
        return f"{parts.series}{parts.serial:04}"
    if parts.right == "design":
        return f"{parts.year}{parts.serial:05}"
    return f"{parts.year}{parts.serial:06}" if parts.year else f"{parts.serial}"


def _canonical(parts: Parts) -> str:
    if parts.right == "patent" and not parts.series and _is_old_provisional(parts):
        return f"{parts.serial:04}/{parts.yy}"
    return _key(parts)


def _docdb(parts: Parts) -> str | None:
    if parts.right != "patent":
        return None
    if parts.series:
        return f"{_key(parts)}{parts.told_yy}" if parts.told_year in _LETTER_YEARS else None
    if _is_old_provisional(parts):
        return f"{parts.serial}{parts.yy}" if parts.serial >= _FOUR_DIGITS else None
    has_two_kinds = parts.year <= _OLD_YEARS[1] and parts.serial < _SIX_DIGITS
    return None if has_two_kinds else _key(parts)


def _epodoc(parts: Parts) -> str | None:
    if parts.right != "patent" or _is_old_provisional(parts):
        return None
    if parts.series:
        told = parts.told_year
        return f"{told}{parts.series}{parts.serial:05}" if told in _LETTER_YEARS else None
    return f"{parts.year}{parts.serial:07}"


RULE = OfficeRule(
    office="AU",
    forms=(
        form(
            YEAR + r"0?(?P<serial>[0-9]{6})",
            years=(_OLD_YEARS[0], 2099),
            right="patent",
            rights=INVENTIONS,
        ),
        form(_PROVISIONAL + r"/?(?P<serial>[0-9]{1,4})", right="patent", rights=INVENTIONS),
        form(
            _PROVISIONAL + r"/?(?P<serial>[0-9]{4})/?(?P<tyy>[0-9]{2})",
            years=_OLD_YEARS,
            right="patent",
            rights=INVENTIONS,
            note=YEAR_ADDED,
        ),
        form(
            rf"(?P<told>(?:19|20)[0-9]{{2}}){_PROVISIONAL}0(?P<serial>[0-9]{{4}})",
            years=_OLD_YEARS,
            right="patent",
            rights=INVENTIONS,
            note=YEAR_ADDED,
        ),
        form(
            r"(?P<serial>[0-9]{4,5})/?(?P<yy>[0-9]{2})",
            years=_OLD_YEARS,
            right="patent",
            rights=INVENTIONS,
        ),
        form(
            r"(?P<serial>[0-9]{4,5})/" + YEAR, years=_OLD_YEARS, right="patent", rights=INVENTIONS
        ),
        form(r"(?P<year>20[0-9]{2})(?P<serial>[0-9]{5})", years=(2004, 2099), rights=DESIGNS),
        form(r"(?P<serial>[0-9]{4,7})", rights=MARKS),
    ),
    canonical=_canonical,
    key=_key,
    docdb=_docdb,
    epodoc=_epodoc,
    hints={"patent": "2013287263", "design": "201000123", "trademark": "1909731"},
)


def read(right: Right, text: str, filing_date: date | None) -> Number:
    """Return the number of an Australian application; the usual form without a search through all."""
    printed = _PRINTED.fullmatch(text) if right == "patent" else None
    if printed is None or int(printed[1]) <= _OLD_YEARS[1]:
        return rule.read(RULE, right, text, filing_date)
    if rule.contradicts(int(printed[1]), filing_date):
        return Number(text, text, text, right, (YEAR_DIFFERS_FROM_DATE,))
    return Number(text, text, text, right)
