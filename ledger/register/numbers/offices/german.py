"""Application numbers of Germany (DPMA).

- Since 2004 right, year, six digits and a check digit, 10 2018 002 630.3: 10 and 11 patent, 20 and 21
  utility model, 30 mark, 40 and 41 design, 50 and 60 part of a European patent.
- Since 1995 a digit of the right, two of the year, five, 199 06 970: 1 patent, 2 utility model, 3 mark
  (until 2008), 4 design; since 1989 already 5 and 6, part of a European patent.
- Since 1968 two digits and five: patents the year less 1950, P 36 04 625; utility models and designs the
  year, G 88 06 446, M 88 01 234.
- Before, the first letter of the applicant's name and a running number: A 45360 VIIIc/21g.

Numbers of patents from 14 to 17 were given to applications of several years. The check digit is left
out of canonical form and key: its rule is known (DPMA Mitteilung 3/83), but not for every number.
"""

from ledger.register.entries import Right
from ledger.register.numbers.form import DESIGNS, INVENTIONS, Parts, form
from ledger.register.numbers.number import ST13_READ
from ledger.register.numbers.rule import DOCDB_KINDS, OfficeRule

_ERA = 1950
_LAST_CHECK_DIGIT_MODULO_10 = 1980
_RIGHTS: dict[str, Right] = {
    "10": "patent",
    "11": "patent",
    "20": "utilityModel",
    "21": "utilityModel",
    "30": "trademark",
    "40": "design",
    "41": "design",
    "50": "patent",
    "60": "patent",
    "1": "patent",
    "2": "utilityModel",
    "3": "trademark",
    "4": "design",
    "5": "patent",
    "6": "patent",
}
_DOCDB_SERIES = {"10", "20", "1", "2"}
"""Of the others DOCDB has two kinds, or none that is known."""
_CHECK = r"(?:/(?P<check>[0-9]))?"
_CHECK_OR_GLUED = r"(?:/?(?P<check>[0-9]))?"
_FIVE = r"(?P<serial>[0-9]{2}/?[0-9]{3})"
_SIX = r"(?P<serial>[0-9]{3}/?[0-9]{3})"
_CLASS = r"/[0-9]{2}"
"""The leading class behind the number of a mark: 303 12 345.6/09."""

_LONG = rf"(?P<series>[1246]0|[124]1|[35]0)/?(?P<year>20[0-9]{{2}})/?{_SIX}"
_SHORT = rf"(?:[PG]/?)?(?P<series>[124])(?P<yy>[0-9]{{2}})/?{_FIVE}"
_EUROPEAN = rf"(?:P/?)?(?P<series>[56])(?P<yy>[0-9]{{2}})/?{_FIVE}"
_MARK = rf"(?P<series>3)(?P<yy>[0-9]{{2}})/?{_FIVE}"
_PATENT = rf"(?:P/?)?(?P<era>1[89]|[23][0-9]|4[0-4])/?{_FIVE}"
_UTILITY_MODEL = rf"(?:G/?)?(?P<yy>6[6-9]|[78][0-9]|9[0-4])/?{_FIVE}"
_UNDATED = r"(?:P/?)?(?P<serial>1[4-7]/?[0-9]{2}/?[0-9]{3})"

_SINCE_2004 = (
    form(_LONG + _CHECK_OR_GLUED, years=(2004, 2099)),
    form(_LONG + _CHECK + _CLASS, years=(2004, 2099), rights=("trademark",)),
    form(
        r"(?P<series>[124]0|[12]1)(?P<year>20[0-9]{2})000(?P<serial>[0-9]{6})",
        years=(2004, 2099),
        note=ST13_READ,
    ),
    form(
        r"(?P<year>20[0-9]{2})(?P<series>10)(?P<serial>[0-9]{6})",
        years=(2004, 2099),
        rights=("patent",),
    ),
)
_SINCE_1995 = (
    form(_SHORT + _CHECK_OR_GLUED, years=(1995, 2003)),
    form(_EUROPEAN + _CHECK_OR_GLUED, years=(1989, 2003)),
    form(_MARK + _CHECK_OR_GLUED, years=(1995, 2008)),
    form(_MARK + _CHECK + _CLASS, years=(1995, 2008), rights=("trademark",)),
    form(
        r"(?P<year>199[5-9]|200[0-3])(?P<series>[12])0(?P<serial>[0-9]{5})",
        years=(1995, 2003),
        rights=INVENTIONS,
    ),
)
_SINCE_1968 = (
    form(_PATENT + _CHECK, epoch=_ERA, right="patent", rights=INVENTIONS),
    form(_PATENT + r"(?P<check>[0-9])", epoch=_ERA, right="patent", rights=INVENTIONS, proven=True),
    form(
        r"19[6-9][0-9](?P<era>1[89]|[23][0-9]|4[0-4])(?P<serial>[0-9]{5})",
        epoch=_ERA,
        right="patent",
        rights=INVENTIONS,
    ),
    form(_UTILITY_MODEL + _CHECK, years=(1966, 1994), right="utilityModel", rights=INVENTIONS),
    form(
        _UTILITY_MODEL + r"(?P<check>[0-9])",
        years=(1966, 1994),
        right="utilityModel",
        rights=INVENTIONS,
        proven=True,
    ),
    form(_UNDATED + _CHECK, right="patent", rights=INVENTIONS),
    form(
        rf"M/?(?P<yy>[0-9]{{2}})/?{_FIVE}{_CHECK_OR_GLUED}",
        years=(1988, 1999),
        right="design",
        rights=DESIGNS,
    ),
)
_BEFORE = (
    form(
        r"(?P<series>[A-Z])/?(?P<serial>[0-9]{1,6})(?:/[IVX]+[A-Z]?/[0-9]+[A-Z]?)?",
        rights=INVENTIONS,
    ),
    form(r"(?P<series>[A-Z])0(?P<serial>[0-9]{6})", rights=INVENTIONS),
)


