"""Application numbers of Yugoslavia (and Serbia and Montenegro, until 2006): serial number and year, P-1080/04.

DOCDB: 106579, later with the letter, P108004.
"""

from ledger.register.numbers.form import INVENTIONS, PATENTS, Parts, epodoc, form
from ledger.register.numbers.rule import OfficeRule

_YEARS = (1946, 2007)
_WITHOUT_LETTER_UNTIL, _WITH_LETTER_SINCE = 1990, 2000


def _docdb(parts: Parts) -> str | None:
    """Return DOCDB's number of a patent; in the years between its forms it is not known which."""
    if parts.series != "P" or _WITHOUT_LETTER_UNTIL < parts.year < _WITH_LETTER_SINCE:
        return None
    letter = "P" if parts.year >= _WITH_LETTER_SINCE else ""
    return f"{letter}{parts.serial}{parts.yy}"


RULE = OfficeRule(
    office="YU",
    forms=(
        form(
            r"(?:(?P<series>P|MP)/?)?(?P<serial>[0-9]{1,4})/(?P<yy>[0-9]{2})",
            years=_YEARS,
            rights=INVENTIONS,
        ),
        form(
            r"(?:(?P<series>P|MP))?(?P<serial>[0-9]{1,4})(?P<yy>[0-9]{2})",
            years=_YEARS,
            rights=INVENTIONS,
        ),
        form(epodoc(4), years=_YEARS, rights=PATENTS),
    ),
    rights={"P": "patent", "MP": "utilityModel"},
    series_of={"patent": "P", "utilityModel": "MP"},
    canonical=lambda p: f"{p.series}-{p.serial}/{p.yy}",
    key=lambda p: f"{p.year}{p.serial:05}",
    docdb=_docdb,
    epodoc=lambda p: (
        f"{p.year}{p.serial:07}" if p.series == "P" and p.year <= _WITHOUT_LETTER_UNTIL else None
    ),
    hints={"patent": "P-1080/04", "utilityModel": "MP-12/98"},
)
