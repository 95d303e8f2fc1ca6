"""Answers about own sealed filings: what the office knows of one, and its receipt in every form."""

import logging
from datetime import UTC, date, datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.answers import JSON, height_headers, json_response
from api.confidential import NO_STORE, desk_of
from api.dependencies import asks_earlier_height, expect_own_office, service_of
from api.explain import FieldError
from api.filing_paths import filing_key_of
from api.printing.printer import printed
from api.printing.sealed_receipt import as_pdf, as_text
from api.problems import ProblemError
from api.sealed_documents import FILING_ID
from ledger.register.keys import is_sealed
from ledger.register.reader import RegisterReader
from node.clock import read_clocks
from node.sealed.codes import KnownFiling
from node.sealed.desk import SealedDesk, UnknownCodeError
from node.sealed.receipts import own_sealed_filing, receipt_of
from node.service import RegisterService

TEXT: Final = "text/plain"
PDF: Final = "application/pdf"
OFFERED: Final = (JSON, TEXT, PDF)
"""Media types of a receipt."""

logger = logging.getLogger("ipregister.api")


def own_filing(service: RegisterService, desk: SealedDesk, identifier: str) -> KnownFiling:
    """What is kept of the own sealed filing with this id.

    Raises:
        ProblemError: 400, it is no such id; 403, it is another office's.
        UnknownCodeError: its code is not kept here.
    """
    key = filing_key_of(identifier)
    if not is_sealed(key):
        expected = f"the id of a sealed filing, such as {FILING_ID}"
        fault = FieldError("filing", expected, identifier[:80])
        raise ProblemError("invalid-parameter", errors=(fault,))
    expect_own_office(service, identifier.partition(".")[0])
    return desk.own(key[4:].decode())


def own_answer(request: Request, reader: RegisterReader, known: KnownFiling) -> Response:
    """What this office knows of its sealed filing, without the access code.

    Raises:
        UnknownCodeError: at the height that is asked about it was not registered, and no code was kept.
    """
    document = own_sealed_filing(reader, desk_of(request).codes, known, due_by(request, reader))
    if document.height is None and asks_earlier_height(request):
        raise UnknownCodeError(known.identifier)
    return json_response(document, headers={**height_headers(reader), **NO_STORE})


def due_by(request: Request, reader: RegisterReader) -> date:
    """The day by which it is said what is due (UTC): today, or that of the block whose height is asked about."""
    unix_ms = reader.time_ms if asks_earlier_height(request) else read_clocks().unix_ms
    return datetime.fromtimestamp(unix_ms / 1000, UTC).date()


async def receipt_answer(
    request: Request,
    known: KnownFiling,
    media_type: str,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """The receipt in the form that was asked for; who had it printed is logged, for it holds a secret.

    Raises:
        ProblemError: 404, the register does not hold the filing.
    """
    receipt = receipt_of(service_of(request), desk_of(request).codes, known)
    if receipt is None:
        detail = f"{known.identifier} is not in the register: register it again."
        raise ProblemError("not-found", detail)
    token = request.scope["state"]["token_id"]
    logger.info("receipt of %s given to token %s", known.identifier, token)
    headers = {
        "Register-Height": str(receipt.height),
        "Vary": "Accept",
        **NO_STORE,
        **(headers or {}),
    }
    if media_type == JSON:
        return json_response(receipt, status, headers)
    if media_type == TEXT:
        return Response(as_text(receipt), status, headers, media_type=TEXT)
    name = f"receipt-{receipt.ip_office_code}-{receipt.filing_id[-8:]}.pdf"
    headers["Content-Disposition"] = f'inline; filename="{name}"'
    body = await printed(as_pdf, receipt)
    return Response(body, status, headers, media_type=PDF)
