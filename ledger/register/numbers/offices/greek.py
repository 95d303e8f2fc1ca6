"""Application numbers of Greece: year, kind of right, five digits: 20130100620; until 1999 860102556.

01 is a patent, 02 a utility model. DOCDB left out the zero of the kind in some years: 2002100218.
"""

from ledger.register.numbers.form import INVENTIONS, YEAR, Parts, form
from ledger.register.numbers.rule import OfficeRule

_LONG_SINCE = 2000
_TWO_DIGITS = (1970, 1999)
_IN_FULL_UNTIL, _IN_FULL_SINCE = 1986, 2008
_SHORTENED = (2001, 2002)


def _canonical(parts: Parts) -> str:
    year = parts.year if parts.year >= _LONG_SINCE else parts.yy
    return f"{year}{parts.series}{parts.serial:05}"


def _docdb(parts: Parts) -> str | None:
    """Return DOCDB's number; in the years between its forms it is not known which."""
    if parts.year in _SHORTENED:
        return f"{parts.year}{parts.series[1]}{parts.serial:05}"
    if parts.year <= _IN_FULL_UNTIL or parts.year >= _IN_FULL_SINCE:
        return _canonical(parts)
    return None


RULE = OfficeRule(
    office="GR",
    forms=(
        form(YEAR + r"/?(?P<series>0[12])/?(?P<serial>[0-9]{5})U?", rights=INVENTIONS),
        form(
            YEAR + r"(?P<series>[12])(?P<serial>[0-9]{5})",
            years=(_LONG_SINCE, _IN_FULL_SINCE),
            rights=INVENTIONS,
        ),
        form(
            r"(?P<yy>[0-9]{2})(?P<series>[12])(?P<serial>[0-9]{5})",
            years=_TWO_DIGITS,
            rights=INVENTIONS,
        ),
        form(
            r"(?P<yy>[0-9]{2})/?(?P<series>0[12])/?(?P<serial>[0-9]{5})",
            years=_TWO_DIGITS,
            rights=INVENTIONS,
        ),
    ),
    spellings={"1": "01", "2": "02"},
    rights={"01": "patent", "02": "utilityModel"},
    canonical=_canonical,
    key=lambda p: f"{p.year}{p.series}{p.serial:05}",
    docdb=_docdb,
    epodoc=lambda p: f"{p.year}{p.series}{p.serial:05}",
    hints={"patent": "20130100620", "utilityModel": "20130200123"},
)
