"""Enters what happens to a filing: events, and changes of its priority claims."""

from dataclasses import dataclass

import msgspec

from ledger.register.applied import Applied, Get, Position, accepted, rejected, repeated
from ledger.register.apply_filing import claim_record, claim_warnings, content
from ledger.register.entries import (
    CLAIMS_MAX,
    TEXT_LENGTH_MAX,
    Claim,
    Event,
    FilingReference,
    PriorityClaim,
    Right,
)
from ledger.register.filing import (
    ACTIVE,
    ClaimRecord,
    ClaimStatus,
    EventRecord,
    FilingRecord,
    decode_filing,
    encode,
)
from ledger.register.keys import RIGHTS, filing_key, history_link, priority_link
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
    entered = EventRecord(
        event.event_category, event.event_date, code, position.height, position.index
    )
    warnings = ["EVENT_BEFORE_FILING"] if event.event_date < record.filing_date else []
    changed = msgspec.structs.replace(record, events=(*record.events, entered))
    return _entered(found, changed, position, warnings)


def apply_claim(get: Get, office: str, entry: Claim, position: Position) -> Applied:
    """Return the outcome of a change of a priority claim (register.md R6 to R8)."""
    found = find_filing(get, office, entry.filing)
    if isinstance(found, Applied):
        return found
    claims = (entry.claim, entry.replaced_claim or entry.claim)
    texts = [
        text for claim in claims for text in (claim.application_number_text, claim.ip_office_code)
    ]
    if any(len(text) > TEXT_LENGTH_MAX for text in texts):
        return rejected("NUMBER_TOO_LONG", found.subject)
    match entry.action:
        case "add":
            return _add(found, entry, position)
        case "correct":
            return _correct(found, entry, position)
        case "withdraw":
            return _withdraw(found, entry, position)
        case "restore":
            return _restore(found, entry, position)


def _add(found: FoundFiling, entry: Claim, position: Position) -> Applied:
    warnings: list[str] = []
    claim = _made(found, entry, position, warnings)
    for known in found.record.claims:
        if _is_very_claim(known, claim):
            return repeated(found.subject, known.height, known.index)
    for known in found.record.claims:
        if known.status in ACTIVE and _names_same_filing(known, claim):
            if known.filing_date == claim.filing_date:
                return repeated(found.subject, known.height, known.index)
            return rejected("CLAIM_CONFLICT", found.subject)
    return _with_claim(found, found.record.claims, claim, position, warnings)


def _correct(found: FoundFiling, entry: Claim, position: Position) -> Applied:
    """Replace a claim (PCT Rule 26bis.1): the claim as it stood stays, as corrected."""
    if entry.replaced_claim is None:
        return rejected("REPLACED_CLAIM_MISSING", found.subject)
    warnings: list[str] = []
    claim = _made(found, entry, position, warnings)
    replaced = _named(found, entry.replaced_claim, position)
    entered = _corrected(found.record, replaced, claim)
    if entered is not None:
        return repeated(found.subject, entered.height, entered.index)
    place = _find_claim(found.record, replaced, ACTIVE)
    if place is None or found.record.claims[place].filing_date != replaced.filing_date:
        return rejected("CLAIM_NOT_FOUND", found.subject)
    other = _find_claim(found.record, claim, ACTIVE)
    if other is not None and other != place:
        return rejected("CLAIM_CONFLICT", found.subject)
    claims = _changed(found.record, place, entry, position, "corrected")
    return _with_claim(found, claims, claim, position, warnings)


def _withdraw(found: FoundFiling, entry: Claim, position: Position) -> Applied:
    """Withdraw a claim (PCT Rule 90bis.3): it counts no longer, neither here nor for families."""
    named = _named(found, entry.claim, position)
    for known in found.record.claims:
        same = known.status == "withdrawn" and content(known) == content(named)
        if same and known.decided_on == entry.decision_date:
            return repeated(found.subject, known.changed_height, known.changed_index)
    place = _find_claim(found.record, named, ACTIVE)
    if place is not None:
        claims = _changed(found.record, place, entry, position, "withdrawn")
        return _entered(found, msgspec.structs.replace(found.record, claims=claims), position, [])
    place = _find_claim(found.record, named, frozenset({"withdrawn"}))
    if place is None:
        return rejected("CLAIM_NOT_FOUND", found.subject)
    known = found.record.claims[place]
    return repeated(found.subject, known.changed_height, known.changed_index)


