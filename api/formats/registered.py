"""Registered filings as entries that can be imported elsewhere: as they were filed, without what became of them."""

from api.filing_documents import ClaimDocument, FilingDocument
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


def document_as_filed(document: FilingDocument) -> ListedFiling:
    """The same, of a filing as the API answers it: its first claims stand at its own place."""
    place = (document.height, document.index)
    filing = Filing(
        right=document.right,
        application_number_text=document.application_number_text,
        filing_date=document.filing_date,
        receiving_office_code=document.receiving_office_code or None,
        priority_claim_bag=tuple(
            PriorityClaim(
                ip_office_code=claim.ip_office_code,
                application_number_text=claim.application_number_text,
                filing_date=claim.filing_date,
                right=claim.right,
            )
            for claim in document.priority_claim_bag
            if _made_at(claim) == place
        ),
        related_filing_bag=tuple(
            RelatedFiling(
                relation=related.relation,
                ip_office_code=related.ip_office_code,
                application_number_text=related.application_number_text,
                filing_date=related.filing_date,
                right=related.right,
            )
            for related in document.related_filing_bag
        ),
    )
    return ListedFiling(document.ip_office_code, filing)


def has_changed_claims(document: FilingDocument) -> bool:
    """Whether claims were added, corrected, withdrawn or restored since the filing was entered."""
    place = (document.height, document.index)
    return any(
        _made_at(claim) != place or len(claim.history_bag) > 1
        for claim in document.priority_claim_bag
    )


def _made_at(claim: ClaimDocument) -> tuple[int, int]:
    """Height and index of the entry that made the claim."""
    made = claim.history_bag[0]
    return made.height, made.index
