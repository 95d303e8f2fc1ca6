"""Tiny builders for tests of reports."""

from hashlib import sha256

from register_builders import claim, day, filing, of

from ledger.register.confirmed_claims import TimeOf
from ledger.register.entries import (
    DisputeAction,
    Event,
    LegalGround,
    Report,
    ReportAccess,
    ReportCategory,
    Withholding,
)
from ledger.register.reader import RegisterReader
from ledger.register.report_access import Reading, judge_reading

FIRST = filing("2012900001", "2012-03-13")
"""Of AU, as the second filing is of EP."""
SECOND = filing("12811111", "2013-03-11", claim("AU", "2012900001", "2012-03-13"))
FILE = b"fAUP2012900001"
SUBJECT = "AU.patent.2012900001"
ACCESS = "AAAAAAAAAAAAAAAAAAAAAA"


def digest(text: str = "search report") -> str:
    return sha256(text.encode()).hexdigest()


def report(
    text: str = "search report",
    number: str = "2012900001",
    *,
    category: ReportCategory = "searchReport",
    dated: str = "2012-09-01",
    office: str | None = None,
) -> Report:
    return Report(
        filing=of(number),
        filing_office_code=office,
        report_category=category,
        document_date=day(dated),
        language_code="en",
        media_type="application/pdf",
        document_digest=digest(text),
        document_size=len(text),
    )


def withholding(
    text: str | None = None,
    *,
    action: DisputeAction = "raise",
    ground: LegalGround | None = "applicantRequest",
    reason: str = "EPC Rule 144(d)",
    decided: str = "2012-10-01",
    number: str = "2012900001",
    office: str | None = None,
) -> Withholding:
    return Withholding(
        filing=of(number),
        filing_office_code=office,
        document_digest=None if text is None else digest(text),
        action=action,
        legal_ground=ground,
        reason_text=reason,
        decision_date=day(decided),
    )


def access(
    reading_office: str = "EP", text: str = "search report", identifier: str = ACCESS
) -> ReportAccess:
    return ReportAccess(
        report_identifier=f"{SUBJECT}.AU.{digest(text)}",
        reading_office_code=reading_office,
        access_identifier=identifier,
    )


def judged(
    reader: RegisterReader, office: str, report: bytes, time_of: TimeOf = lambda _: 0
) -> Reading:
    """Whether an office may read a report; where no times are given, all claims have stood for long."""
    return judge_reading(reader, office, report, time_of)


def published(number: str = "2012900001", dated: str = "2013-09-13") -> Event:
    return Event(filing=of(number), event_category="published", event_date=day(dated))
