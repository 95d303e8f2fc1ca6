"""`/livez`, `/readyz` and `/metrics`: for the machines that watch the node."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api.answers import json_response
from api.dependencies import MayMonitor, Service
from api.description import answer, content
from api.metrics import CONTENT_TYPE
from api.schemas import Readiness

router = APIRouter(tags=["node"])

_OPEN: Final[dict[str, object]] = {"security": []}


@router.get(
    "/livez",
    operation_id="getLiveness",
    summary="Does the process answer?",
    openapi_extra=_OPEN,
    responses={200: {"description": "It does.", "content": content(None, "ok", "text/plain")}},
)
async def get_liveness() -> Response:
    """Answers `ok` as long as the event loop runs."""
    return PlainTextResponse("ok")


@router.get(
    "/readyz",
    operation_id="getReadiness",
    summary="Can this node register now?",
    openapi_extra=_OPEN,
    responses={
        200: answer("It can.", Readiness, {"ready": True, "reasons": []}),
        503: answer("It cannot, for these reasons.", Readiness),
    },
)
async def get_readiness(service: Service) -> Response:
    """Whether this node can register now; if not, why not."""
    ready, reasons = service.readiness()
    readiness = Readiness(ready=ready, reasons=tuple(reasons))
    return json_response(readiness, 200 if ready else 503, {"Cache-Control": "no-store"})


@router.get(
    "/metrics",
    operation_id="getMetrics",
    summary="Metrics for Prometheus",
    responses={200: {"description": "Text format.", "content": content(None, None, "text/plain")}},
)
async def get_metrics(request: Request, _role: MayMonitor) -> Response:
    """Counters and gauges of the node and the durations of its requests, without any secret."""
    return Response(request.app.state.metrics.exposition(), media_type=CONTENT_TYPE)
