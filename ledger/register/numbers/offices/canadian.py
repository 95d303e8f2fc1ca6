"""Application numbers of Canada: a serial number alone, 2744162; six digits until September 1989.

epodoc adds the filing year. Marks have an extension, 0102697-00, which is 00 unless the mark was
extended to more goods or services.
"""

from ledger.register.numbers.form import DESIGNS, MARKS, PATENTS, Parts, form
from ledger.register.numbers.number import ST13_READ, YEAR_ADDED
from ledger.register.numbers.rule import OfficeRule

_FIRST_EXTENSION = "00"


def _is_extended(parts: Parts) -> bool:
    return parts.series not in {"", _FIRST_EXTENSION}


def _canonical(parts: Parts) -> str:
    return f"{parts.serial}-{parts.series}" if _is_extended(parts) else f"{parts.serial}"


def _key(parts: Parts) -> str:
    """Return the serial number, with seven digits before the extension of a mark."""
    return f"{parts.serial:07}{parts.series}" if _is_extended(parts) else f"{parts.serial}"


def _st13(parts: Parts) -> str | None:
    """Return year 0000, seven digits and the extension, for marks (Canada's answer to the survey of ST.13)."""
    if parts.right != "trademark":
        return None
    return f"300000{parts.serial:07}{parts.series or _FIRST_EXTENSION}"


RULE = OfficeRule(
    office="CA",
    forms=(
        form(r"(?P<serial>[1-9][0-9]{4,6})", rights=PATENTS),
        form(
            r"(?P<told>(?:19|20)[0-9]{2})(?P<serial>(?:00[1-9]|0[1-9][0-9]|[2-9][0-9]{2})[0-9]{4})",
            note=YEAR_ADDED,
            rights=PATENTS,
        ),
        form(r"(?P<serial>[1-9][0-9]{3,5})", rights=DESIGNS),
        form(r"(?P<serial>0?[1-9][0-9]{3,6})(?:/(?P<series>[0-9]{2}))?", rights=MARKS),
        form(r"300000(?P<serial>[0-9]{7})(?P<series>[0-9]{2})", rights=MARKS, note=ST13_READ),
    ),
    canonical=_canonical,
    key=_key,
    docdb=lambda p: f"{p.serial}",
    epodoc=lambda p: f"{p.told_year}{p.serial:07}" if p.told_year and p.right == "patent" else None,
    st13=_st13,
    hints={"patent": "2744162", "design": "152634", "trademark": "1234567-00"},
)
