"""`/exchange`: documents for the nodes of other offices, which sign their requests (RFC 9421)."""

import logging
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.answers import problem_response
from api.dependencies import HEIGHT_MAX, reports_of, service_of, settings_of, turns_of
from api.explain import FieldError
from api.problems import ProblemError
from api.query_check import CheckedRoute
from api.report_content import ContentResponse, asked_part, content_headers
from api.report_paths import ReportId
from api.report_problems import RETRY_SECONDS, as_problems
from node.logs import BoundedLog
from node.reports.desk import ReportDesk, new_nonce
from node.reports.granting import open_deposited
from node.reports.message_signature import (
    EMPTY_DIGEST,
    MessageSignatureError,
    SignedAnswer,
    SignedRequest,
    Signer,
    content_digest,
)
from node.reports.replay import ReplayedRequestError, TooManyRequestsError
from node.service import OverloadedError, RegisterService, RequestTimeoutError

router = APIRouter(prefix="/exchange", tags=["exchange"], route_class=CheckedRoute)
_log = BoundedLog(logging.getLogger("ipregister.reports"))


@router.get(
    "/reports/{report}/content",
    operation_id="exchangeReportContent",
    summary="The document of a report of this office, for another office's node",
    responses={
        200: {"description": "The document."},
        206: {"description": "The document from the byte on that `Range` asks for."},
    },
    openapi_extra={"security": []},
)
async def exchange_report_content(
    request: Request,
    report: ReportId,
    min_height: Annotated[
        int,
        Query(
            alias="minHeight",
            ge=0,
            le=HEIGHT_MAX,
            description="By which the asking office holds the reading for right: this node goes as far first.",
        ),
    ] = 0,
) -> Response:
    """Sends a document to another office that may read it by the ledger, once the reading is entered there.

    The request is signed with the office's key (RFC 9421): method, path, query, `Content-Digest` and `Range`, with
    `created`, `nonce`, `keyid` (the office) and `tag`. So is the answer.
    """
    service = service_of(request)
    desk = reports_of(service)
    signed = _signed(request)
    try:
        signer = _authenticate(desk, signed)
    except ProblemError as error:
        _log.write(logging.INFO, "a request for a report was refused: %s", error.detail)
        raise
    request.scope["state"]["token_id"] = f"office {signer.office}"
    try:
        answer = await _answer(request, service, signer, report, min_height)
    except (OverloadedError, RequestTimeoutError) as error:
        problem = ProblemError("overloaded", str(error), headers=_LATER)
        answer = _refusal(request, problem)
    except ProblemError as error:
        answer = _refusal(request, error)
    _sign(desk, signed, answer)
    return answer


_LATER: Final = {"Retry-After": str(RETRY_SECONDS)}


def _signed(request: Request) -> SignedRequest:
    """The request, as far as it is signed: its path and query as they came."""
    scope = request.scope
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"]
    url = "https://node.invalid" + path.decode("ascii", "replace").partition("?")[0]
    url += f"?{query.decode('ascii', 'replace')}" if query else ""
    headers: dict[str, str] = {}
    for (
        name,
        value,
    ) in request.headers.items():  # of a repeated field all lines, as RFC 9421 2.1 has them
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return SignedRequest(request.method, url, headers)


def _authenticate(desk: ReportDesk, signed: SignedRequest) -> Signer:
    try:
        signer = desk.granting.authenticate(signed)
    except MessageSignatureError as error:
        raise ProblemError("invalid-signature", str(error)) from None
    except ReplayedRequestError as error:
        raise ProblemError("replayed-request", str(error), headers=_LATER) from None
    except TooManyRequestsError as error:
        raise ProblemError("overloaded", str(error), headers=_LATER) from None
    if signed.headers["content-digest"] != EMPTY_DIGEST:
        fault = FieldError("Content-Digest", EMPTY_DIGEST, signed.headers["content-digest"][:80])
        raise ProblemError("invalid-parameter", errors=(fault,))
    return signer


async def _answer(
    request: Request, service: RegisterService, signer: Signer, report: str, min_height: int
) -> Response:
    """The answer to an office that is who it says. Whatever it waits for, it waits in a place of its own."""
    granting = reports_of(service).granting
    with as_problems():
        granting.take_place(signer.office)
        try:
            await _reach(request, service, min_height)
            return await _document(request, reports_of(service), signer, report)
        except BaseException:
            granting.leave_place(signer.office)
            raise


async def _document(
    request: Request, desk: ReportDesk, signer: Signer, identifier: str
) -> Response:
    """The document, once the reading is entered and still holds.

    Nothing is told of a report before it is known that the office may read it.
    """
    granting, turns = desk.granting, turns_of(request).exchange
    async with turns.taken():
        report = granting.judge(signer, identifier)
    part = asked_part(request, report)
    document = await open_deposited(desk.store, report)
    try:
        await granting.enter(signer, report)
        async with turns.taken():
            granting.judge(signer, identifier)
    except BaseException:
        document.close()
        raise
    return ContentResponse(
        document, part, content_headers(report, part), partial(granting.leave_place, signer.office)
    )


async def _reach(request: Request, service: RegisterService, height: int) -> None:
    """Return when this node knows as much of the ledger as the asking one.

    Raises:
        ProblemError: 503, not in time.
    """
    seconds = settings_of(request).height_wait_ms_max / 1_000
    if not await service.reach_height(height, seconds):
        raise ProblemError("height-not-reached", headers=_LATER)


def _refusal(request: Request, error: ProblemError) -> Response:
    request.scope["state"]["reason"] = error.reason
    answer = problem_response(error, request.scope["state"]["request_id"])
    answer.headers["Content-Digest"] = content_digest(bytes(answer.body))
    answer.headers["Cache-Control"] = "private, no-store, no-transform"
    return answer


def _sign(desk: ReportDesk, signed: SignedRequest, answer: Response) -> None:
    message = SignedAnswer(answer.status_code, signed, dict(answer.headers))
    desk.signer.sign(message, new_nonce(), desk.read_unix_ms() // 1_000)
    for name in ("Signature-Input", "Signature"):
        answer.headers[name] = message.headers[name]
