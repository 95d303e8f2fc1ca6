"""Reports named in a path."""

from typing import Annotated

from fastapi import Path

from api.explain import FieldError
from api.problems import ProblemError
from ledger.register.reader import RegisterReader
from ledger.register.report_access import knows_of
from ledger.register.report_keys import MalformedReportIdError, parse_report_id
from ledger.register.reports import DepositedReport, load_report
from node.service import RegisterService

ReportId = Annotated[
    str,
    Path(
        max_length=240,
        description="filing.depositingOffice.documentDigest",
        examples=[f"AU.patent.2013287263.AU.{'9f' * 32}"],
    ),
]


def load_visible(
    service: RegisterService, reader: RegisterReader, identifier: str
) -> DepositedReport:
    """The report with this id, if this office may know of it.

    Raises:
        ProblemError: 400, it does not have the form of an id; 404, there is none.
    """
    try:
        key = parse_report_id(identifier)
    except MalformedReportIdError:
        expected = "filing.depositingOffice.documentDigest, as the list of reports has it"
        fault = FieldError("report", expected, identifier[:80])
        raise ProblemError("invalid-parameter", errors=(fault,)) from None
    found = load_report(reader, key)
    if found is None or not knows_of(reader, service.office, key):
        raise ProblemError("not-found", "The register holds no such report.")
    return found
