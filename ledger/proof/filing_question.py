"""The question whether an application number is registered, and the pure rule that answers it."""

from datetime import date
from typing import Literal

import msgspec

from ledger.register.entries import Right
from ledger.register.filing import decode_coverage
from ledger.register.keys import coverage_key, filing_id, filing_key
from ledger.register.nodes import load_open
from ledger.register.numbers import is_exact, read_earlier
from ledger.register.offices import office_code
from ledger.register.reader import RegisterReader
from ledger.register.sealed import count_of_sealed
from ledger.register.verification import FoundFiling

FilingOutcome = Literal["registered", "otherDate", "noSuchFiling", "notFound"]
"""`notFound` is no *no*: the register does not say that it is complete there (register.md V2)."""


class NamedFiling(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """An application by its number."""

    ip_office_code: str
    right: Right
    application_number_text: str
    filing_date: date | None = None


class FilingAnswer(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """What the register says to it."""

    outcome: FilingOutcome
    summary: str
    """One sentence."""
    filing: FoundFiling | None = None
    searched: tuple[str, ...]
    """The filing ids under which it was looked for: all readings of the number."""
    height: int
    time_ms: int


def find_named(reader: RegisterReader, named: NamedFiling) -> FilingAnswer:
    """Return what the register says to the question; a *no* only where nothing can be missing (register.md V2)."""
    told, filed = office_code(named.ip_office_code), named.filing_date
    office, number = read_earlier(told, named.right, named.application_number_text, filed)
    readings = (number.match_key, *number.alternatives) if number.match_key and office else ()
    keys = [filing_key(office, number.right, reading) for reading in readings]
    found = [each for key in keys if (each := _found(reader, key)) is not None]
    filing = next((each for each in found if filed in (None, each.filing_date)), None)
    filing = filing or next(iter(found), None)
    outcome: FilingOutcome = "notFound"
    if filing is not None:
        outcome = "registered" if filed in (None, filing.filing_date) else "otherDate"
    elif keys and office in reader.offices and is_exact(office, number):
        coverage = reader.get(coverage_key(office, number.right))
        is_none_sealed = count_of_sealed(reader.get, office) == 0
        if is_none_sealed and filed is not None and _covers(coverage, filed):
            outcome = "noSuchFiling"
    return FilingAnswer(
        outcome=outcome,
        summary=_summary(named, outcome, filing),
        filing=filing,
        searched=tuple(map(filing_id, keys)),
        height=reader.height,
        time_ms=reader.time_ms,
    )


def _found(reader: RegisterReader, key: bytes) -> FoundFiling | None:
    record = load_open(reader, key)
    if record is None:
        return None
    office, right, _ = filing_id(key).split(".")
    return FoundFiling(
        filing_id=filing_id(key),
        ip_office_code=office,
        right=msgspec.convert(right, Right),
        application_number_text=record.canonical,
        filing_date=record.filing_date,
        events=tuple(event.category for event in record.events),
        height=record.height,
        index=record.index,
    )


def _covers(coverage: bytes | None, day: date) -> bool:
    return coverage is not None and any(
        each.from_date <= day <= each.until_date for each in decode_coverage(coverage)
    )


def _summary(named: NamedFiling, outcome: FilingOutcome, filing: FoundFiling | None) -> str:
    name = f"{named.ip_office_code} {named.application_number_text}"
    if filing is not None:
        other = f", not on {named.filing_date}" if outcome == "otherDate" else ""
        return f"{name} is registered as {filing.filing_id}, filed on {filing.filing_date}{other}."
    if outcome == "noSuchFiling":
        date_named = f"of {named.filing_date}"
        return f"{name} {date_named} does not exist: that register is complete for this date."
    return f"{name} is not found, which does not show that there is no such filing."
