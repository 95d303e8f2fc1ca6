"""Registered filings as entries that can be imported elsewhere: as they were filed, without what became of them."""

from collections.abc import Iterable

from api.filing_documents import ClaimDocument, FilingDocument, RelatedDocument
from api.formats.row import ListedFiling
from ledger.register.entries import Filing, PriorityClaim, RelatedFiling
from ledger.register.filing import ClaimRecord, FilingRecord, RelatedRecord
from ledger.register.keys import RIGHTS, filing_id


class SealedClaimError(ValueError):
    """A filing names a sealed one: no form of a list carries that."""


def as_filed(key: bytes, record: FilingRecord) -> ListedFiling:
    """The filing with this fact key: without later claims, and with claims as they were made.

    Raises:
        SealedClaimError: it names a sealed filing that is not opened.
    """
    claims = record.claims[: record.claims_filed]
    _expect_open(filing_id(key), (*claims, *record.related))
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
            for claim in claims
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
    """The same, of a filing as the API answers it.

    Raises:
        SealedClaimError: it names a sealed filing that is not opened.
    """
    claims = [claim for claim in document.priority_claim_bag if _came_with_filing(claim)]
    _expect_open(document.filing_id, (*claims, *document.related_filing_bag))
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
            for claim in claims
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
    return any(
        not _came_with_filing(claim) or len(claim.history_bag) > 1
        for claim in document.priority_claim_bag
    )


def _came_with_filing(claim: ClaimDocument) -> bool:
    """Whether it was made by the filing, or its opening: no office decided it later."""
    return claim.history_bag[0].decided_on is None


def _expect_open(
    identifier: str, named: Iterable[ClaimRecord | RelatedRecord | ClaimDocument | RelatedDocument]
) -> None:
    if any(one.claim_key and not one.match_key for one in named):
        raise SealedClaimError(f"{identifier} names a sealed filing, which no list can carry")
