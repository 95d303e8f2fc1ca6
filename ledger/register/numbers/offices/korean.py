"""Application numbers of Korea (KIPO): right, year, serial number: 10-2016-0063019.

20 is a utility model, 30 a design, 40 a mark (41 a service mark, 45 both in one). Numbers bear no check digit. DOCDB
and epodoc leave the right out.
"""

from ledger.register.numbers.form import YEAR, Parts, form
from ledger.register.numbers.number import ST13_READ
from ledger.register.numbers.rule import OfficeRule, st13_by_year

_SHORT_UNTIL, _LONG_SINCE = 1992, 1994
_KEY_DIGITS = 11


def _docdb(parts: Parts) -> str | None:
    """Return year and serial number; until 1992 with two digits of the year; for 1993 it is not known which."""
    if parts.year >= _LONG_SINCE:
        return f"{parts.year}{parts.serial:07}"
    return f"{parts.yy}{parts.serial:07}" if parts.year <= _SHORT_UNTIL else None


def _key(parts: Parts) -> str:
    """Return year and serial number; the right is compared beside the key, other series of a right stay in it."""
    series = "" if parts.series in {"", "10", "20", "30", "40"} else parts.series
    return f"{series}{parts.year}{parts.serial:07}"


_SERIES = r"(?:(?P<series>[123]0|4[0135])/)?"
_ST13 = YEAR + r"00(?P<serial>[0-9]{7})"
"""Its types of right differ: 30 is a mark, 40 a design."""
_YEARS, _SHORT_YEARS = (1946, 2099), (1946, 1999)
_KIND = r"(?P<kind>U?)"

RULE = OfficeRule(
    office="KR",
    forms=(
        form(_SERIES + YEAR + r"/?(?P<serial>[0-9]{7})" + _KIND, years=_YEARS),
        form(r"(?P<series>[123]0|4[0135])" + YEAR + r"(?P<serial>[0-9]{7})", years=_YEARS),
        form(r"(?P<series>[12]0)" + _ST13, note=ST13_READ, years=_YEARS),
        form(r"30" + _ST13, note=ST13_READ, years=_YEARS, series="40"),
        form(r"40" + _ST13, note=ST13_READ, years=_YEARS, series="30"),
        form(_SERIES + YEAR + r"/(?P<serial>[0-9]{1,6})", years=_YEARS),
        form(r"(?P<yy>[0-9]{2})/?(?P<serial>[0-9]{7})" + _KIND, years=_SHORT_YEARS),
        form(r"(?P<yy>[0-9]{2})/(?P<serial>[0-9]{1,6})", years=_SHORT_YEARS),
    ),
    rights={
        "10": "patent",
        "20": "utilityModel",
        "30": "design",
        **dict.fromkeys(("40", "41", "43", "45"), "trademark"),
    },
    series_of={"patent": "10", "utilityModel": "20", "design": "30", "trademark": "40"},
    canonical=lambda p: f"{p.series}-{p.year}-{p.serial:07}".lstrip("-"),
    key=_key,
    docdb=_docdb,
    epodoc=lambda p: f"{p.year}{p.serial:07}",
    st13=lambda p: st13_by_year(p) if len(_key(p)) == _KEY_DIGITS else None,
    hints={
        "patent": "10-2016-0063019",
        "utilityModel": "20-2006-0030344",
        "design": "30-2016-0012345",
        "trademark": "40-2016-0012345",
    },
)
