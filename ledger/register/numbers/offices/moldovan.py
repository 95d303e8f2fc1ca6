"""Application numbers of Moldova: a 2005 0130, utility models u 2005 0012; until 1999 96-0123.

s 2010 0045 is a patent of short term, since 2008; a number without letter may be of either. DOCDB: 20050130.
"""

from ledger.register.numbers.form import INVENTIONS, PATENTS, YEAR, Parts, epodoc, form
from ledger.register.numbers.rule import OfficeRule

_LETTER_SINCE, _SHORT_TERM_SINCE = 2000, 2008


def _canonical(parts: Parts) -> str:
    if parts.year < _LETTER_SINCE:
        return f"{parts.yy}-{parts.serial:04}"
    return f"{parts.series} {parts.year} {parts.serial:04}"


def _key(parts: Parts) -> str:
    return f"{'S' if parts.series == 's' else ''}{parts.year}{parts.serial:04}"


def _docdb(parts: Parts) -> str | None:
    in_doubt = parts.series == "s" or parts.year < _LETTER_SINCE
    return None if in_doubt else f"{parts.year}{parts.serial:04}"


RULE = OfficeRule(
    office="MD",
    forms=(
        form(
            r"(?:(?P<series>[AUS])/?)?" + YEAR + r"/?(?P<serial>[0-9]{4})",
            years=(_LETTER_SINCE, 2099),
            rights=INVENTIONS,
        ),
        form(epodoc(4), years=(1993, 2099), rights=INVENTIONS),
        form(
            YEAR + r"/?(?:000)?(?P<serial>[0-9]{4})",
            years=(_SHORT_TERM_SINCE, 2099),
            series="s",
            rights=PATENTS,
        ),
        form(r"(?P<yy>[0-9]{2})/(?P<serial>[0-9]{4})", years=(1993, 1999), rights=PATENTS),
    ),
    spellings={"A": "a", "U": "u", "S": "s"},
    rights={"a": "patent", "u": "utilityModel", "s": "patent"},
    series_of={"patent": "a", "utilityModel": "u"},
    canonical=_canonical,
    key=_key,
    docdb=_docdb,
    epodoc=lambda p: None if p.series == "s" else f"{p.year}{p.serial:07}",
    hints={"patent": "a 2005 0130", "utilityModel": "u 2005 0012"},
)
