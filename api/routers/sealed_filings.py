"""`/sealed-filings`: the clerk registers filings that nobody may see yet, prints their receipts, and opens them."""

import asyncio
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.answers import JSON, height_headers, json_response, negotiate, next_link
from api.confidential import NO_STORE, desk_of, read_confidential
from api.dependencies import MayRegister, Reader, Service, Settings, asks_earlier_height
from api.description import JsonObject, answer, content, reference, request_body
from api.filing_paths import FilingId
from api.openings import open_rows
from api.query_check import CheckedRoute
from api.registration import IDEMPOTENCY_KEY, register_one, request_key_of
from api.rejections import rejection
from api.schemas import BulkReport, Registration
from api.sealed_answers import (
    OFFERED,
    PDF,
    TEXT,
    due_by,
    own_answer,
    own_filing,
    receipt_answer,
)
from api.sealed_documents import (
    OPENING,
    OPENINGS,
    OWN,
    RECEIPT,
    REQUEST,
    SealedFilingPage,
)
from ledger.register.entries import ENTRIES_MAX
from node.sealed.documents import (
    OpeningRequest,
    SealedFilingName,
    SealedFilingRequest,
    SealedReceipt,
)
from node.sealed.receipts import OwnSealedFiling, own_sealed_filing

EXAMINED_MAX: Final = 5_000
"""Filings looked at for one page: opened ones are passed over."""

_Openings = Annotated[
    tuple[str | SealedFilingName, ...], msgspec.Meta(min_length=1, max_length=ENTRIES_MAX)
]
_request: Final = msgspec.json.Decoder(SealedFilingRequest)
_opening: Final = msgspec.json.Decoder(OpeningRequest)
_openings: Final = msgspec.json.Decoder(_Openings)
_name: Final = msgspec.json.Decoder(SealedFilingName)

router = APIRouter(prefix="/sealed-filings", tags=["sealed-filings"], route_class=CheckedRoute)


def _receipt_answer(description: str, *headers: str) -> JsonObject:
    """A receipt in all its forms."""
    others = {
        TEXT: {"schema": {"type": "string"}},
        PDF: {"schema": {"type": "string", "format": "binary"}},
    }
    found = answer(description, SealedReceipt, RECEIPT, *headers)
    return {**found, "content": {**found["content"], **others}}


@router.post(
    "",
    operation_id="registerSealedFiling",
    summary="Register a filing without telling which, and get the receipt with its access code",
    responses={
        201: _receipt_answer("The filing is final.", "Location"),
        200: _receipt_answer("It was registered before: the same receipt, with the same code."),
    },
    openapi_extra={
        **request_body(content(SealedFilingRequest, REQUEST)),
        "parameters": [IDEMPOTENCY_KEY],
    },
)
async def register_sealed_filing(
    request: Request, service: Service, settings: Settings, _role: MayRegister
) -> Response:
    """Registers a filing of this office so that nobody learns which one it is before its opening.

    Claims to open filings are visible to all. Claims to sealed ones need the access code of the first filing, but for
    this office's own, whose codes it has. `Accept` chooses the form of the receipt: JSON, plain text or PDF.
    """
    media_type = negotiate(request, OFFERED)
    asked = await read_confidential(request, _request, settings.document_bytes_max)
    known, entry, receipt = await desk_of(request).register(asked, request_key_of(request))
    if receipt.outcome.status == "rejected":
        raise rejection(service.reader, entry, receipt.outcome)
    headers = {"Location": f"{request.url.path}/{known.identifier}"}
    status = 201 if receipt.outcome.status == "accepted" else 200
    return await receipt_answer(request, known, media_type, status, headers)


@router.get(
    "",
    operation_id="listSealedFilings",
    summary="This office's sealed filings, and what is due",
    responses={200: answer("A page of them.", SealedFilingPage, {"sealedFilings": [OWN]}, "Link")},
)
async def list_sealed_filings(
    *,
    request: Request,
    reader: Reader,
    _role: MayRegister,
    opened: Annotated[bool, Query(description="With those that were opened.")] = False,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[int, Query(ge=0, description="From `Link`.")] = 0,
) -> Response:
    """The filings whose codes are kept here, with their numbers and the day when they are to be opened.

    A page may be shorter than `limit`: `Link` tells whether it is the last. With `asOf` those that were registered
    later are not there, and `isDue` is by the day of that block.
    """
    codes, day = desk_of(request).codes, due_by(request, reader)
    is_earlier = asks_earlier_height(request)
    found: list[OwnSealedFiling] = []
    following: int | None = None
    for place, known in codes.own_from(cursor):
        if len(found) == limit or place - cursor == EXAMINED_MAX:
            following = place
            break
        filing = own_sealed_filing(reader, codes, known, day)
        was_there = filing.height is not None or not is_earlier
        if was_there and (opened or filing.status != "opened"):
            found.append(filing)
        await asyncio.sleep(0)  # Each one is decrypted.
    headers = {**height_headers(reader), **NO_STORE}
    if following is not None:
        headers |= next_link(request, str(following))
    return json_response(SealedFilingPage(sealed_filings=tuple(found)), headers=headers)


