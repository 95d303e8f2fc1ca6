"""Registered filings as entries that can be imported elsewhere: as they were filed, without what became of them."""

from api.formats.row import ListedFiling
from ledger.register.entries import Filing, PriorityClaim, RelatedFiling
from ledger.register.filing import FilingRecord
from ledger.register.keys import RIGHTS


def as_filed(key: bytes, record: FilingRecord) -> ListedFiling:
    """The filing with this fact key: without later claims, and with claims as they were made."""
    filing = Filing(
        right=RIGHTS[chr(key[3])],
        application_number_text=record.number,
        filing_date=record.filing_date,
        receiving_office_code=record.receiving_office or None,
        priority_claim_bag=tuple(
            PriorityClaim(
                ip_office_code=claim.office,
                application_number_text=claim.number,
                filing_date=claim.filing_date,
                right=claim.right,
            )
            for claim in record.claims[: record.claims_filed]
        ),
        related_filing_bag=tuple(
            RelatedFiling(
                relation=related.relation,
                ip_office_code=related.office,
                application_number_text=related.number,
                filing_date=related.filing_date,
                right=related.right,
            )
            for related in record.related
        ),
    )
    return ListedFiling(key[1:3].decode(), filing)