def _digits(parts: Parts) -> str:
    """Return the number without spaces and check digit; until 1994 the letter of a right in front is left out."""
    if len(parts.series) == 2:  # noqa: PLR2004
        return f"{parts.series}{parts.year}{parts.serial:06}"
    if parts.series.isdigit():
        return f"{parts.series}{parts.yy}{parts.serial:05}"
    if parts.right == "design":
        return f"M{parts.yy}{parts.serial:05}"
    if parts.series:
        return f"{parts.series}{parts.serial:07}"
    if parts.right == "utilityModel":
        return f"{parts.yy}{parts.serial:05}"
    return f"{parts.year - _ERA}{parts.serial:05}" if parts.year else f"{parts.serial}"


def _canonical(parts: Parts) -> str:
    digits = _digits(parts)
    if len(digits) == 12:  # noqa: PLR2004
        return f"{digits[:2]} {digits[2:6]} {digits[6:9]} {digits[9:]}"
    if digits[0] == "M" and not parts.series:
        return f"M {digits[1:3]} {digits[3:5]} {digits[5:]}"
    if parts.series.isdigit():
        return f"{digits[:3]} {digits[3:5]} {digits[5:]}"
    if parts.series:
        return f"{parts.series} {parts.serial}"
    letter = "G" if parts.right == "utilityModel" else "P"
    return f"{letter} {digits[:2]} {digits[2:4]} {digits[4:]}"


def _check_digit(parts: Parts) -> str:
    """Return the check digit of DPMA Mitteilung 3/83.

    Empty where the sum leaves 1, for letters, and for marks and designs, of which the rule does not speak.
    """
    digits = _digits(parts)
    if parts.right not in INVENTIONS or not digits.isdigit():
        return ""
    if parts.year <= _LAST_CHECK_DIGIT_MODULO_10:
        weighted = sum(int(digit) * place for place, digit in enumerate(reversed(digits), 1))
        return str(weighted % 10)
    rest = sum(int(digit) * place for place, digit in enumerate(reversed(digits), 2)) % 11
    return "" if rest == 1 else str(-rest % 11)


def _docdb(parts: Parts) -> str | None:
    is_known = parts.series in _DOCDB_SERIES or not parts.series.isdigit()
    return _digits(parts) if is_known else None


def _epodoc(parts: Parts) -> str | None:
    if parts.series == "10":
        return f"{parts.year}10{parts.serial:06}"
    if parts.series in {"1", "2"}:
        return f"{parts.year}{parts.series}0{parts.serial:05}"
    is_dated_patent = not parts.series and parts.right == "patent" and parts.year
    return f"{parts.year}{_digits(parts)}" if is_dated_patent else None


RULE = OfficeRule(
    office="DE",
    forms=(*_SINCE_2004, *_SINCE_1995, *_SINCE_1968, *_BEFORE),
    rights=_RIGHTS,
    kinds={**DOCDB_KINDS, "T": "patent"},
    in_docdb=INVENTIONS,
    canonical=_canonical,
    key=_digits,
    check=_check_digit,
    docdb=_docdb,
    epodoc=_epodoc,
    hints={
        "patent": "10 2018 002 630.3",
        "utilityModel": "20 2015 102 833",
        "trademark": "30 2012 012 345",
        "design": "40 2012 000 123",
    },
)