def _restore(found: FoundFiling, entry: Claim, position: Position) -> Applied:
    """Enter that the office restored the right of priority (PCT Rule 26bis.3(a))."""
    if entry.criterion is None:
        return rejected("CRITERION_MISSING", found.subject)
    place = _find_claim(found.record, _named(found, entry.claim, position), ACTIVE)
    if place is None:
        return rejected("CLAIM_NOT_FOUND", found.subject)
    known = found.record.claims[place]
    if known.status == "restored":
        return repeated(found.subject, known.changed_height, known.changed_index)
    claims = _changed(found.record, place, entry, position, "restored")
    return _entered(found, msgspec.structs.replace(found.record, claims=claims), position, [])


def find_filing(get: Get, office: str, reference: FilingReference) -> FoundFiling | Applied:
    """Return the filing of the office that an entry points at, or the refusal.

    An ambiguous number needs the date: of its readings, the filing of that date is meant.
    """
    text = reference.application_number_text
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


def _made(found: FoundFiling, entry: Claim, position: Position, warnings: list[str]) -> ClaimRecord:
    """Return the record of a claim that is made now."""
    claim = claim_record(entry.claim, _right(found), position, warnings)
    return msgspec.structs.replace(claim, made_on=entry.decision_date)


def _named(found: FoundFiling, claim: PriorityClaim, position: Position) -> ClaimRecord:
    """Return a claim as a record, to look for it."""
    return claim_record(claim, _right(found), position, [])


def _names_same_filing(known: ClaimRecord, named: ClaimRecord) -> bool:
    """Return whether two claims name one first filing; without a number, as given in all parts."""
    if known.match_key and named.match_key:
        rights = (known.right, named.right)
        return (
            known.office == named.office
            and known.match_key == named.match_key
            and (None in rights or known.right == named.right)
        )
    return (known.office, known.number, known.filing_date) == (
        named.office,
        named.number,
        named.filing_date,
    )


def _is_very_claim(known: ClaimRecord, made: ClaimRecord) -> bool:
    """Return whether this very claim was entered before, whatever became of it since."""
    return known.made_on == made.made_on and content(known) == content(made)


def _corrected(
    record: FilingRecord, replaced: ClaimRecord, made: ClaimRecord
) -> ClaimRecord | None:
    """Return the claim that came in place of the replaced one, where this correction was entered before."""
    for former in record.claims:
        if former.status != "corrected" or content(former) != content(replaced):
            continue
        for known in record.claims:
            came = (known.height, known.index) == (former.changed_height, former.changed_index)
            if came and content(known) == content(made):
                return known
    return None


def _find_claim(record: FilingRecord, named: ClaimRecord, statuses: frozenset[str]) -> int | None:
    """Return the place of the latest claim with one of the statuses that names the same filing."""
    for place in range(len(record.claims) - 1, -1, -1):
        known = record.claims[place]
        if known.status in statuses and _names_same_filing(known, named):
            return place
    return None


def _with_claim(
    found: FoundFiling,
    claims: tuple[ClaimRecord, ...],
    claim: ClaimRecord,
    position: Position,
    warnings: list[str],
) -> Applied:
    if len(claims) >= CLAIMS_MAX:
        return rejected("TOO_MANY_CLAIMS", found.subject)
    record = msgspec.structs.replace(found.record, claims=(*claims, claim))
    first = claim_warnings(claim, found.key, _right(found), record.filing_date, warnings)
    links = () if first is None else ((priority_link(first, found.key), b""),)
    return _entered(found, record, position, warnings, links)


def _entered(
    found: FoundFiling,
    record: FilingRecord,
    position: Position,
    warnings: list[str],
    links: tuple[tuple[bytes, bytes], ...] = (),
) -> Applied:
    history = (history_link(found.key, position.height, position.index), b"")
    return Applied(
        accepted(warnings, found.subject), ((found.key, encode(record)),), (*links, history)
    )


def _changed(
    record: FilingRecord, place: int, entry: Claim, position: Position, status: ClaimStatus
) -> tuple[ClaimRecord, ...]:
    """Return the claims with the one at this place in a new status."""
    claims = list(record.claims)
    claims[place] = msgspec.structs.replace(
        claims[place],
        status=status,
        changed_height=position.height,
        changed_index=position.index,
        decided_on=entry.decision_date,
        criterion=entry.criterion if status == "restored" else claims[place].criterion,
    )
    return tuple(claims)


def _right(found: FoundFiling) -> Right:
    return RIGHTS[chr(found.key[3])]
