"""Every document that the description names by reference."""

from typing import Final

from api.filing_documents import FilingDocument, FilingHistory, FilingPage
from api.ledger_documents import BlockDocument, BlockPage, CertificateDocument
from api.office_documents import (
    ClosedDaysDocument,
    CoverageDocument,
    OfficeDocument,
    OfficePage,
)
from api.schemas import (
    BulkReport,
    ClaimRequest,
    ClosedDaysRequest,
    CoverageRequest,
    DisputeRequest,
    EventRequest,
    EvidenceDocument,
    Readiness,
    Registration,
    RequestReport,
    StatusDocument,
    SubmissionReport,
)
from api.verification_list import VerificationReport
from ledger.receipt_json import ReceiptDocument, StateEvidenceDocument
from ledger.register.entries import Claim, Filing
from ledger.register.family import Family
from ledger.register.number_forms import NumberForms
from ledger.register.verification import (
    FilingQuestion,
    FilingVerification,
    PriorityRequest,
    Verification,
)

DOCUMENTS: Final[tuple[type, ...]] = (
    BlockDocument,
    BlockPage,
    BulkReport,
    CertificateDocument,
    Claim,
    ClaimRequest,
    ClosedDaysDocument,
    ClosedDaysRequest,
    CoverageDocument,
    CoverageRequest,
    DisputeRequest,
    EventRequest,
    EvidenceDocument,
    Family,
    Filing,
    FilingDocument,
    FilingHistory,
    FilingPage,
    FilingQuestion,
    FilingVerification,
    OfficeDocument,
    OfficePage,
    NumberForms,
    PriorityRequest,
    Readiness,
    ReceiptDocument,
    Registration,
    RequestReport,
    StateEvidenceDocument,
    StatusDocument,
    SubmissionReport,
    Verification,
    VerificationReport,
)