@router.post(
    "/lookups",
    operation_id="findSealedFiling",
    summary="An own sealed filing by its number",
    responses={200: answer("The filing.", OwnSealedFiling, OWN)},
    openapi_extra=request_body(
        content(SealedFilingName, {"right": "patent", "applicationNumberText": "2013900001"})
    ),
)
async def find_sealed_filing(
    request: Request, reader: Reader, settings: Settings, _role: MayRegister
) -> Response:
    """Finds the sealed filing that has this number. A body and no path, for paths end in logs."""
    name = await read_confidential(request, _name, settings.document_bytes_max)
    earlier = reader if asks_earlier_height(request) else None
    return own_answer(request, reader, desk_of(request).named(name, earlier))


@router.post(
    "/openings",
    operation_id="openSealedFilings",
    summary="Open many sealed filings at their publication",
    responses={200: answer("What became of each.", BulkReport)},
    openapi_extra=request_body(
        {
            JSON: {
                "schema": {
                    "type": "array",
                    "items": {"anyOf": [{"type": "string"}, reference(SealedFilingName)]},
                },
                "example": OPENINGS,
            }
        }
    ),
)
async def open_sealed_filings(
    request: Request,
    service: Service,
    settings: Settings,
    _role: MayRegister,
    open_withdrawn: Annotated[
        bool,
        Query(
            alias="openWithdrawn",
            description="Also those that were withdrawn: they are published all the same.",
        ),
    ] = False,
) -> Response:
    """Opens filings that are published, each named by its id or its number; at most 1,000.

    One that cannot be opened is reported with its row, and does not stop the others.
    """
    asked = await read_confidential(request, _openings, settings.document_bytes_max)
    return await open_rows(service, desk_of(request), asked, open_withdrawn=open_withdrawn)


@router.get(
    "/{filing}",
    operation_id="getSealedFiling",
    summary="One own sealed filing",
    responses={200: answer("The filing.", OwnSealedFiling, OWN)},
)
async def get_sealed_filing(
    request: Request, service: Service, reader: Reader, filing: FilingId, _role: MayRegister
) -> Response:
    """What this office knows of its sealed filing, without the access code."""
    return own_answer(request, reader, own_filing(service, desk_of(request), filing))


@router.post(
    "/{filing}/receipt",
    operation_id="printSealedReceipt",
    summary="The receipt with the access code, again",
    responses={200: _receipt_answer("The receipt, as it was first printed.")},
)
async def print_sealed_receipt(
    request: Request, service: Service, filing: FilingId, _role: MayRegister
) -> Response:
    """Prints the receipt of an own sealed filing again, for an applicant who lost it."""
    media_type = negotiate(request, OFFERED)
    known = own_filing(service, desk_of(request), filing)
    return await receipt_answer(request, known, media_type)


@router.post(
    "/{filing}/opening",
    operation_id="openSealedFiling",
    summary="Open a sealed filing at its publication",
    responses={
        201: answer("The opening is final.", Registration, None, "Location"),
        200: answer("It was opened before: the receipt of then.", Registration),
    },
    openapi_extra={
        **request_body(content(OpeningRequest, OPENING)),
        "parameters": [IDEMPOTENCY_KEY],
    },
)
async def open_sealed_filing(
    request: Request, service: Service, settings: Settings, filing: FilingId, _role: MayRegister
) -> Response:
    """Makes the number, date and right of an own sealed filing known. The access code stays secret.

    All claims to it lead to the opened filing from then on. The body may hold claims that were not told before.
    """
    asked = await read_confidential(request, _opening, settings.document_bytes_max)
    desk = desk_of(request)
    known = own_filing(service, desk, filing)
    entry = await desk.opening_entry(known, asked, request_key_of(request))
    return await register_one(service, entry, "/api/v1/filings/")
