"""`/families`: filings that share priorities, directly or through others."""

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import JSON, cached_response, height_headers
from api.dependencies import MayRead, Reader, Service
from api.description import answer
from api.filing_paths import FilingId, filing_key_of
from api.problems import ProblemError
from ledger.register.family import Family, FamilyKind
from ledger.register.keys import filing_id

router = APIRouter(prefix="/families", tags=["families"])


@router.get(
    "/{filing}",
    operation_id="getFamily",
    summary="The family of a filing",
    responses={200: answer("The members, each with what joins it.", Family, None, "ETag")},
)
async def get_family(
    request: Request,
    service: Service,
    reader: Reader,
    filing: FilingId,
    _role: MayRead,
    kind: FamilyKind = "simple",
) -> Response:
    """The simple family: equal sets of active priorities. The extended one: all that hangs together.

    The filing need not be registered itself, when others claim its priority.
    """
    identifier = filing_id(filing_key_of(filing))
    family = service.family(identifier, kind, reader)
    if not any(member.is_registered for member in family.members):
        detail = (
            f"Neither {identifier} nor a filing that claims it is registered at {reader.height}."
        )
        raise ProblemError("not-found", detail)
    headers = {**height_headers(reader), "Cache-Control": "private, no-cache"}
    return cached_response(request, msgspec.json.encode(family), JSON, headers)
