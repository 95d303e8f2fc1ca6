"""`POST /filings`: an office registers applications. The hot path of writes."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import (
    JSON,
    expect_document_size,
    json_response,
    media_type_of,
    read_body,
    refusal,
)
from api.bulk_places import WAIT_SECONDS, BusyError, places_of
from api.dependencies import Permission, authorise, service_of, settings_of
from api.description import JsonObject, answer, content, parameter, reference, request_body
from api.direct import DirectRoute
from api.explain import JSON_DOCUMENT
from api.formats import (
    BY_NAME,
    BYTE_ORDER_MARK,
    CSV,
    JSON_LINES,
    MEDIA_TYPES,
    XML,
    ListedFiling,
    MalformedBulkError,
    Row,
    read_rows,
    write,
)
from api.formats.json_rows import read_one
from api.problems import ProblemError
from api.registration import (
    IDEMPOTENCY_KEY,
    register_one,
    register_rows,
    request_key_of,
    with_key,
)
from api.rejections import other_office_error
from api.requests import Requests
from api.schemas import BulkReport, Registration, RequestReport
from ledger.register.entries import Filing

_ARRAY: Final = re.compile(rb"\s*\[")
_RESPOND_ASYNC: Final = re.compile(r"(^|[,\s])respond-async([;,\s]|$)", re.IGNORECASE)

router = APIRouter(prefix="/filings", tags=["filings"], route_class=DirectRoute)

_FILING: Final = {
    "right": "patent",
    "applicationNumberText": "2013287263",
    "filingDate": "2013-03-12",
    "priorityClaimBag": [
        {
            "ipOfficeCode": "US",
            "applicationNumberText": "61/610,420",
            "filingDate": "2012-03-13",
        }
    ],
}
_REGISTRATION: Final = {
    "status": "accepted",
    "subject": "AU.patent.2013287263",
    "height": 12,
    "index": 0,
    "blockHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "blockTime": "2026-11-21T08:30:00.125Z",
}
_CSV: Final = (
    "right,applicationNumberText,filingDate,priority1IpOfficeCode,"
    "priority1ApplicationNumberText,priority1FilingDate\n"
    'patent,2013287263,2013-03-12,US,"61/610,420",2012-03-13\n'
)
_XML: Final = write(
    XML, [ListedFiling("AU", msgspec.json.decode(json.dumps(_FILING), type=Filing))]
).decode()
_PREFER: Final = parameter(
    "header",
    "Prefer",
    "`respond-async`: answer at once with 202; bulk documents only.",
    {"type": "string"},
)
_ANSWERS: Final = [reference(Registration), reference(BulkReport)]
_BODIES: Final[dict[str, JsonObject]] = {
    JSON: {
        "schema": {"anyOf": [reference(Filing), {"type": "array", "items": reference(Filing)}]},
        "examples": {"one": {"value": _FILING}, "many": {"value": [_FILING]}},
    },
    **{
        media_type: {"schema": {"type": "string"}, "example": json.dumps(_FILING) + "\n"}
        for media_type in JSON_LINES
    },
    **content(None, _CSV, CSV),
    **content(None, _XML, XML),
    **content(None, None, "text/xml"),
}


@router.post(
    "",
    operation_id="registerFilings",
    summary="Register one filing, or many",
    responses={
        201: answer("The filing is final.", Registration, _REGISTRATION, "Location"),
        200: {
            "description": "One that was registered before: its first receipt. Many: the report.",
            "content": {JSON: {"schema": {"anyOf": _ANSWERS}}},
            "headers": {"Register-Height": {"schema": {"type": "string"}}},
        },
        202: answer("`Prefer: respond-async`: ask at `Location`.", RequestReport, None, "Location"),
    },
    openapi_extra={**request_body(_BODIES), "parameters": [IDEMPOTENCY_KEY, _PREFER]},
)
async def register_filings(request: Request) -> Response:
    """Registers applications that were filed at this node's office.

    One JSON object is one filing: 201 once it is final, 200 when it was registered before, 409 when
    another date or content is registered under its number. An array, JSON Lines, CSV or WIPO ST.96
    XML are many: bad rows are reported with their number and never stop the good ones.
    docs/formats.md describes every form.
    """
    authorise(request, Permission.REGISTER)
    media_type = media_type_of(request, MEDIA_TYPES)
    body = await read_body(request, settings_of(request).body_bytes_max)
    body = body.removeprefix(BYTE_ORDER_MARK)
    key = request_key_of(request)
    if media_type == JSON and not _ARRAY.match(body):
        return await _register_filing(request, body, key)
    return await _register_rows(request, media_type, body, key)


async def _register_filing(request: Request, body: bytes, key: str | None) -> Response:
    expect_document_size(request, body)
    filing = _read_filing(request, body)
    path = f"{request.scope['path']}/"
    return await register_one(service_of(request), with_key(filing, key), path)


def _read_filing(request: Request, body: bytes) -> Filing:
    """The filing of a body: an entry, or an ST.97 document.

    Raises:
        ProblemError: 400 or 422, it is none; 403, it is another office's.
    """
    row = read_one(body)
    if row.filing is None:
        if row.errors[0].expected == JSON_DOCUMENT:
            raise refusal(body, Filing)
        raise ProblemError("invalid-fields", errors=row.errors)
    fault = other_office_error(service_of(request).office, row.office)
    if fault is not None:
        raise ProblemError("other-office", errors=(fault,))
    return row.filing


async def _register_rows(
    request: Request, media_type: str, body: bytes, key: str | None
) -> Response:
    if _RESPOND_ASYNC.search(request.headers.get("prefer", "")):
        return _start_request(request, await _read_rows(request, media_type, body), key)
    try:
        async with places_of(request).taken(request.scope["state"]["token_id"], WAIT_SECONDS):
            rows = await _read_rows(request, media_type, body)
            return await register_rows(service_of(request), rows, key)
    except BusyError:
        raise ProblemError("overloaded", headers={"Retry-After": "5"}) from None


async def _read_rows(request: Request, media_type: str, body: bytes) -> Iterator[Row]:
    """The rows. XML takes so long that it is read in a thread, and others get their turn.

    Raises:
        ProblemError: 400, it cannot be told apart into rows.
    """
    rows_max = settings_of(request).rows_max
    is_xml = media_type in BY_NAME["st96"].media_types

    def read() -> Iterator[Row]:
        rows = read_rows(media_type, body, rows_max)
        return iter(list(rows)) if is_xml else rows

    try:
        return await asyncio.to_thread(read)
    except MalformedBulkError as error:
        raise ProblemError("malformed-request", errors=error.errors) from None


def _start_request(request: Request, rows: Iterator[Row], key: str | None) -> Response:
    requests: Requests = request.app.state.requests
    request_id = requests.start(service_of(request), rows, key, request.scope["state"]["token_id"])
    if request_id is None:
        raise ProblemError("overloaded", headers={"Retry-After": "5"})
    location = request.scope["path"].removesuffix("filings") + f"requests/{request_id}"
    headers = {"Location": location, "Preference-Applied": "respond-async", "Retry-After": "1"}
    return json_response(requests.report(request_id), 202, headers)
