"""`/reports/uploads`: documents that come in several requests, each of which may break off."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from api.answers import json_response, media_type_of
from api.dependencies import MayRegister, Service, reports_of
from api.description import answer, request_body
from api.problems import ProblemError
from api.query_check import CheckedRoute
from api.registration import registered
from api.report_documents import UploadPage, upload_document
from api.report_problems import as_problems
from api.resumable_uploads import (
    COMPLETE,
    OFFSET,
    PARTIAL_UPLOAD,
    completed,
    stated_completeness,
    stated_offset,
    upload_headers,
)
from api.schemas import Registration
from node.reports.desk import ReportDesk
from node.reports.uploads import Upload
from node.service import OverloadedError, RequestTimeoutError

UploadId = Annotated[
    str, Path(max_length=40, description="As `Location` of the first request has it.")
]
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_STATE = {
    "description": "Where the upload stands.",
    "headers": {
        name: {"schema": {"type": "string"}}
        for name in (COMPLETE, OFFSET, "Upload-Length", "Upload-Limit")
    },
}

router = APIRouter(prefix="/reports/uploads", tags=["reports"], route_class=CheckedRoute)


@router.get(
    "",
    operation_id="listUploads",
    summary="The unfinished uploads of this token",
    responses={200: answer("The uploads.", UploadPage)},
)
async def list_uploads(request: Request, service: Service, _role: MayRegister) -> Response:
    """What can be gone on with, after a client has lost what it knew."""
    uploads = reports_of(service).uploads
    bag = []
    with as_problems():
        for upload in uploads.of_token(_token(request)):
            offset = await uploads.offset(upload)
            bag.append(upload_document(upload, offset, uploads.seconds_left(upload)))
    return json_response(
        UploadPage(uploads=tuple(bag)), headers={"Cache-Control": "private, no-store"}
    )


@router.head(
    "/{upload}",
    operation_id="getUploadOffset",
    summary="How much of a document came",
    status_code=204,
    responses={204: _STATE},
)
async def get_upload_offset(
    request: Request, service: Service, upload: UploadId, _role: MayRegister
) -> Response:
    """Tells in `Upload-Offset` from which byte on to go on. A request that still brings bytes is ended by this."""
    desk = reports_of(service)
    with as_problems():
        found = desk.uploads.find(_token(request), upload)
        offset = await desk.uploads.offset(found)
    return Response(None, 204, upload_headers(desk, found, offset))


@router.patch(
    "/{upload}",
    operation_id="appendToUpload",
    summary="Send the next bytes of a document",
    responses={
        201: answer(
            "The document is whole, and the report deposited.", Registration, None, "Location"
        ),
        204: _STATE,
    },
    openapi_extra={
        **request_body({PARTIAL_UPLOAD: _BYTES}),
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": text,
                "schema": schema,
            }
            for name, text, schema in (
                (OFFSET, "From which byte on.", {"type": "integer"}),
                (
                    COMPLETE,
                    "`?1`: these are the last ones.",
                    {"type": "string", "enum": ["?0", "?1"]},
                ),
            )
        ],
    },
)
async def append_to_upload(
    request: Request, service: Service, upload: UploadId, _role: MayRegister
) -> Response:
    """Appends the body; the answer to the last bytes is that of the deposit.

    What came of a request that broke off is kept. The whole document is checked against the SHA-256 that was stated;
    if it is another one, both hashes are named, and the upload is gone.
    """
    desk = reports_of(service)
    media_type_of(request, (PARTIAL_UPLOAD,))
    is_last, start = stated_completeness(request), stated_offset(request)
    with as_problems(in_deposit=True):
        found = desk.uploads.find(_token(request), upload)
    offset = await append_to(request, desk, found, start)
    if not is_last:
        return Response(None, 204, upload_headers(desk, found, offset))
    try:
        with as_problems(in_deposit=True):
            receipt = await desk.uploads.finish(found)
        return completed(registered(service, found.state.entry, receipt, "/api/v1/reports/"))
    except ProblemError as error:
        if error.code != "overloaded":  # the same document is being registered: try again
            error.headers[COMPLETE] = "?1"
        raise
    except RequestTimeoutError as error:
        raise ProblemError("undecided", str(error), headers={COMPLETE: "?1"}) from error
    except OverloadedError as error:
        raise ProblemError(
            "overloaded", str(error), headers={COMPLETE: "?1", "Retry-After": "1"}
        ) from error


@router.delete(
    "/{upload}",
    operation_id="cancelUpload",
    summary="Give an upload up",
    status_code=204,
    responses={204: {"description": "What came is removed."}},
)
async def cancel_upload(
    request: Request, service: Service, upload: UploadId, _role: MayRegister
) -> Response:
    """Removes what came of a document."""
    uploads = reports_of(service).uploads
    with as_problems():
        await uploads.cancel(uploads.find(_token(request), upload))
    return Response(None, 204)


async def append_to(request: Request, desk: ReportDesk, upload: Upload, offset: int) -> int:
    """Append the body of a request, and return how many bytes there are then.

    Raises:
        ProblemError: 409, the upload stands elsewhere, as `Upload-Offset` says; as `as_problems`.
        ClientDisconnect: the client went away; what came is kept.
    """
    with as_problems(in_deposit=True):
        return await desk.uploads.append(upload, offset, request.stream())


def _token(request: Request) -> str:
    return str(request.scope["state"]["token_id"])
