"""Why a report cannot be deposited or read."""

from ledger.register.confirmed_claims import OBJECTION_DAYS
from ledger.register.report_access import Reading


class ReportError(Exception):
    """Base of these reasons; never raised itself."""


class UnknownReportError(ReportError):
    """No such report, or none that the asking office may know of."""


class ReadingRefusedError(ReportError):
    """The office may not read the report, by the ledger."""

    def __init__(self, office: str, reading: Reading) -> None:
        super().__init__(_sentence(office, reading))
        self.reading = reading


class RefusedByOfficeError(ReportError):
    """The depositing office refused a reading that this node held for right."""

    def __init__(self, office: str, reason: str, detail: str) -> None:
        super().__init__(f"The node of {office} refused: {detail or reason}")
        self.reason = reason


class DepositingNodeUnreachableError(ReportError):
    """The node of the depositing office does not answer, or not as it should. Trying again may help."""

    def __init__(self, office: str, cause: str, *, is_there: bool = False) -> None:
        super().__init__(f"The node of {office} is not reachable, try again: {cause}")
        self.is_there = is_there
        """Whether something there said that it takes no request yet: a node that just started, or has much to do."""


class TransferUnderWayError(ReportError):
    """The document is still coming. Asking again goes on waiting."""


class BusyError(ReportError):
    """Too many documents are on their way already."""


class UnknownUploadError(ReportError):
    """There is no such upload, or it is another token's, or its time is over."""


class MismatchingOffsetError(ReportError):
    """What is sent does not follow what came: the upload goes on at another byte."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(f"{reason}; the upload goes on at byte {offset}")
        self.offset = offset


class DocumentLostError(ReportError):
    """The office's own document is missing or damaged."""


class MediaTypeDiffersError(ReportError):
    """The document does not begin as its media type says."""


def _sentence(office: str, reading: Reading) -> str:
    if reading.reason == "notInFamily":
        return f"{office} has no registered filing in the extended family of the filing that the report is about."
    if reading.reason == "familyTooLarge":
        return "The family is too large to be found whole, so nobody can say whether the report may be read."
    if reading.reason == "claimNotConfirmed":
        return (
            "The filing that the report is about is not published, and the claim by which"
            f" {reading.member} belongs to its family is not confirmed: it must name a registered"
            f" filing by its date, and stand undisputed for {OBJECTION_DAYS} days."
        )
    withholding = reading.withholding
    assert withholding is not None
    return (
        f"{reading.withholding_office} withholds it since {withholding.decided_on}:"
        f" {withholding.ground}, {withholding.reason}."
    )
