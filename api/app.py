"""Puts the application together. Nothing here outlives it: many can live in one process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles

from api import description, pages
from api.authority.streaming import AuthorityFiles
from api.bulk_places import Places
from api.documents import DOCUMENTS
from api.errors import add_error_handlers
from api.export_places import ExportPlaces
from api.metrics import Metrics
from api.middleware import RequestEnvelope
from api.requests import Requests
from api.routers import (
    authority_files,
    blocks,
    claim_changes,
    families,
    filing_entries,
    filing_verifications,
    filings,
    health,
    ledger_export,
    notices,
    numbers,
    offices,
    priority_verifications,
    proofs,
    receipts,
    registrations,
    report_deposits,
    report_exchange,
    report_uploads,
    reports,
    requests,
    sealed_filings,
    status,
    submissions,
)
from api.settings import ApiSettings
from api.turns import long_questions
from node.sealed.desk import SealedDesk
from node.service import RegisterService

PREFIX = "/api/v1"


class RegisterApi(FastAPI):
    """FastAPI whose description also holds the schemas of the msgspec structs."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI description."""
        document = super().openapi()
        if "securitySchemes" not in document.get("components", {}):
            description.complete(document, DOCUMENTS)
        return document


def create_app(service: RegisterService, settings: ApiSettings) -> FastAPI:
    """The HTTP application of one node."""
    app = _assemble()
    app.state.service = service
    app.state.settings = settings
    app.state.desk = SealedDesk(service, service.codes)
    app.state.places = Places()
    app.state.requests = Requests(app.state.places)
    app.state.metrics = Metrics(service)
    app.state.long_questions = long_questions()
    app.state.exports = ExportPlaces()
    app.state.authority_files = AuthorityFiles(service)
    app.state.authority_places = ExportPlaces()
    app.add_middleware(
        RequestEnvelope, allowed_hosts=settings.allowed_hosts, metrics=app.state.metrics
    )
    add_error_handlers(app)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=pages.STATIC_FOLDER), name="static")
    return app


def describe() -> dict[str, Any]:
    """The OpenAPI description of every such application."""
    return _assemble().openapi()


def _assemble() -> RegisterApi:
    app = RegisterApi(
        title=description.TITLE,
        version=description.VERSION,
        description=description.DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        # Metrics are our own; nothing is sent anywhere because of a variable in the environment.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    # The busiest resources come first: a path is compared with one router after the other.
    for router in (priority_verifications.router, registrations.router, submissions.router):
        app.include_router(router, prefix=PREFIX, responses=description.PROBLEM_ANSWER)
    for router in _QUIET_ROUTERS:
        app.include_router(router, prefix=PREFIX, responses=description.PROBLEM_ANSWER)
    app.include_router(health.router)
    return app


_QUIET_ROUTERS: tuple[APIRouter, ...] = (
    filings.router,
    filing_entries.router,
    claim_changes.router,
    filing_verifications.router,
    families.router,
    notices.router,
    report_deposits.router,
    report_uploads.router,
    reports.router,
    report_exchange.router,
    numbers.router,
    receipts.router,
    proofs.router,
    sealed_filings.router,
    blocks.router,
    ledger_export.router,
    offices.router,
    authority_files.router,
    requests.router,
    status.router,
)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    await app.state.requests.close()
