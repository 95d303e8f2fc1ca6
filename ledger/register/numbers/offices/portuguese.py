"""Application numbers of Portugal (INPI): a running number, 104123; utility models 10123.

Two digits of the filing year may be appended; whether DOCDB always does so is not certain: the form is
read, not written. Parts of European patents bear the European number.
"""

from ledger.register.numbers.form import INVENTIONS, Parts, form
from ledger.register.numbers.number import YEAR_ADDED
from ledger.register.numbers.offices import european_part
from ledger.register.numbers.rule import OfficeRule


def _key(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.key(parts)
    return f"{parts.serial}"


def _canonical(parts: Parts) -> str:
    if parts.series == european_part.KIND:
        return european_part.canonical(parts)
    return f"{parts.serial}"


def _docdb(parts: Parts) -> str | None:
    return european_part.digits(parts) if parts.series == european_part.KIND else None


def _epodoc(parts: Parts) -> str | None:
    if parts.series == european_part.KIND:
        return european_part.digits(parts)
    return f"{parts.told_year}{parts.serial:07}" if parts.told_year else None


RULE = OfficeRule(
    office="PT",
    forms=(
        *european_part.FORMS,
        # A running number has no leading zero: of these years at least it is the European one.
        european_part.bare(unless="[1-9]"),
        form(r"(?P<serial>[1-9][0-9]{4,5})", rights=INVENTIONS),
        form(
            r"(?P<serial>[1-9][0-9]{4,5})(?P<tyy>[0-9]{2})",
            years=(1960, 2059),
            rights=INVENTIONS,
            note=YEAR_ADDED,
        ),
        form(
            r"(?P<told>(?:19|20)[0-9]{2})0(?P<serial>[0-9]{6})",
            rights=INVENTIONS,
            note=YEAR_ADDED,
        ),
    ),
    kept_kinds=frozenset({european_part.KIND}),
    check=european_part.check,
    canonical=_canonical,
    key=_key,
    docdb=_docdb,
    epodoc=_epodoc,
    hints={"patent": "104123", "utilityModel": "10123"},
)
