"""What the office can say of its own sealed filings at any time: the receipt for the applicant, and what is due."""

from datetime import UTC, date, datetime
from typing import Final, Literal

from crypto.access_code import AccessCode
from ledger.register.calendar import add_months
from ledger.register.entries import Right
from ledger.register.filing import (
    ACTIVE,
    ClaimRecord,
    FilingRecord,
    RelatedRecord,
    SealedRecord,
    decode_filing,
    decode_sealed,
)
from ledger.register.keys import filing_id, sealed_key
from ledger.register.numbers import normalise
from ledger.register.offices import office_name
from ledger.register.reader import RegisterReader
from node.sealed.codes import CodeStore, KnownFiling
from node.sealed.documents import ClaimedFiling, Confidential, SealedReceipt
from node.service import RegisterService

PUBLICATION_MONTHS: Final[dict[Right, int]] = {"patent": 18}
"""From the priority date (PCT Art. 21(2)(a), EPC Art. 93(1)(a), 35 USC 122(b)); other rights have no common period."""

SealedStatus = Literal["sealed", "opened", "withdrawn", "notRegistered"]


class OwnSealedFiling(Confidential, frozen=True, kw_only=True):
    """An own filing that was sealed, and what is due."""

    filing_id: str
    right: Right
    application_number_text: str
    filing_date: date
    status: SealedStatus
    """`notRegistered`: its code is kept, and the register holds no such filing (yet): register it again.

    `withdrawn`: an event says so, and it is not to be opened.
    """
    opened_filing_id: str = ""
    height: int | None = None
    priority_date: date
    """The earliest date that its claims name, else its own."""
    publication_due_date: date | None = None
    """When it is to be opened at the latest, where the right has a common period."""
    is_due: bool = False
    claimed_filing_bag: tuple[ClaimedFiling, ...] = ()


def is_withdrawn(record: SealedRecord | FilingRecord) -> bool:
    """Whether an event says that the filing was withdrawn: it is not to be published."""
    return any(event.category == "withdrawn" for event in record.events)


def receipt_of(
    service: RegisterService, codes: CodeStore, known: KnownFiling
) -> SealedReceipt | None:
    """The receipt of an own filing as it was registered; None: the register does not hold it."""
    data = service.reader.get(sealed_key(known.office, known.claim_key))
    if data is None:
        return None
    record = decode_sealed(data)
    ledger, genesis = service.ledger, service.genesis
    name = next((each.name for each in genesis.offices if each.code == service.office), "")
    number = normalise(known.office, known.right, known.number, known.filing_date)
    return SealedReceipt(
        filing_id=known.identifier,
        ip_office_code=known.office,
        office_name=name or office_name(known.office),
        network_name=genesis.network_name,
        network_id=genesis.network_id().hex(),
        right=known.right,
        application_number_text=known.number,
        filing_date=known.filing_date,
        receiving_office_code=known.receiving_office,
        access_code=AccessCode(known.code).printed,
        height=record.height,
        index=record.index,
        block_hash=ledger.block_hash(record.height).hex(),
        block_time=_moment(ledger.header(record.height).time_ms),
        claimed_filing_bag=claimed_filings(
            codes, record.claims[: record.claims_filed], record.related
        ),
        warning_codes=number.warnings,
    )


def _moment(time_ms: int) -> str:
    moment = datetime.fromtimestamp(time_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def own_sealed_filing(
    reader: RegisterReader, codes: CodeStore, known: KnownFiling, today: date
) -> OwnSealedFiling:
    """How an own filing stands in the register, and what is due on that day."""
    data = reader.get(sealed_key(known.office, known.claim_key))
    sealed = None if data is None else decode_sealed(data)
    record: SealedRecord | FilingRecord | None = sealed
    opened = b""
    if sealed is not None and sealed.opened_as:
        opened = sealed.opened_as
        data = reader.get(opened)
        record = None if data is None else decode_filing(data)
    claims = record.claims if record else ()
    claimed = claimed_filings(codes, claims, record.related if record else ())
    standing = claimed_filings(codes, [each for each in claims if each.status in ACTIVE], ())
    dates = [each.filing_date for each in standing if each.filing_date]
    priority_date = min((known.filing_date, *dates))
    months = PUBLICATION_MONTHS.get(known.right)
    due = None if months is None else add_months(priority_date, months)
    is_pending = sealed is not None and not opened and not is_withdrawn(sealed)
    return OwnSealedFiling(
        filing_id=known.identifier,
        right=known.right,
        application_number_text=known.number,
        filing_date=known.filing_date,
        status=_status(sealed),
        opened_filing_id=filing_id(opened) if opened else "",
        height=sealed.height if sealed else None,
        priority_date=priority_date,
        publication_due_date=due,
        is_due=is_pending and due is not None and due <= today,
        claimed_filing_bag=claimed,
    )


def _status(sealed: SealedRecord | None) -> SealedStatus:
    if sealed is None:
        return "notRegistered"
    if sealed.opened_as:
        return "opened"
    return "withdrawn" if is_withdrawn(sealed) else "sealed"


def claimed_filings(
    codes: CodeStore,
    claims: "list[ClaimRecord] | tuple[ClaimRecord, ...]",
    related: tuple[RelatedRecord, ...],
) -> tuple[ClaimedFiling, ...]:
    """The earlier filings, with number and date also of sealed ones that this office knows."""
    priorities = [_claimed(codes, claim, None) for claim in claims]
    return (*priorities, *(_claimed(codes, each, each) for each in related))


def _claimed(
    codes: CodeStore, named: ClaimRecord | RelatedRecord, related: RelatedRecord | None
) -> ClaimedFiling:
    known = codes.find(named.claim_key) if named.claim_key else None
    relation = None if related is None else related.relation
    if known is not None:
        return ClaimedFiling(
            ip_office_code=known.office,
            application_number_text=known.number,
            filing_date=known.filing_date,
            right=known.right,
            relation=relation,
            claim_key=named.claim_key,
        )
    return ClaimedFiling(
        ip_office_code=named.office,
        application_number_text=named.number,
        filing_date=named.filing_date,
        right=named.right,
        relation=relation,
        claim_key=named.claim_key,
    )
