"""Enters reports, and the readings that their depositing office granted (register.md D1 to D3, D5)."""

from typing import Final

from ledger.register.applied import Applied, Get, Position, accepted, rejected, repeated
from ledger.register.apply_changes import FoundFiling, find_filing
from ledger.register.entries import FilingReference, Report, ReportAccess, ReportCategory
from ledger.register.filing import FilingRecord, encode
from ledger.register.keys import history_link
from ledger.register.offices import office_code
from ledger.register.report_keys import (
    MalformedReportIdError,
    access_key,
    depositing_office,
    parse_report_id,
    report_count_key,
    report_id,
    report_key,
)
from ledger.register.report_records import (
    AccessRecord,
    ReportRecord,
    decode_access,
    decode_report,
)
from ledger.register.reports import withheld_by

REPORTS_MAX: Final = 1_000
"""Reports of one office on one filing."""
INTERNATIONAL: Final = "WO"
"""On whose filings other offices deposit, too: they search and examine for it (PCT Art. 15, 31)."""
OF_INTERNATIONAL_AUTHORITIES: Final[frozenset[ReportCategory]] = frozenset(
    ("searchReport", "writtenOpinion", "examinationReport", "citations", "translation")
)
"""PCT Art. 18, 35, Rules 43, 43bis, 70, 72."""

_COUNT_SIZE: Final = 4


def apply_report(get: Get, office: str, report: Report, position: Position) -> Applied:
    """Return the outcome of a deposit."""
    found = find_reported(get, office, report.filing, report.filing_office_code)
    if isinstance(found, Applied):
        return found
    is_own = found.key[1:3].decode() == office
    if not is_own and report.report_category not in OF_INTERNATIONAL_AUTHORITIES:
        return rejected("REPORT_CATEGORY_UNFIT", found.subject)
    file = found.home
    key = report_key(file, office, report.document_digest)
    record = ReportRecord(
        report.report_category,
        report.document_date,
        report.language_code,
        report.media_type,
        report.document_size,
        position.height,
        position.index,
    )
    known = get(key)
    if known is not None:
        return _apply_known(decode_report(known), record, report_id(key))
    count_key = report_count_key(file, office)
    count = int.from_bytes(get(count_key) or b"", "big")
    if count >= REPORTS_MAX:
        return rejected("TOO_MANY_REPORTS", found.subject)
    warnings = []
    filed = found.record.filing_date if isinstance(found.record, FilingRecord) else None
    if filed is not None and report.document_date < filed:
        warnings.append("REPORT_BEFORE_FILING")
    if report.document_date.toordinal() > position.day + 1:
        warnings.append("REPORT_DATE_IN_FUTURE")
    counted = (count_key, (count + 1).to_bytes(_COUNT_SIZE, "big"))
    history = (history_link(file, position.height, position.index), b"")
    facts = ((key, encode(record)), counted)
    return Applied(accepted(warnings, report_id(key)), facts, (history,))


def find_reported(
    get: Get, office: str, reference: FilingReference, named: str | None
) -> FoundFiling | Applied:
    """Return the filing that an entry about reports of `office` points at, or the refusal.

    It is one of the office's own, or of WO (PCT Art. 15, 31).
    """
    filing_office = office if named is None else office_code(named)
    if filing_office not in (office, INTERNATIONAL):
        reason = "REPORT_OFFICE_DIFFERS" if filing_office else "OFFICE_UNKNOWN"
        return rejected(reason, office)
    return find_filing(get, filing_office, reference)


def _apply_known(known: ReportRecord, record: ReportRecord, subject: str) -> Applied:
    """Return what a document gets that the office deposited on this filing before."""
    if _content(known) != _content(record):
        return rejected("REPORT_CONFLICT", subject)
    return repeated(subject, known.height, known.index)


def _content(record: ReportRecord) -> tuple[object, ...]:
    return (
        record.category,
        record.document_date,
        record.language,
        record.media_type,
        record.size,
    )


def apply_report_access(get: Get, office: str, access: ReportAccess, position: Position) -> Applied:
    """Return the outcome of a reading that the office granted.

    None is granted while the report is withheld, whatever its node knew when it judged. Whether the reading office
    is of the family was judged by that node, at the height that it knew; anybody can judge it again.
    """
    try:
        key = parse_report_id(access.report_identifier)
    except MalformedReportIdError:
        return rejected("REPORT_NOT_FOUND", office)
    reading = office_code(access.reading_office_code)
    subject = report_id(key)
    reason = _access_refusal(get, office, reading, key)
    if reason:
        return rejected(reason, subject)
    granted = access_key(key, reading, access.access_identifier)
    data = get(granted)
    if data is not None:
        known = decode_access(data)
        return repeated(subject, known.height, known.index)
    if withheld_by(get, key) is not None:
        return rejected("REPORT_WITHHELD", subject)
    record = AccessRecord(position.height, position.index)
    return Applied(accepted([], subject), ((granted, encode(record)),))


def _access_refusal(get: Get, office: str, reading: str, report: bytes) -> str:
    """Return why an office cannot grant another one this report at any time; empty: it can."""
    if get(report) is None:
        return "REPORT_NOT_FOUND"
    if depositing_office(report) != office:
        return "REPORT_OFFICE_DIFFERS"
    return "" if reading and reading != office else "READING_OFFICE_UNFIT"
