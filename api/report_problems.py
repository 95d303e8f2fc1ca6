"""Why a report cannot be deposited or read, as problems."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from api.problems import ProblemError
from ledger.register.report_keys import depositing_office, report_digest, report_id
from ledger.register.reports import DepositedReport
from node.reports.document_errors import AlteredDocumentError
from node.reports.document_store import StoreFullError
from node.reports.errors import (
    BusyError,
    DepositingNodeUnreachableError,
    DocumentLostError,
    MediaTypeDiffersError,
    MismatchingOffsetError,
    ReadingRefusedError,
    RefusedByOfficeError,
    ReportError,
    TransferUnderWayError,
    UnknownReportError,
    UnknownUploadError,
)

RETRY_SECONDS: Final = 5
REFUSALS: Final = {
    "notInFamily": "NOT_IN_FAMILY",
    "familyTooLarge": "FAMILY_TOO_LARGE",
    "withheld": "REPORT_WITHHELD",
    "claimNotConfirmed": "CLAIM_NOT_CONFIRMED",
}
"""Reason codes of a reading that the ledger does not let an office make."""
_LATER: Final = {"Retry-After": str(RETRY_SECONDS)}
_CODES: Final[dict[type[Exception], tuple[str, dict[str, str]]]] = {
    UnknownReportError: ("not-found", {}),
    UnknownUploadError: ("not-found", {}),
    MismatchingOffsetError: ("mismatching-upload-offset", {}),
    DepositingNodeUnreachableError: ("depositing-office-unreachable", _LATER),
    TransferUnderWayError: ("transfer-under-way", _LATER),
    BusyError: ("overloaded", _LATER),
    DocumentLostError: ("document-lost", {}),
    MediaTypeDiffersError: ("document-differs", {}),
    AlteredDocumentError: ("document-altered", {}),
    StoreFullError: ("storage-full", {}),
}


@contextmanager
def as_problems(
    report: DepositedReport | None = None, *, in_deposit: bool = False
) -> Iterator[None]:
    """Raise what is wrong with a report as a problem, which says what is known of it where it cannot be had.

    In a deposit, a document that is not the one announced is the client's fault, and the rest of its request is not
    read: the connection ends.

    Raises:
        ProblemError: instead of ReportError, AlteredDocumentError and StoreFullError.
    """
    try:
        yield
    except ReadingRefusedError as error:
        reason = REFUSALS.get(error.reading.reason, "")
        raise ProblemError("report-not-readable", str(error), reason=reason) from None
    except RefusedByOfficeError as error:
        raise ProblemError("report-not-readable", str(error), reason=error.reason) from None
    except (ReportError, AlteredDocumentError, StoreFullError) as error:
        code, further = _CODES[type(error)]
        headers = dict(further)
        if in_deposit:
            code = "document-differs" if code == "document-altered" else code
            headers["Connection"] = "close"
        if isinstance(error, MismatchingOffsetError):
            headers["Upload-Offset"] = str(error.offset)
        known = "" if report is None else f" {what_is_known(report)}"
        detail = (
            str(error).rstrip(".") + "." + (known if further or code == "document-altered" else "")
        )
        raise ProblemError(code, detail, headers=headers) from error


def closing(error: ProblemError) -> ProblemError:
    """The problem, after which the connection ends: the rest of the body is not read."""
    error.headers["Connection"] = "close"
    return error


def what_is_known(report: DepositedReport) -> str:
    """What the ledger says of a report, in a sentence."""
    record = report.record
    return (
        f"Known of {report_id(report.key)}: {record.category} of {record.document_date}, {record.media_type},"
        f" {record.size:,} bytes, SHA-256 {report_digest(report.key)}, deposited by {depositing_office(report.key)}"
        f" at height {record.height}."
    )
