"""Many sealed filings opened at once, each reported with its row."""

from collections.abc import Sequence

from starlette.responses import Response

from api.answers import json_response
from api.confidential import problem_of
from api.problems import ProblemError
from api.registration import entry_report
from api.schemas import BulkReport, RowCounts, RowReport
from ledger.register.entries import Opening
from ledger.register.filing import MalformedFilingIdError, parse_filing_id
from ledger.register.keys import is_sealed
from ledger.register.offices import office_code
from node.sealed.codes import KnownFiling
from node.sealed.desk import SealedDesk, UnknownCodeError
from node.sealed.documents import OpeningRequest, SealedFilingName
from node.sealed.given import UnclearClaimError
from node.sealed.sealing import RefusedError
from node.service import EntryReceipt, RegisterService


async def open_rows(
    service: RegisterService,
    desk: SealedDesk,
    asked: Sequence[str | SealedFilingName],
    *,
    open_withdrawn: bool,
) -> Response:
    """Open what is named by id or number, and answer with what became of each row.

    What was withdrawn is opened only where the request says so.

    Raises:
        ServiceError: as `RegisterService.register`; nothing or all of it may become final.
    """
    reports: dict[int, RowReport] = {}
    entries: dict[int, Opening] = {}
    for row, name in enumerate(asked, 1):
        try:
            known = _known(desk, name)
            entries[row] = await desk.opening_entry(
                known, OpeningRequest(open_withdrawn=open_withdrawn)
            )
        except (UnknownCodeError, UnclearClaimError, RefusedError) as error:
            is_form = isinstance(error, UnclearClaimError)
            reports[row] = _refused(row, problem_of(error), is_form=is_form)
    receipts: list[EntryReceipt] = await service.register(list(entries.values()))
    for (row, entry), receipt in zip(entries.items(), receipts, strict=True):
        reports[row] = entry_report(service.reader, row, entry, receipt)
    rows = tuple(reports[row] for row in sorted(reports))
    counts = dict.fromkeys(RowCounts.__struct_fields__, 0)
    for report in rows:
        counts[report.status] += 1
    headers = {"Register-Height": str(service.ledger.height)}
    return json_response(BulkReport(counts=RowCounts(**counts), rows=rows), headers=headers)


def _known(desk: SealedDesk, name: str | SealedFilingName) -> KnownFiling:
    """The own filing that a row names.

    Raises:
        UnknownCodeError, UnclearClaimError: as `SealedDesk.named`.
    """
    if isinstance(name, SealedFilingName):
        return desk.named(name)
    try:
        key = parse_filing_id(name)
    except MalformedFilingIdError:
        expected = "the id of a sealed filing, or its right and number"
        raise UnclearClaimError("filingId", expected) from None
    if not is_sealed(key) or office_code(name[:2]) != desk.office:
        raise UnclearClaimError("filingId", f"the id of a sealed filing of {desk.office}")
    return desk.own(key[4:].decode())


def _refused(row: int, problem: ProblemError, *, is_form: bool) -> RowReport:
    return RowReport(
        row=row,
        status="malformed" if is_form else "rejected",
        reason_code=problem.reason,
        errors=problem.errors,
    )
