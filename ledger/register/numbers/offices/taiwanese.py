"""Application numbers of Taiwan (TIPO): year of the Republic of China, kind of right, serial number: 102123963.

The kinds are 1 invention, 2 utility model, 3 design; marks have 0. Until 2010 the year (99) had two digits, or a zero
before them.
"""

from ledger.register.numbers.form import MARKS, Parts, form
from ledger.register.numbers.number import YEAR_CONVERTED
from ledger.register.numbers.rule import OfficeRule

_EPOCH = 1911
_SHORT = r"0?(?P<era>[6-9][0-9])"
_LONG = r"(?P<era>1[0-9]{2})"
_SERIAL = r"(?P<series>[123])(?P<serial>[0-9]{5})(?P<kind>[UF]?)"
_MARK = r"(?P<series>0)(?P<serial>[0-9]{5})"


def _digits(parts: Parts) -> str:
    return f"{parts.year - _EPOCH}{parts.series}{parts.serial:05}"


def _epodoc(parts: Parts) -> str | None:
    """Return year and seven digits; of other rights than patents it is not known."""
    return f"{parts.year}0{parts.series}{parts.serial:05}" if parts.right == "patent" else None


RULE = OfficeRule(
    office="TW",
    forms=(
        form(_LONG + _SERIAL, years=(2011, 2099), epoch=_EPOCH, note=YEAR_CONVERTED),
        form(_SHORT + _SERIAL, years=(1971, 2010), epoch=_EPOCH, note=YEAR_CONVERTED),
        form(
            _LONG + _MARK,
            years=(2011, 2099),
            epoch=_EPOCH,
            note=YEAR_CONVERTED,
            rights=MARKS,
        ),
        form(
            _SHORT + _MARK,
            years=(1971, 2010),
            epoch=_EPOCH,
            note=YEAR_CONVERTED,
            rights=MARKS,
        ),
        form(r"(?P<year>(?:19|20)[0-9]{2})0" + _SERIAL, years=(1971, 2099)),
    ),
    rights={"1": "patent", "2": "utilityModel", "3": "design"},
    canonical=_digits,
    key=_digits,
    docdb=_digits,
    epodoc=_epodoc,
    hints={
        "patent": "102123963",
        "utilityModel": "102221479",
        "design": "102300123",
        "trademark": "102012345",
    },
)
