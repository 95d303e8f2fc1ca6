"""`POST /claims`: many changes of priority claims at once."""

import json
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import JSON, media_type_of, read_body
from api.bulk_places import WAIT_SECONDS, BusyError, places_of
from api.dependencies import Permission, authorise, service_of, settings_of
from api.description import JsonObject, answer, content, reference, request_body
from api.direct import DirectRoute
from api.formats import CSV, JSON_LINES, MalformedBulkError
from api.formats.claims import MEDIA_TYPES, read_claims
from api.problems import ProblemError
from api.registration import IDEMPOTENCY_KEY, register_rows, request_key_of
from api.schemas import BulkReport
from ledger.register.entries import Claim

router = APIRouter(prefix="/claims", tags=["filings"], route_class=DirectRoute)

_CLAIM: Final = {
    "filing": {"right": "patent", "applicationNumberText": "2013287263"},
    "action": "withdraw",
    "claim": {
        "ipOfficeCode": "US",
        "applicationNumberText": "61/610,420",
        "filingDate": "2012-03-13",
    },
    "decisionDate": "2014-02-03",
}
_CSV: Final = (
    "right,applicationNumberText,action,decisionDate,claimIpOfficeCode,"
    "claimApplicationNumberText,claimFilingDate\n"
    'patent,2013287263,withdraw,2014-02-03,US,"61/610,420",2012-03-13\n'
)
_BODIES: Final[dict[str, JsonObject]] = {
    JSON: {"schema": {"type": "array", "items": reference(Claim)}, "example": [_CLAIM]},
    **{name: {"schema": {"type": "string"}, "example": json.dumps(_CLAIM)} for name in JSON_LINES},
    **content(None, _CSV, CSV),
}


@router.post(
    "",
    operation_id="registerClaims",
    summary="Add, correct, withdraw or restore many priority claims",
    responses={200: answer("What became of each row.", BulkReport)},
    openapi_extra={**request_body(_BODIES), "parameters": [IDEMPOTENCY_KEY]},
)
async def register_claims(request: Request) -> Response:
    """Enters changes of priority claims of this office's filings, one after the other.

    An array, JSON Lines or a table of claim entries. Bad rows are reported with their number and
    never stop the others.
    """
    authorise(request, Permission.REGISTER)
    media_type = media_type_of(request, MEDIA_TYPES)
    settings, service = settings_of(request), service_of(request)
    body = await read_body(request, settings.body_bytes_max)
    key = request_key_of(request)
    try:
        async with places_of(request).taken(request.scope["state"]["token_id"], WAIT_SECONDS):
            rows = read_claims(media_type, body, settings.rows_max)
            return await register_rows(service, rows, key, chunks_max=1)
    except MalformedBulkError as error:
        raise ProblemError("malformed-request", errors=error.errors) from None
    except BusyError:
        raise ProblemError("overloaded", headers={"Retry-After": "5"}) from None
