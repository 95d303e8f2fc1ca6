"""`/filing-verifications`, and `priority-verification` of a filing: all its claims together."""

import asyncio
import contextlib
from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import height_headers, json_response, read_document
from api.dependencies import MayVerify, Reader, Settings, service_of, turns_of
from api.description import JsonObject, answer, content, request_body
from api.examples import FILING_ID, REGISTER, as_json
from api.explain import FieldError
from api.filing_paths import FilingId, load_existing
from api.problems import ProblemError
from api.query_check import CheckedRoute
from ledger.register.entries import CLAIMS_MAX
from ledger.register.priority.filing import claims_asked, conclude, question_about, verify_claims
from ledger.register.verification import ClaimVerification, FilingQuestion, FilingVerification
from ledger.register.view import RegisterView

_CLAIMS_AT_ONCE: Final = 10
"""Claims of a filing that are verified before others get their turn."""
_question: Final = msgspec.json.Decoder(FilingQuestion)

_QUESTION: Final = {
    "second": {"ipOfficeCode": "AU", "filingDate": "2013-03-12", "right": "patent"},
    "priorityClaimBag": [
        {
            "ipOfficeCode": "US",
            "applicationNumberText": "61/610,420",
            "filingDate": "2012-03-13",
        },
        {
            "ipOfficeCode": "US",
            "applicationNumberText": "61/700,001",
            "filingDate": "2012-09-12",
        },
    ],
}


def _answer(question: FilingQuestion) -> JsonObject:
    claims = claims_asked(REGISTER, question)
    verified = tuple(verify_claims(REGISTER, question.second, claims))
    example = as_json(conclude(REGISTER, question.second, verified))
    return answer("Each claim, and what they show together.", FilingVerification, example)


router = APIRouter(tags=["priority-verifications"], route_class=CheckedRoute)


@router.get(
    "/filings/{filing}/priority-verification",
    operation_id="verifyFilingClaims",
    summary="Verify all claims of a registered filing",
    responses={200: _answer(question_about(*load_existing(REGISTER, FILING_ID)))},
)
async def verify_filing_claims(
    request: Request, reader: Reader, filing: FilingId, _role: MayVerify
) -> Response:
    """Every priority claim that the filing makes in the register and that stands, and the earliest date they give."""
    key, record = load_existing(reader, filing)
    return await _verify(request, reader, question_about(key, record))


@router.post(
    "/filing-verifications",
    operation_id="verifyFiling",
    summary="Verify several claims of one filing together",
    responses={200: _answer(msgspec.convert(_QUESTION, FilingQuestion))},
    openapi_extra=request_body(content(FilingQuestion, _QUESTION)),
)
async def verify_filing(
    request: Request, reader: Reader, settings: Settings, _role: MayVerify
) -> Response:
    """The claims that are named; without any, those that the second filing makes in the register.

    The second filing need not be registered.
    """
    question = await read_document(request, _question, settings.document_bytes_max)
    count = len(question.priority_claim_bag)
    if count > CLAIMS_MAX:
        fault = FieldError("priorityClaimBag", f"at most {CLAIMS_MAX} claims", f"{count} claims")
        raise ProblemError("too-large", errors=(fault,))
    return await _verify(request, reader, question)


async def _verify(request: Request, view: RegisterView, question: FilingQuestion) -> Response:
    claims: list[ClaimVerification] = []
    # Others register between the claims; the answer holds at one height.
    view = service_of(request).view_at(view.height)
    asked = claims_asked(view, question)
    is_long = len(asked) > _CLAIMS_AT_ONCE
    async with turns_of(request).lists.taken() if is_long else contextlib.nullcontext():
        for verified in verify_claims(view, question.second, asked):
            claims.append(verified)
            if verified.number % _CLAIMS_AT_ONCE == 0:
                await asyncio.sleep(0)
    verification = conclude(view, question.second, tuple(claims))
    if not verification.filing_id and not claims:
        expected = "at least one claim, or the number of a second filing that the register holds"
        raise ProblemError(
            "invalid-fields", errors=(FieldError("priorityClaimBag", expected, "nothing"),)
        )
    return json_response(verification, headers=height_headers(view))
