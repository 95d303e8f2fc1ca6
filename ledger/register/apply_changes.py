"""Enters what happens to a filing, and finds the filing that an entry is about."""

from dataclasses import dataclass

import msgspec

from ledger.register.applied import Applied, Get, Position, accepted, rejected, repeated
from ledger.register.entries import TEXT_LENGTH_MAX, Event, FilingReference
from ledger.register.filing import EventRecord, FilingRecord, decode_filing, encode
from ledger.register.keys import filing_key, history_link
from ledger.register.numbers import normalise

EVENTS_MAX = 1_000
"""Events of one filing."""


@dataclass(frozen=True, slots=True)
class FoundFiling:
    """The filing that an entry is about."""

    subject: str
    key: bytes
    record: FilingRecord


def apply_event(get: Get, office: str, event: Event, position: Position) -> Applied:
    """Return the outcome of an event. Whatever it is, the priority survives (Paris Art. 4A(3))."""
    found = find_filing(get, office, event.filing)
    if isinstance(found, Applied):
        return found
    record = found.record
    code = event.key_event_code
    if code is not None and len(code) > TEXT_LENGTH_MAX:
        return rejected("TEXT_TOO_LONG", found.subject)
    for known in record.events:
        if (known.category, known.event_date, known.key_event_code) == (
            event.event_category,
            event.event_date,
            code,
        ):
            return repeated(found.subject, known.height, known.index)
    if len(record.events) >= EVENTS_MAX:
        return rejected("TOO_MANY_EVENTS", found.subject)
    happened = EventRecord(
        event.event_category, event.event_date, code, position.height, position.index
    )
    warnings = ["EVENT_BEFORE_FILING"] if event.event_date < record.filing_date else []
    changed = msgspec.structs.replace(record, events=(*record.events, happened))
    return entered(found, changed, position, warnings)


def find_filing(get: Get, office: str, reference: FilingReference) -> FoundFiling | Applied:
    """Return the filing of the office that an entry points at, or the refusal.

    An ambiguous number needs the date: of its readings, the filing of that date is meant.
    """
    text = reference.application_number_text
    if reference.right is None:
        return rejected("FILING_NOT_NAMED", office)
    if len(text) > TEXT_LENGTH_MAX:
        return rejected("NUMBER_TOO_LONG", f"{office}.{reference.right}")
    filing_date = reference.filing_date
    number = normalise(office, reference.right, text, filing_date)
    subject = f"{office}.{number.right}.{number.match_key}"
    if number.alternatives and filing_date is None:
        return rejected("FILING_AMBIGUOUS", subject)
    refusal = rejected("FILING_NOT_FOUND", subject)
    for match_key in (number.match_key, *number.alternatives):
        subject = f"{office}.{number.right}.{match_key}"
        key = filing_key(office, number.right, match_key)
        data = get(key)
        if data is None:
            continue
        record = decode_filing(data)
        if filing_date is None or filing_date == record.filing_date:
            return FoundFiling(subject, key, record)
        refusal = rejected("DATE_CONFLICT", subject)
    return refusal


def entered(
    found: FoundFiling,
    record: FilingRecord,
    position: Position,
    warnings: list[str],
    links: tuple[tuple[bytes, bytes], ...] = (),
) -> Applied:
    """Return that the filing's new record is accepted, and stands in its history."""
    history = (history_link(found.key, position.height, position.index), b"")
    return Applied(
        accepted(warnings, found.subject), ((found.key, encode(record)),), (*links, history)
    )
