"""Application numbers of India: since 2016 year, branch, kind of application, serial number: 201611000001.

Before, serial number, branch and year, 2818/DEL/2014, where DOCDB shortens the branch: 2818DE2014. NP behind the
branch is a national phase, which has its own serial numbers; the first ones, of 2000 to 2003, were
IN/PCT/2001/00123/MUM.
"""

from ledger.register.numbers.form import DESIGNS, MARKS, Form, Parts, form
from ledger.register.numbers.rule import OfficeRule

_BRANCHES = {
    "DEL": "DE",
    "MUM": "MU",
    "BOM": "BO",
    "CHE": "CH",
    "MAS": "MA",
    "KOL": "KO",
    "CAL": "CA",
    "DELNP": "DEN",
    "MUMNP": "MUN",
    "CHENP": "CHN",
    "KOLNP": "KON",
}
_PRINTED = {short: branch for branch, short in _BRANCHES.items()}
_BRANCH = "|".join(sorted((*_BRANCHES, *_PRINTED), key=len, reverse=True))
_PCT_BRANCHES = ("DEL", "MUM", "CHE", "KOL")
_FIRST_BRANCH_YEAR, _LONG_SINCE = 1972, 2016


def _first_national_phases(branch: str) -> Form:
    return form(
        rf"PCT/?(?P<year>200[0-3])/?(?P<serial>[0-9]{{1,5}})/?{branch}", series=f"PCT{branch}"
    )


def _canonical(parts: Parts) -> str:
    series = parts.series
    if series.isdigit():
        return f"{parts.year}{series}{parts.serial:06}"
    if series.startswith("PCT"):
        return f"IN/PCT/{parts.year}/{parts.serial:05}/{series[3:]}"
    if series:
        return f"{parts.serial}/{_PRINTED[series]}/{parts.year}"
    return f"{parts.serial}"


def _key(parts: Parts) -> str:
    if parts.series.isdigit():
        return f"{parts.year}{parts.series}{parts.serial:06}"
    return f"{parts.serial}{parts.series}{parts.year or ''}"


def _docdb(parts: Parts) -> str | None:
    return _key(parts) if parts.year and not parts.series.startswith("PCT") else None


def _epodoc(parts: Parts) -> str | None:
    """Return the number of 2016 and later; of the older ones epodoc's form is not sure."""
    return _key(parts) if parts.series.isdigit() else None


RULE = OfficeRule(
    office="IN",
    forms=(
        form(
            r"(?P<year>20[0-9]{2})(?P<series>[1-4][0-9])(?P<serial>[0-9]{6})",
            years=(_LONG_SINCE, 2099),
            right="patent",
        ),
        form(
            rf"(?P<serial>[0-9]{{1,5}})/?(?P<series>{_BRANCH})/?(?P<year>(?:19|20)[0-9]{{2}})",
            years=(_FIRST_BRANCH_YEAR, _LONG_SINCE),
            right="patent",
        ),
        form(
            rf"(?P<serial>[0-9]{{1,5}})/?(?P<series>{_BRANCH})/?(?P<yy>[0-9]{{2}})",
            years=(_FIRST_BRANCH_YEAR, _LONG_SINCE),
            right="patent",
        ),
        *map(_first_national_phases, _PCT_BRANCHES),
        form(r"(?P<serial>[0-9]{5,6})", rights=DESIGNS),
        form(r"(?P<serial>[0-9]{5,7})", rights=MARKS),
    ),
    spellings=_BRANCHES,
    canonical=_canonical,
    key=_key,
    docdb=_docdb,
    epodoc=_epodoc,
    hints={"patent": "201611000001", "design": "230252", "trademark": "1234567"},
)
