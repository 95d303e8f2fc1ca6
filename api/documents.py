"""Every document that the description names by reference."""

from typing import Final

from api.authority.definition import AuthorityDefinition
from api.filing_documents import FilingDocument, FilingHistory, FilingPage
from api.ledger_documents import BlockDocument, BlockPage, CertificateDocument
from api.notice_documents import NoticePageDocument
from api.office_documents import (
    ClosedDaysDocument,
    CoverageDocument,
    OfficeDocument,
    OfficePage,
)
from api.report_documents import (
    ReportDocument,
    ReportHistory,
    ReportPage,
    UploadPage,
    WithholdingRequest,
)
from api.schemas import (
    BulkReport,
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
from api.sealed_documents import SealedFilingPage
from api.verification_list import VerificationReport
from ledger.proof.consistency import ConsistencyDocument
from ledger.proof.document import ProofDocument
from ledger.proof.filing_question import NamedFiling
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
from node.sealed.documents import (
    ClaimRequest,
    OpeningRequest,
    SealedFilingName,
    SealedFilingRequest,
    SealedReceipt,
)
from node.sealed.receipts import OwnSealedFiling

DOCUMENTS: Final[tuple[type, ...]] = (
    AuthorityDefinition,
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
    OpeningRequest,
    OwnSealedFiling,
    NoticePageDocument,
    NumberForms,
    PriorityRequest,
    Readiness,
    ReceiptDocument,
    Registration,
    ReportDocument,
    ReportHistory,
    ReportPage,
    RequestReport,
    SealedFilingName,
    SealedFilingPage,
    SealedFilingRequest,
    SealedReceipt,
    StateEvidenceDocument,
    ProofDocument,
    ConsistencyDocument,
    NamedFiling,
    StatusDocument,
    SubmissionReport,
    Verification,
    VerificationReport,
    UploadPage,
    WithholdingRequest,
)
