"""`/requests`: bulk documents that are registered in the background."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import json_response
from api.dependencies import MayRegister
from api.description import answer
from api.problems import ProblemError
from api.query_check import CheckedRoute
from api.schemas import RequestReport

router = APIRouter(prefix="/requests", tags=["requests"], route_class=CheckedRoute)


@router.get(
    "/{request_id}",
    operation_id="getRequest",
    summary="How far a request is",
    responses={200: answer("Its state, and the report once it is finished.", RequestReport)},
)
async def get_request(request: Request, request_id: str, _role: MayRegister) -> Response:
    """The state of a request that was sent with `Prefer: respond-async`."""
    report = request.app.state.requests.report(request_id)
    if report is None:
        raise ProblemError(
            "not-found", f"There is no request {request_id!r}; a restart forgets them."
        )
    headers = {"Retry-After": "1"} if report.status == "running" else {}
    return json_response(report, headers={**headers, "Cache-Control": "no-store"})
