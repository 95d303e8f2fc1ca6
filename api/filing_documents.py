"""Filings, their claims, events and disputes as JSON. Names follow WIPO ST.96 and ST.97."""

from collections.abc import Iterable
from datetime import date
from itertools import starmap

import msgspec

from api.moments import Moment
from ledger.register.entries import (
    EventKind,
    Relation,
    RestorationCriterion,
    Right,
)
from ledger.register.filing import (
    ClaimChange,
    ClaimRecord,
    ClaimStatus,
    DisputeRecord,
    EventRecord,
    FilingRecord,
    RelatedRecord,
)
from ledger.register.keys import RIGHTS, filing_id


class _Document(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    pass


class ClaimChangeDocument(_Document, frozen=True, kw_only=True):
    """What became of a priority claim, when and by whom, and where it was entered."""

    status: ClaimStatus
    decided_on: date | None = None
    """None: it came with the filing."""
    deciding_office_code: str = ""
    criterion: RestorationCriterion | None = None
    requested_on: date | None = None
    """When the notice or request for it was received, where that is told."""
    height: int
    index: int


class ClaimDocument(_Document, frozen=True, kw_only=True):
    """A priority claim of a filing, as it stands, with all that became of it."""

    ip_office_code: str = ""
    application_number_text: str = ""
    match_key: str = ""
    right: Right | None = None
    filing_date: date | None = None
    claim_key: str = ""
    """Of a sealed claim, which was proved. Number, right and date stand beside it once the first filing is opened."""
    status: ClaimStatus
    history_bag: tuple[ClaimChangeDocument, ...]
    """From the making of the claim on, the oldest first."""


class RelatedDocument(_Document, frozen=True, kw_only=True):
    """An earlier filing that a filing continues."""

    relation: Relation
    ip_office_code: str
    application_number_text: str = ""
    match_key: str = ""
    right: Right | None = None
    filing_date: date | None = None
    claim_key: str = ""
    """As of a sealed claim."""


class EventDocument(_Document, frozen=True, kw_only=True):
    """What happened to a filing."""

    event_category: EventKind
    event_date: date
    key_event_code: str | None = None
    height: int
    index: int


class DisputeDocument(_Document, frozen=True, kw_only=True):
    """An office disputes a claim of the filing, or an earlier filing that it continues."""

    disputing_office_code: str
    relation: Relation | None = None
    """The relation that is disputed; none: the claim."""
    ip_office_code: str = ""
    """Of the claim as it stood, like all down to its date."""
    application_number_text: str = ""
    match_key: str = ""
    right: Right | None = None
    filing_date: date | None = None
    claim_key: str = ""
    reason_text: str
    decision_date: date
    height: int
    """Where it was raised."""
    index: int
    withdrawn_on: date | None = None
    """None: it stands."""
    withdrawal_reason_text: str = ""
    withdrawn_height: int = 0
    withdrawn_index: int = 0


class FilingDocument(_Document, frozen=True, kw_only=True):
    """A filing, as it stands at the height of the answer."""

    filing_id: str
    ip_office_code: str
    right: Right
    application_number_text: str
    """As the office gave it."""
    canonical_number: str
    """In the office's own form."""
    match_key: str
    """The form in which numbers are compared."""
    filing_date: date
    receiving_office_code: str = ""
    height: int
    """Where it was entered."""
    index: int
    claim_key: str = ""
    """Under which it was sealed before its opening."""
    priority_claim_bag: tuple[ClaimDocument, ...] = ()
    related_filing_bag: tuple[RelatedDocument, ...] = ()
    event_bag: tuple[EventDocument, ...] = ()
    dispute_bag: tuple[DisputeDocument, ...] = ()
    """By offices, those taken back included."""


class FilingPage(_Document, frozen=True, kw_only=True, omit_defaults=False):
    """Some filings, in order of office, right and number; the `Link` header leads to the next."""

    filings: tuple[FilingDocument, ...]


class HistoryItem(_Document, frozen=True, kw_only=True):
    """An entry about a filing, as it was signed."""

    height: int
    index: int
    block_time: Moment
    ip_office_code: str
    """The office that made it: the filing's own, or one that disputes a claim."""
    entry: msgspec.Raw


class FilingHistory(_Document, frozen=True, kw_only=True, omit_defaults=False):
    """The entries that made a filing what it is, the oldest first."""

    filing_id: str
    items: tuple[HistoryItem, ...]


def filing_document(
    key: bytes, record: FilingRecord, disputes: Iterable[tuple[str, DisputeRecord]] = ()
) -> FilingDocument:
    """A filing fact as JSON, with what offices dispute of it."""
    identifier = filing_id(key)
    office, _, match_key = identifier.split(".")
    return FilingDocument(
        filing_id=identifier,
        ip_office_code=office,
        right=RIGHTS[chr(key[3])],
        application_number_text=record.number,
        canonical_number=record.canonical,
        match_key=match_key,
        filing_date=record.filing_date,
        receiving_office_code=record.receiving_office,
        height=record.height,
        index=record.index,
        claim_key=record.claim_key,
        priority_claim_bag=tuple(map(_claim_document, record.claims)),
        related_filing_bag=tuple(map(_related_document, record.related)),
        event_bag=tuple(map(_event_document, record.events)),
        dispute_bag=tuple(starmap(_dispute_document, disputes)),
    )


def _claim_document(claim: ClaimRecord) -> ClaimDocument:
    made = ClaimChangeDocument(
        status="claimed",
        decided_on=claim.made_on,
        deciding_office_code=claim.made_by,
        requested_on=claim.requested_on,
        height=claim.height,
        index=claim.index,
    )
    return ClaimDocument(
        ip_office_code=claim.office,
        application_number_text=claim.number,
        match_key=claim.match_key,
        right=claim.right,
        filing_date=claim.filing_date,
        claim_key=claim.claim_key,
        status=claim.status,
        history_bag=(made, *map(_claim_change_document, claim.changes)),
    )


def _claim_change_document(change: ClaimChange) -> ClaimChangeDocument:
    return ClaimChangeDocument(
        status=change.status,
        decided_on=change.decided_on,
        deciding_office_code=change.decided_by,
        criterion=change.criterion,
        requested_on=change.requested_on,
        height=change.height,
        index=change.index,
    )


def _related_document(related: RelatedRecord) -> RelatedDocument:
    return RelatedDocument(
        relation=related.relation,
        ip_office_code=related.office,
        application_number_text=related.number,
        match_key=related.match_key,
        right=related.right,
        filing_date=related.filing_date,
        claim_key=related.claim_key,
    )


def _event_document(event: EventRecord) -> EventDocument:
    return EventDocument(
        event_category=event.category,
        event_date=event.event_date,
        key_event_code=event.key_event_code,
        height=event.height,
        index=event.index,
    )


def _dispute_document(office: str, dispute: DisputeRecord) -> DisputeDocument:
    return DisputeDocument(
        disputing_office_code=office,
        relation=dispute.relation,
        ip_office_code=dispute.office,
        application_number_text=dispute.number,
        match_key=dispute.match_key,
        right=dispute.right,
        filing_date=dispute.filing_date,
        claim_key=dispute.claim_key,
        reason_text=dispute.reason,
        decision_date=dispute.decided_on,
        height=dispute.height,
        index=dispute.index,
        withdrawn_on=dispute.withdrawn_on,
        withdrawal_reason_text=dispute.withdrawal_reason,
        withdrawn_height=dispute.withdrawn_height,
        withdrawn_index=dispute.withdrawn_index,
    )
