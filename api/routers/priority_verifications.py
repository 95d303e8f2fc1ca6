"""`/priority-verifications`: is a priority claim in order? The hot path of reads."""

import asyncio
import contextlib
import json
import re
from collections.abc import Sequence
from typing import Final, get_args

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import (
    JSON,
    decode_document,
    height_headers,
    json_response,
    media_type_of,
    read_body,
)
from api.dependencies import (
    CONSISTENCY_HELP,
    Consistency,
    Permission,
    asked_view,
    authorise,
    service_of,
    settings_of,
    turns_of,
)
from api.description import JsonObject, answer, content, parameter, reference, request_body
from api.direct import DirectRoute
from api.examples import REGISTER, as_json
from api.explain import FieldError
from api.formats import CSV, JSON_LINES
from api.formats.questions import (
    BYTES_MAX,
    read_lines_of_questions,
    read_table_of_questions,
)
from api.formats.row import MalformedBulkError
from api.misplaced_codes import CODE_REASON, asked_code_errors
from api.problems import ProblemError
from api.turns import LongQuestions
from api.verification_list import ROWS_AT_ONCE, VerificationReport, verify_rows
from ledger.register.priority import verify_priority as verify_priority_claim
from ledger.register.verification import PriorityRequest, Verification
from ledger.register.view import RegisterView
from node.service import RegisterService

REQUESTS_MAX: Final = 1_000
"""Claims in one array."""
MEDIA_TYPES: Final = (JSON, CSV, *JSON_LINES)
_ARRAY: Final = re.compile(rb"\s*\[")

_one: Final = msgspec.json.Decoder(PriorityRequest)
_many: Final = msgspec.json.Decoder(tuple[PriorityRequest, ...])

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
_EXAMPLE: Final = as_json(
    verify_priority_claim(REGISTER, msgspec.convert(_REQUEST, PriorityRequest))
)
_TABLE: Final = (
    "firstIpOfficeCode,firstApplicationNumberText,firstFilingDate,"
    "secondIpOfficeCode,secondFilingDate,secondRight\n"
    'US,"61/610,420",2012-03-13,AU,2013-03-12,patent\n'
)
_BODIES: Final[dict[str, JsonObject]] = {
    JSON: _ONE_OR_MANY,
    **content(None, _TABLE, CSV),
    **{
        media_type: {"schema": {"type": "string"}, "example": json.dumps(_REQUEST) + "\n"}
        for media_type in JSON_LINES
    },
}
_CONSISTENCY: Final = parameter(
    "query",
    "consistency",
    CONSISTENCY_HELP,
    {"type": "string", "enum": list(get_args(Consistency)), "default": "local"},
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
                            reference(VerificationReport),
                        ]
                    },
                    "examples": {"one": {"value": _EXAMPLE}, "many": {"value": [_EXAMPLE]}},
                }
            },
        }
    },
    openapi_extra={
        **request_body(_BODIES),
        "parameters": [_CONSISTENCY, _MIN_HEIGHT, _AS_OF],
    },
)
async def verify_priority(request: Request) -> Response:
    """Says whether a first filing exists with this date, and gives priority to a second one.

    The answer is 200 whatever the outcome; an array is answered with an array in the same order. A
    table or JSON Lines is answered with a report, row by row: bad rows never stop the good ones.
    """
    authorise(request, Permission.VERIFY)
    media_type = media_type_of(request, MEDIA_TYPES)
    is_list = media_type != JSON
    body = await read_body(
        request, BYTES_MAX if is_list else settings_of(request).document_bytes_max
    )
    service = service_of(request)
    view = await asked_view(request) if request.scope["query_string"] else service.view
    if is_list:
        async with turns_of(request).lists.taken():
            # Others register between the rows; the answer holds at one height.
            return await _verify_list(service, service.view_at(view.height), media_type, body)
    if _ARRAY.match(body):
        return await _verify_many(service, turns_of(request), view, body)
    question = decode_document(body, _one)
    _expect_no_codes((question,))
    verification = service.verify_priority(question, view)
    return json_response(verification, headers=height_headers(view))


def _expect_no_codes(asked: Sequence[PriorityRequest]) -> None:
    """Return when no access code stands in the place of a number.

    Raises:
        ProblemError: 422, one does: the answer would repeat it.
    """
    for question in asked:
        errors = asked_code_errors(question)
        if errors:
            raise ProblemError("invalid-fields", reason=CODE_REASON, errors=errors)


async def _verify_list(
    service: RegisterService, view: RegisterView, media_type: str, body: bytes
) -> Response:
    read = read_table_of_questions if media_type == CSV else read_lines_of_questions
    try:
        rows = read(body)
    except MalformedBulkError as error:
        raise ProblemError("malformed-request", errors=error.errors) from None
    report = await verify_rows(service, view, rows)
    return json_response(report, headers=height_headers(view))


async def _verify_many(
    service: RegisterService, turns: LongQuestions, view: RegisterView, body: bytes
) -> Response:
    asked = decode_document(body, _many)
    if len(asked) > REQUESTS_MAX:
        fault = FieldError("", f"at most {REQUESTS_MAX} claims", f"{len(asked)} claims")
        raise ProblemError("too-large", errors=(fault,))
    _expect_no_codes(asked)
    is_long = len(asked) > ROWS_AT_ONCE
    answers: list[Verification] = []
    async with turns.lists.taken() if is_long else contextlib.nullcontext():
        # Others register between the claims; the answer holds at one height.
        view = service.view_at(view.height) if is_long else view
        for number, each in enumerate(asked, 1):
            answers.append(service.verify_priority(each, view))
            if number % ROWS_AT_ONCE == 0:
                await asyncio.sleep(0)
    return json_response(answers, headers=height_headers(view))
