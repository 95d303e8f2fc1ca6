"""Enters what happens to a filing, and finds the filing that an entry is about."""

from dataclasses import dataclass
from datetime import date

import msgspec

from ledger.register.applied import Applied, Get, Position, accepted, rejected, repeated
from ledger.register.entries import (
    TEXT_LENGTH_MAX,
    Event,
    FilingReference,
    PriorityClaim,
    Right,
)
from ledger.register.filing import (
    EventRecord,
    FilingRecord,
    SealedRecord,
    decode_filing,
    decode_sealed,
    encode,
)
from ledger.register.keys import RIGHTS, filing_id, filing_key, history_link, sealed_key
from ledger.register.numbers import normalise
from ledger.register.sealed import ANY_RIGHT, home_key
from ledger.register.sealed_claims import is_sealed_claim

EVENTS_MAX = 1_000
"""Events of one filing."""


@dataclass(frozen=True, slots=True)
class FoundFiling:
    """The filing that an entry is about."""

    subject: str
    key: bytes
    record: FilingRecord | SealedRecord

    @property
    def home(self) -> bytes:
        """The fact key under which its history and disputes stand."""
        return home_key(self.key, self.record)

    @property
    def filing_date(self) -> date | None:
        """None: it is sealed."""
        return self.record.filing_date if isinstance(self.record, FilingRecord) else None

    @property
    def right(self) -> Right:
        """Of a sealed one any: its open claims all state theirs."""
        return RIGHTS.get(chr(self.key[3]), ANY_RIGHT)

    def names_without_right(self, *claims: PriorityClaim) -> bool:
        """Return whether it is sealed, and one of these open claims does not state its right."""
        sealed = isinstance(self.record, SealedRecord)
        return sealed and any(one.right is None and not is_sealed_claim(one) for one in claims)


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
    filing_date = found.filing_date
    is_before = filing_date is not None and event.event_date < filing_date
    warnings = ["EVENT_BEFORE_FILING"] if is_before else []
    changed = msgspec.structs.replace(record, events=(*record.events, happened))
    return entered(found, changed, position, warnings)


def find_filing(get: Get, office: str, reference: FilingReference) -> FoundFiling | Applied:
    """Return the filing of the office that an entry points at, or the refusal.

    An ambiguous number needs the date: of its readings, the filing of that date is meant.
    """
    text = reference.application_number_text
    if reference.claim_key is not None:
        return _find_sealed(get, office, reference, reference.claim_key)
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


def _find_sealed(
    get: Get, office: str, reference: FilingReference, claim_key: str
) -> FoundFiling | Applied:
    """Return the sealed filing, or after its opening the filing that it became (register.md S4)."""
    key = sealed_key(office, claim_key)
    if reference != FilingReference(claim_key=claim_key):
        return rejected("FILING_NOT_NAMED", filing_id(key))
    data = get(key)
    if data is None:
        return rejected("SEALED_FILING_NOT_FOUND", filing_id(key))
    sealed = decode_sealed(data)
    opened = get(sealed.opened_as) if sealed.opened_as else None
    if opened is None:
        return FoundFiling(filing_id(key), key, sealed)
    return FoundFiling(filing_id(sealed.opened_as), sealed.opened_as, decode_filing(opened))


def entered(
    found: FoundFiling,
    record: FilingRecord | SealedRecord,
    position: Position,
    warnings: list[str],
    links: tuple[tuple[bytes, bytes], ...] = (),
) -> Applied:
    """Return that the filing's new record is accepted, and stands in its history."""
    history = (history_link(found.home, position.height, position.index), b"")
    return Applied(
        accepted(warnings, found.subject), ((found.key, encode(record)),), (*links, history)
    )
