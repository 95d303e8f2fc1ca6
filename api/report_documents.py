"""Reports, what is withheld of them and who read them, as JSON."""

from datetime import date

import msgspec

from api.moments import Moment
from ledger.register.entries import (
    DisputeAction,
    DocumentDigest,
    LegalGround,
    MediaType,
    ReportCategory,
)
from ledger.register.keys import filing_id
from ledger.register.reader import RegisterReader
from ledger.register.report_access import ReadingReason, Readings
from ledger.register.report_keys import (
    depositing_office,
    report_digest,
    report_id,
)
from ledger.register.report_records import WithholdingRecord
from ledger.register.reports import DepositedReport, filing_of, load_withholdings
from node.reports.uploads import Upload


class _Document(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    pass


class WithholdingRequest(_Document, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """This node's office withholds its reports on a filing, or one of them, or no longer does."""

    filing_id: str
    document_digest: DocumentDigest | None = None
    """The one report; none: all on this filing, also those to come."""
    action: DisputeAction
    legal_ground: LegalGround | None = None
    """`raise`: needed."""
    reason_text: str = ""
    """`raise`: the provision, such as `EPC Rule 144(d)`, in at most 200 characters."""
    decision_date: date


class WithholdingDocument(_Document, frozen=True, kw_only=True):
    """That an office withholds, or withheld, a report."""

    ip_office_code: str
    legal_ground: LegalGround
    reason_text: str
    decision_date: date
    is_of_all_reports: bool
    """Of the filing, and not of this one alone."""
    height: int
    """Where it was raised."""
    index: int
    withdrawn_on: date | None = None
    """None: it stands."""
    withdrawal_reason_text: str = ""
    withdrawn_height: int = 0
    withdrawn_index: int = 0


class ReportDocument(_Document, frozen=True, kw_only=True, omit_defaults=False):
    """A report that was deposited, and whether this node's office may read it."""

    report_id: str
    filing_id: str
    """The filing that it is about, as it is known now."""
    depositing_office_code: str
    report_category: ReportCategory
    document_date: date
    language_code: str
    media_type: MediaType
    document_size: int
    """Bytes."""
    document_digest: str
    """SHA-256."""
    height: int
    index: int
    may_read: bool
    reading_reason: ReadingReason
    """Why this office may or may not read it (register.md D4)."""
    own_filing_id: str
    """The filing of this office that belongs to the family; empty: there is none, or none is needed."""
    withholding_bag: tuple[WithholdingDocument, ...]
    """The oldest first, those taken back included."""
    fact_key: str
    """Under which the register holds it: `GET /state-evidence/{key}` proves that, of a sealed filing to its family."""


class ReportPage(_Document, frozen=True, kw_only=True, omit_defaults=False):
    """The reports on one filing, the oldest first."""

    filing_id: str
    reports: tuple[ReportDocument, ...]


class UploadDocument(_Document, frozen=True, kw_only=True, omit_defaults=False):
    """A document that came in part."""

    upload_id: str
    filing_id: str
    """As it was asked."""
    report_category: ReportCategory
    document_date: date
    language_code: str
    media_type: MediaType
    document_size: int
    """Bytes of the whole."""
    document_digest: str
    """SHA-256 of the whole."""
    upload_offset: int
    """Bytes that came."""
    seconds_left: int
    """For so long it can be gone on with if nothing more comes."""


class UploadPage(_Document, frozen=True, kw_only=True, omit_defaults=False):
    """Unfinished uploads."""

    uploads: tuple[UploadDocument, ...]


class AccessDocument(_Document, frozen=True, kw_only=True):
    """That the depositing office granted a reading."""

    reading_office_code: str
    height: int
    index: int
    block_time: Moment
    fact_key: str
    """Under which the register holds it: `GET /state-evidence/{key}` proves that."""


class ReportHistory(_Document, frozen=True, kw_only=True, omit_defaults=False):
    """A report with all that the ledger says became of it."""

    report: ReportDocument
    deposit_time: Moment
    access_bag: tuple[AccessDocument, ...]
    """The oldest first; of one office 200 at most."""
    is_complete: bool
    """Whether the readings are all that the ledger holds. Each office that was granted one is among them."""


def report_document(
    reader: RegisterReader, readings: Readings, report: DepositedReport
) -> ReportDocument:
    """A report fact as JSON, with what is said of its reading."""
    record, reading = report.record, readings.judge(report.key)
    return ReportDocument(
        report_id=report_id(report.key),
        filing_id=filing_id(filing_of(reader, report.key)),
        depositing_office_code=depositing_office(report.key),
        report_category=record.category,
        document_date=record.document_date,
        language_code=record.language,
        media_type=record.media_type,
        document_size=record.size,
        document_digest=report_digest(report.key),
        height=record.height,
        index=record.index,
        may_read=reading.is_granted,
        reading_reason=reading.reason,
        own_filing_id=reading.member,
        withholding_bag=tuple(
            _withholding_document(by, one) for by, one in load_withholdings(reader.get, report.key)
        ),
        fact_key=report.key.decode(),
    )


def upload_document(upload: Upload, offset: int, seconds_left: int) -> UploadDocument:
    """An unfinished upload as JSON."""
    entry = upload.state.entry
    return UploadDocument(
        upload_id=upload.identifier,
        filing_id=upload.state.filing_id,
        report_category=entry.report_category,
        document_date=entry.document_date,
        language_code=entry.language_code,
        media_type=entry.media_type,
        document_size=entry.document_size,
        document_digest=entry.document_digest,
        upload_offset=offset,
        seconds_left=seconds_left,
    )


def _withholding_document(office: str, withholding: WithholdingRecord) -> WithholdingDocument:
    return WithholdingDocument(
        ip_office_code=office,
        legal_ground=withholding.ground,
        reason_text=withholding.reason,
        decision_date=withholding.decided_on,
        is_of_all_reports=not withholding.digest,
        height=withholding.height,
        index=withholding.index,
        withdrawn_on=withholding.withdrawn_on,
        withdrawal_reason_text=withholding.withdrawal_reason,
        withdrawn_height=withholding.withdrawn_height,
        withdrawn_index=withholding.withdrawn_index,
    )
