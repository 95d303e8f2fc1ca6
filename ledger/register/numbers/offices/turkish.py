"""Application numbers of Türkiye: year and serial number, 2010/04531; since 2022 six digits, 2022/001234.

Patents and utility models share one series, designs and marks have their own. DOCDB: 201004531.
"""

from ledger.register.numbers.form import INVENTIONS, YEAR, Parts, epodoc, form
from ledger.register.numbers.rule import OfficeRule

_SIX_DIGITS_SINCE = 2022
_FOUR_DIGIT_YEAR_SINCE = 2000


def _canonical(parts: Parts) -> str:
    width = 6 if parts.year >= _SIX_DIGITS_SINCE else 5
    return f"{parts.year}/{parts.serial:0{width}}"


def _docdb(parts: Parts) -> str | None:
    """Return DOCDB's number; only that of years with a four-digit year and five digits is known."""
    is_known = _FOUR_DIGIT_YEAR_SINCE <= parts.year < _SIX_DIGITS_SINCE
    return f"{parts.year}{parts.serial:05}" if is_known else None


RULE = OfficeRule(
    office="TR",
    forms=(
        form(YEAR + r"/(?P<serial>[0-9]{1,6})"),
        form(r"(?P<yy>[0-9]{2})/(?P<serial>[0-9]{1,5})", years=(1990, 1999)),
        form(
            YEAR + r"(?P<serial>[0-9]{5})",
            years=(_FOUR_DIGIT_YEAR_SINCE, 2099),
            rights=INVENTIONS,
        ),
        form(YEAR + r"(?P<serial>[0-9]{6})", years=(_SIX_DIGITS_SINCE, 2099), rights=INVENTIONS),
        form(r"(?P<yy>[0-9]{2})(?P<serial>[0-9]{5})", years=(1990, 1999), rights=INVENTIONS),
        form(epodoc(6), rights=INVENTIONS),
    ),
    canonical=_canonical,
    key=lambda p: f"{p.year}{p.serial:06}",
    docdb=_docdb,
    epodoc=lambda p: f"{p.year}{p.serial:07}",
    in_docdb=INVENTIONS,
    hints={
        "patent": "2010/04531",
        "utilityModel": "2010/04531",
        "design": "2010/01234",
        "trademark": "2019/123456",
    },
)
