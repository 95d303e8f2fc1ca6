"""The register as tables for analysis: what columns each has, and the rows that a filing gives.

The forms of `api.formats` are written to be read again, and hold filings as they were filed. These tables hold them as
they stand, one row for each filing, claim, relation, event or dispute; their columns are always the same
(docs/tables.md). `csv_tables` and `parquet_tables` write them.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final, Literal, NamedTuple

from api.filing_documents import ClaimDocument, FilingDocument
from ledger.register.filing import ACTIVE

Kind = Literal["text", "date", "integer", "boolean"]
Cell = str | date | int | None
"""None: there is no value. Booleans are integers to Python."""


class Column(NamedTuple):
    """One column of a table."""

    name: str
    kind: Kind = "text"


class Table(NamedTuple):
    """One table: its columns, and the rows that one filing gives."""

    columns: tuple[Column, ...]
    rows: Callable[[FilingDocument], Iterator[tuple[Cell, ...]]]


TableName = Literal["filings", "claims", "relations", "events", "disputes"]

_NAMED_FILING: Final = (
    Column("ipOfficeCode"),
    Column("applicationNumberText"),
    Column("matchKey"),
    Column("right"),
    Column("filingDate", "date"),
    Column("claimKey"),
)
"""Of the filing that a claim, a relation or a dispute names."""
_PLACE: Final = (Column("filingId"), Column("sequenceNumber", "integer"))
_ENTERED: Final = (Column("height", "integer"), Column("index", "integer"))


def _filing(filing: FilingDocument) -> Iterator[tuple[Cell, ...]]:
    standing = [claim for claim in filing.priority_claim_bag if claim.status in ACTIVE]
    claimed = [claim.filing_date for claim in standing if claim.filing_date]
    disputes = [each for each in filing.dispute_bag if each.withdrawn_on is None]
    last = filing.event_bag[-1] if filing.event_bag else None
    yield (
        filing.filing_id,
        filing.ip_office_code,
        filing.right,
        filing.application_number_text,
        filing.canonical_number,
        filing.match_key,
        filing.filing_date,
        filing.receiving_office_code,
        filing.claim_key,
        len(standing),
        min(claimed, default=None),
        len(filing.related_filing_bag),
        len(disputes),
        last.event_category if last else None,
        last.event_date if last else None,
        filing.height,
        filing.index,
    )


def _claims(filing: FilingDocument) -> Iterator[tuple[Cell, ...]]:
    for number, claim in enumerate(filing.priority_claim_bag, 1):
        made, last = claim.history_bag[0], claim.history_bag[-1]
        yield (
            filing.filing_id,
            number,
            *_named(claim),
            claim.status,
            claim.status in ACTIVE,
            made.decided_on,
            last.decided_on,
            last.deciding_office_code,
            last.criterion,
            filing.ip_office_code,
            filing.right,
            filing.filing_date,
            made.height,
            made.index,
        )


def _named(claim: ClaimDocument) -> tuple[Cell, ...]:
    return (
        claim.ip_office_code,
        claim.application_number_text,
        claim.match_key,
        claim.right,
        claim.filing_date,
        claim.claim_key,
    )


def _relations(filing: FilingDocument) -> Iterator[tuple[Cell, ...]]:
    for number, related in enumerate(filing.related_filing_bag, 1):
        yield (
            filing.filing_id,
            number,
            related.ip_office_code,
            related.application_number_text,
            related.match_key,
            related.right,
            related.filing_date,
            related.claim_key,
            related.relation,
        )


def _events(filing: FilingDocument) -> Iterator[tuple[Cell, ...]]:
    for number, event in enumerate(filing.event_bag, 1):
        yield (
            filing.filing_id,
            number,
            event.event_category,
            event.event_date,
            event.key_event_code,
            event.height,
            event.index,
        )


def _disputes(filing: FilingDocument) -> Iterator[tuple[Cell, ...]]:
    for number, dispute in enumerate(filing.dispute_bag, 1):
        yield (
            filing.filing_id,
            number,
            dispute.ip_office_code,
            dispute.application_number_text,
            dispute.match_key,
            dispute.right,
            dispute.filing_date,
            dispute.claim_key,
            dispute.relation,
            dispute.disputing_office_code,
            dispute.reason_text,
            dispute.decision_date,
            dispute.withdrawn_on,
            dispute.height,
            dispute.index,
        )


TABLES: Final[dict[TableName, Table]] = {
    "filings": Table(
        (
            Column("filingId"),
            Column("ipOfficeCode"),
            Column("right"),
            Column("applicationNumberText"),
            Column("canonicalNumber"),
            Column("matchKey"),
            Column("filingDate", "date"),
            Column("receivingOfficeCode"),
            Column("claimKey"),
            Column("claimCount", "integer"),
            Column("earliestClaimedDate", "date"),
            Column("relationCount", "integer"),
            Column("disputeCount", "integer"),
            Column("lastEventCategory"),
            Column("lastEventDate", "date"),
            *_ENTERED,
        ),
        _filing,
    ),
    "claims": Table(
        (
            *_PLACE,
            *_NAMED_FILING,
            Column("status"),
            Column("isStanding", "boolean"),
            Column("decidedOn", "date"),
            Column("lastDecidedOn", "date"),
            Column("lastDecidingOfficeCode"),
            Column("criterion"),
            Column("claimingIpOfficeCode"),
            Column("claimingRight"),
            Column("claimingFilingDate", "date"),
            *_ENTERED,
        ),
        _claims,
    ),
    "relations": Table((*_PLACE, *_NAMED_FILING, Column("relation")), _relations),
    "events": Table(
        (
            *_PLACE,
            Column("eventCategory"),
            Column("eventDate", "date"),
            Column("keyEventCode"),
            *_ENTERED,
        ),
        _events,
    ),
    "disputes": Table(
        (
            *_PLACE,
            *_NAMED_FILING,
            Column("relation"),
            Column("disputingOfficeCode"),
            Column("reasonText"),
            Column("decisionDate", "date"),
            Column("withdrawnOn", "date"),
            *_ENTERED,
        ),
        _disputes,
    ),
}


def rows_of(table: Table, filings: Iterable[FilingDocument]) -> Iterator[tuple[Cell, ...]]:
    """The rows of the filings, in their order; a text that is empty is no value."""
    for filing in filings:
        for row in table.rows(filing):
            yield tuple(None if cell == "" else cell for cell in row)
