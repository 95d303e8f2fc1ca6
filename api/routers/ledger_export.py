"""`/ledger/export`: the whole ledger as one file, for auditors."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.dependencies import HEIGHT_MAX, Height, MayAudit, Service
from api.explain import FieldError
from api.export_places import ExportResponse, export_places_of, token_of
from api.problems import ProblemError
from api.query_check import CheckedRoute
from ledger.ledger import Ledger
from node.exporting.from_service import export_chunks

GZIP: Final = "application/gzip"
_FILE: Final = {
    "description": "The export (docs/export.md): JSON Lines, compressed by gzip.",
    "content": {GZIP: {"schema": {"type": "string", "format": "binary"}}},
    "headers": {"Register-Height": {"schema": {"type": "string"}}},
}

router = APIRouter(prefix="/ledger", tags=["blocks"], route_class=CheckedRoute)


@router.get(
    "/export",
    operation_id="exportLedger",
    summary="The whole ledger, signed, as one file",
    response_class=StreamingResponse,
    responses={200: _FILE},
)
async def export_ledger(
    request: Request,
    service: Service,
    _height: Height,
    _role: MayAudit,
    from_height: Annotated[
        int, Query(alias="from", ge=1, le=HEIGHT_MAX, description="The first block.")
    ] = 1,
    to_height: Annotated[
        int | None,
        Query(
            alias="to",
            ge=1,
            le=HEIGHT_MAX,
            description="The last block; without it, the last one that a quorum signed.",
        ),
    ] = None,
) -> Response:
    """Every block and certificate from one height to another, without gaps, and this office's signature for all of it.

    It is pinned to its last block: what is agreed meanwhile is not in it. An export from block 1 on is audited alone;
    a later one goes on from an earlier one.
    """
    ledger = service.ledger
    last = _last(ledger, from_height, to_height)
    places = export_places_of(request)
    token = token_of(request)
    places.take(token)
    headers = {
        "Register-Height": str(last),
        "Cache-Control": "private, no-store, no-transform",
        "Content-Disposition": f'attachment; filename="ledger-{from_height}-{last}.jsonl.gz"',
    }
    chunks = export_chunks(service, from_height, last)
    return ExportResponse(chunks, headers=headers, media_type=GZIP, places=places, token=token)


def _last(ledger: Ledger, from_height: int, to_height: int | None) -> int:
    """The last block of the export.

    Raises:
        ProblemError: 400, there are no such blocks; 503, no certificate reaches the last one yet.
    """
    latest = ledger.latest_certificate()
    certified = 0 if latest is None else latest.height
    last = certified if to_height is None else to_height
    faults = []
    if last > ledger.height:
        expected = f"a block up to {ledger.height}"
        faults.append(FieldError("to", expected, str(last)))
    elif from_height > last > 0:
        faults.append(FieldError("from", f"a block up to {last}", str(from_height)))
    if faults:
        raise ProblemError("invalid-parameter", errors=tuple(faults))
    if not 0 < last <= certified:
        detail = f"The last block that a quorum signed is {certified}, as far as is known here."
        raise ProblemError("not-certified", detail, headers={"Retry-After": "1"})
    return last
