"""`/priority-verifications`: is a priority claim in order? The hot path of reads."""

import asyncio
import re
from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import (
    DECODE_ERRORS,
    JSON,
    height_headers,
    json_response,
    media_type_of,
    read_body,
    refusal,
)
from api.dependencies import Permission, asked_reader, authorise, service_of, settings_of
from api.description import answer, parameter, reference, request_body
from api.direct import DirectRoute
from api.explain import FieldError
from api.problems import ProblemError
from ledger.register.reader import RegisterReader
from ledger.register.verification import PriorityRequest, Verification
from node.service import RegisterService

REQUESTS_MAX: Final = 1_000
"""Claims in one array."""
_REQUESTS_AT_ONCE: Final = 50
"""Claims of an array that are verified before others get their turn."""
_ARRAY: Final = re.compile(rb"\s*\[")

_decode_one: Final = msgspec.json.Decoder(PriorityRequest).decode
_decode_many: Final = msgspec.json.Decoder(tuple[PriorityRequest, ...]).decode

_REQUEST: Final = {
    "first": {
        "ipOfficeCode": "US",
        "applicationNumberText": "61/610,420",
        "filingDate": "2012-03-13",
    },
    "second": {"ipOfficeCode": "AU", "filingDate": "2013-03-12", "right": "patent"},
}
_ONE_OR_MANY: Final = {
    "schema": {
        "anyOf": [
            reference(PriorityRequest),
            {"type": "array", "items": reference(PriorityRequest)},
        ]
    },
    "examples": {"one": {"value": _REQUEST}, "many": {"value": [_REQUEST]}},
}
_CONSISTENCY: Final = parameter(
    "query",
    "consistency",
    "`local`: as this node knows it at `Register-Height`.",
    {"type": "string", "enum": ["local"], "default": "local"},
)
_MIN_HEIGHT: Final = parameter(
    "query",
    "minHeight",
    "Wait until the node holds this height: to read what was written elsewhere.",
    {"type": "integer", "minimum": 0, "default": 0},
)
_AS_OF: Final = parameter(
    "query",
    "asOf",
    "Answer as the register was after the block of this height.",
    {"type": "integer", "minimum": 0},
)

router = APIRouter(tags=["priority-verifications"], route_class=DirectRoute)


@router.post(
    "/priority-verifications",
    operation_id="verifyPriority",
    summary="Verify one priority claim, or many",
    responses={
        200: {
            **answer("Every check with its result and legal basis.", Verification),
            "content": {
                JSON: {
                    "schema": {
                        "anyOf": [
                            reference(Verification),
                            {"type": "array", "items": reference(Verification)},
                        ]
                    }
                }
            },
        }
    },
    openapi_extra={
        **request_body({JSON: _ONE_OR_MANY}),
        "parameters": [_CONSISTENCY, _MIN_HEIGHT, _AS_OF],
    },
)
async def verify_priority(request: Request) -> Response:
    """Says whether a first filing exists with this date, and gives priority to a second one.

    The answer is 200 whatever the outcome; an array is answered with an array in the same order.
    """
    authorise(request, Permission.VERIFY)
    media_type_of(request, (JSON,))
    body = await read_body(request, settings_of(request).document_bytes_max)
    service = service_of(request)
    reader = await asked_reader(request) if request.scope["query_string"] else service.reader
    if _ARRAY.match(body):
        return await _verify_many(service, reader, body)
    try:
        asked = _decode_one(body)
    except DECODE_ERRORS:
        raise refusal(body, PriorityRequest) from None
    verification = service.verify_priority(asked, reader)
    return json_response(verification, headers=height_headers(reader))


async def _verify_many(service: RegisterService, reader: RegisterReader, body: bytes) -> Response:
    try:
        asked = _decode_many(body)
    except DECODE_ERRORS:
        raise refusal(body, tuple[PriorityRequest, ...]) from None
    if len(asked) > REQUESTS_MAX:
        fault = FieldError("", f"at most {REQUESTS_MAX} claims", f"{len(asked)} claims")
        raise ProblemError("too-large", errors=(fault,))
    answers: list[Verification] = []
    for number, each in enumerate(asked, 1):
        answers.append(service.verify_priority(each, reader))
        if number % _REQUESTS_AT_ONCE == 0:
            await asyncio.sleep(0)
    headers = height_headers(reader)
    return json_response(answers, headers=headers)
