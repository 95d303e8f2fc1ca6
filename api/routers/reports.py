"""`/reports`: search and examination reports, their documents, and who read them."""

from functools import partial
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.answers import height_headers, json_response, read_document
from api.dependencies import (
    MayReadReports,
    MayRegister,
    Reader,
    Service,
    Settings,
    reports_of,
    turns_of,
)
from api.description import answer, content, request_body
from api.filing_paths import load_known
from api.moments import moment_text
from api.query_check import CheckedRoute
from api.registration import IDEMPOTENCY_KEY, register_one, request_key_of
from api.report_content import ContentResponse, asked_part, content_headers
from api.report_documents import (
    AccessDocument,
    ReportDocument,
    ReportHistory,
    ReportPage,
    WithholdingRequest,
    report_document,
)
from api.report_paths import ReportId, load_visible
from api.report_problems import as_problems
from api.routers.report_deposits import BINARY
from api.schemas import Registration
from ledger.register.entries import Withholding
from ledger.register.reader import RegisterReader
from ledger.register.report_access import Readings
from ledger.register.reports import load_accesses, load_reports
from node.service import RegisterService

_withholding: Final = msgspec.json.Decoder(WithholdingRequest)
_WITHHOLDING: Final = {
    "filingId": "AU.patent.2013287263",
    "action": "raise",
    "legalGround": "applicantRequest",
    "reasonText": "PCT Rule 94.1(e)",
    "decisionDate": "2026-11-21",
}

router = APIRouter(prefix="/reports", tags=["reports"], route_class=CheckedRoute)


@router.get(
    "",
    operation_id="listReports",
    summary="The reports on a filing",
    responses={200: answer("The reports, the oldest first.", ReportPage)},
)
async def list_reports(
    request: Request,
    service: Service,
    reader: Reader,
    filing: Annotated[str, Query(max_length=100, description="office.right.matchKey")],
    _role: MayReadReports,
) -> Response:
    """All reports that any office deposited on a filing, and which of them this office may read."""
    async with turns_of(request).walks.taken():
        known = load_known(reader, service.office, filing)
        readings = Readings(reader, service.office, service.ledger.time_of)
        reports = load_reports(reader, known.key)
        page = ReportPage(
            filing_id=known.identifier,
            reports=tuple(report_document(reader, readings, report) for report in reports),
        )
    return json_response(page, headers=_private(reader))


@router.post(
    "/withholdings",
    operation_id="withholdReports",
    summary="Withhold reports on a filing, or no longer do",
    responses={201: answer("The withholding is final.", Registration)},
    openapi_extra={
        **request_body(content(WithholdingRequest, _WITHHOLDING)),
        "parameters": [IDEMPOTENCY_KEY],
    },
)
async def withhold_reports(
    request: Request, service: Service, settings: Settings, _role: MayRegister
) -> Response:
    """Keeps reports of this office from the other offices, with the legal ground and the provision; or ends that."""
    asked = await read_document(request, _withholding, settings.document_bytes_max)
    known = load_known(service.reader, service.office, asked.filing_id)
    entry = Withholding(
        filing=known.reference,
        filing_office_code=known.office,
        document_digest=asked.document_digest,
        action=asked.action,
        legal_ground=asked.legal_ground,
        reason_text=asked.reason_text,
        decision_date=asked.decision_date,
        request_key=request_key_of(request),
    )
    return await register_one(service, entry)


@router.get(
    "/{report}",
    operation_id="getReport",
    summary="What the ledger says of a report",
    responses={200: answer("The report.", ReportDocument)},
)
async def get_report(
    request: Request, service: Service, reader: Reader, report: ReportId, _role: MayReadReports
) -> Response:
    """A report, without its document: whose it is, what it is, and whether this office may read it."""
    async with turns_of(request).walks.taken():
        found = load_visible(service, reader, report)
        document = report_document(
            reader, Readings(reader, service.office, service.ledger.time_of), found
        )
    return json_response(document, headers=_private(reader))


@router.get(
    "/{report}/history",
    operation_id="getReportHistory",
    summary="Who was granted a report, and what was withheld when",
    responses={200: answer("Deposit, withholdings and readings.", ReportHistory)},
)
async def get_report_history(
    request: Request, service: Service, reader: Reader, report: ReportId, _role: MayReadReports
) -> Response:
    """Everything that the ledger says became of a report: each reading was entered before it was granted."""
    async with turns_of(request).walks.taken():
        found = load_visible(service, reader, report)
        document = report_document(
            reader, Readings(reader, service.office, service.ledger.time_of), found
        )
        granted_readings = load_accesses(reader, found.key)
        accesses = tuple(
            AccessDocument(
                reading_office_code=granted.office,
                height=granted.record.height,
                index=granted.record.index,
                block_time=_time_of(service, granted.record.height),
                fact_key=granted.key.decode(),
            )
            for granted in granted_readings.readings
        )
    history = ReportHistory(
        report=document,
        deposit_time=_time_of(service, found.record.height),
        access_bag=accesses,
        is_complete=granted_readings.is_complete,
    )
    return json_response(history, headers=_private(reader))


@router.get(
    "/{report}/content",
    operation_id="getReportContent",
    summary="The document of a report",
    responses={
        200: {"description": "The document, checked against the ledger.", "content": BINARY},
        206: {"description": "The part that `Range` asks for.", "content": BINARY},
    },
)
async def get_report_content(
    request: Request, service: Service, report: ReportId, _role: MayReadReports
) -> Response:
    """The document, which this node fetches from the node of the depositing office, if it is not its own.

    It is handed out once it is here as a whole and its SHA-256 is the ledger's. `Range` asks for a part of it.
    """
    desk = reports_of(service)
    async with turns_of(request).walks.taken():
        found = load_visible(service, service.reader, report)
    part = asked_part(request, found)
    token = str(request.scope["state"]["token_id"])
    with as_problems(found):
        desk.places.take(token)
        try:
            document = await desk.open(found, desk.settings.wait_seconds)
        except BaseException:
            desk.places.leave(token)
            raise
    headers = content_headers(found, part)
    return ContentResponse(document, part, headers, partial(desk.places.leave, token))


def _time_of(service: RegisterService, height: int) -> str:
    return moment_text(service.ledger.header(height).time_ms)


def _private(reader: RegisterReader) -> dict[str, str]:
    return {**height_headers(reader), "Cache-Control": "private, no-store"}
