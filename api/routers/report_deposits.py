"""`POST /reports`: a report is deposited, in one request or in several."""

from datetime import date
from typing import Annotated, Final, get_args

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.answers import media_type_of
from api.dependencies import MayRegister, Service, reports_of
from api.description import JsonObject, answer, request_body
from api.filing_paths import load_known
from api.query_check import CheckedRoute
from api.registration import IDEMPOTENCY_KEY, registered, request_key_of
from api.rejections import rejection
from api.report_digests import DIGEST_HELP, stated_digest
from api.report_problems import as_problems, closing
from api.resumable_uploads import (
    UPLOAD_FIELDS,
    completed,
    is_begun_here,
    stated_length,
    upload_headers,
)
from api.routers.report_uploads import append_to
from api.schemas import Registration
from ledger.register.entries import DOCUMENT_SIZE_MAX, MediaType, Report, ReportCategory
from node.reports.desk import ReportDesk
from node.reports.upload_files import UploadState
from node.service import RegisterService

MEDIA_TYPES: Final[tuple[MediaType, ...]] = get_args(MediaType)
BINARY: Final[dict[str, JsonObject]] = {
    media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in MEDIA_TYPES
}

router = APIRouter(prefix="/reports", tags=["reports"], route_class=CheckedRoute)


@router.post(
    "",
    operation_id="depositReport",
    summary="Deposit a report on a filing, or begin to",
    responses={
        201: answer(
            "The report is deposited; or, with `Upload-Complete: ?0`, the upload in `Location` is begun.",
            Registration,
            None,
            "Location",
            "Upload-Complete",
            "Upload-Offset",
            "Upload-Limit",
        )
    },
    openapi_extra={
        **request_body(BINARY),
        "parameters": [
            IDEMPOTENCY_KEY,
            *UPLOAD_FIELDS,
            *(
                {
                    "name": name,
                    "in": "header",
                    "required": False,
                    "description": f"{DIGEST_HELP}; needed {when}.",
                    "schema": {"type": "string"},
                }
                for name, when in (
                    ("Content-Digest", "where the document comes in one request"),
                    ("Repr-Digest", "with `Upload-Complete: ?0`"),
                )
            ),
        ],
    },
)
async def deposit_report(
    *,
    request: Request,
    service: Service,
    filing: Annotated[str, Query(max_length=100, description="Of this office, or of WO.")],
    category: Annotated[ReportCategory, Query()],
    document_date: Annotated[date, Query(alias="documentDate")],
    language: Annotated[str, Query(pattern="^[a-z]{2}$", description="ISO 639-1")],
    _role: MayRegister,
) -> Response:
    """Takes a document in as it comes, and registers that it is here. It stays at this node, encrypted.

    The body is the document. Its SHA-256 is computed and compared with the one that `Content-Digest` states. With
    `Upload-Complete: ?0`, `Upload-Length` and `Repr-Digest` it is the beginning of the document, or nothing: the rest
    is sent to the upload, in as many requests as it takes.
    """
    desk = reports_of(service)
    is_upload = is_begun_here(request)
    media_type = media_type_of(request, MEDIA_TYPES)
    known = load_known(service.reader, service.office, filing)
    limit = min(desk.settings.mebibytes_max * 1024 * 1024, DOCUMENT_SIZE_MAX)
    digest = stated_digest(request, "Repr-Digest" if is_upload else "Content-Digest")
    entry = Report(
        filing=known.reference,
        filing_office_code=known.office,
        report_category=category,
        document_date=document_date,
        language_code=language,
        media_type=next(one for one in MEDIA_TYPES if one == media_type),
        document_digest=digest,
        document_size=stated_length(
            request, "Upload-Length" if is_upload else "Content-Length", limit, digest
        ),
        request_key=request_key_of(request),
    )
    outcome = desk.deposits.outcome_of(entry)
    if outcome.status == "rejected":  # before the document came
        raise closing(rejection(service.reader, entry, outcome))
    if is_upload:
        return await _begin(request, service, desk, UploadState(_token(request), filing, entry))
    with as_problems(in_deposit=True):
        receipt = await desk.deposits.deposit(entry, request.stream())
    return registered(service, entry, receipt, "/api/v1/reports/")


async def _begin(
    request: Request, service: RegisterService, desk: ReportDesk, state: UploadState
) -> Response:
    """An upload, and what of it comes with this request; a document that is here already need not come again."""
    receipt = await desk.deposits.enter_held(state.entry)
    if receipt is not None:
        return completed(registered(service, state.entry, receipt, "/api/v1/reports/"))
    with as_problems(in_deposit=True):
        upload = await desk.uploads.begin(state)
    path = f"/api/v1/reports/uploads/{upload.identifier}"
    offset = await append_to(request, desk, upload, 0)
    headers = {"Location": path, **upload_headers(desk, upload, offset)}
    return Response(None, 201, headers)


def _token(request: Request) -> str:
    return str(request.scope["state"]["token_id"])
