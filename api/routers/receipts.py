"""`/receipts` and `/state-evidence`: proofs for the file, which can be checked without any node."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from api.answers import JSON, cached_response, negotiate
from api.dependencies import Height, MayRead, Service
from api.description import answer, content
from api.explain import FieldError
from api.filing_paths import FilingId, filing_key_of
from api.problems import ProblemError
from api.query_check import CheckedRoute
from ledger.errors import NotCertifiedError
from ledger.receipt_json import (
    ReceiptDocument,
    StateEvidenceDocument,
    encode_receipt,
    encode_state_evidence,
)
from ledger.register.entitlement import Entitlement
from ledger.register.keys import SEALED_PREFIX, filing_id, is_sealed
from ledger.register.sealed import known_as
from node.service import RegisterService

FACT_KEY: Final = re.compile(
    r"[a-z]([A-Z0-9]{2,80}|[A-Z]{2}S[A-Za-z0-9_-]{43})(\.[A-Z0-9]{2}(\.[0-9a-f]{64}(\.[A-Z]{2}\.[A-Za-z0-9_-]{22})?)?)?"
)
"""Of a filing by its number or claim key, and of what is about one.

A report has its SHA-256 behind it, a reading the nonce.
"""
COSE: Final = "application/cose"
_SIGN1: Final = f'{COSE}; cose-type="cose-sign1"'
"""RFC 9052, section 11.3.1."""
_SEALED_FILE: Final = re.compile(r"[A-Z]{2}S[A-Za-z0-9_-]{43}")

router = APIRouter(tags=["receipts"], route_class=CheckedRoute)


@router.get(
    "/receipts/{filing}",
    operation_id="getReceipt",
    summary="The proof that a filing was registered",
    responses={
        200: {
            **answer("The receipt.", ReceiptDocument, None, "ETag"),
            "content": content(ReceiptDocument) | content(None, None, COSE),
        }
    },
)
async def get_receipt(
    request: Request, service: Service, height: Height, filing: FilingId, _role: MayRead
) -> Response:
    """A file that shows, to whoever holds the network's genesis document, that a filing is registered.

    It leads from the entry as it was signed to the offices' signatures (docs/ledger.md). Before its opening
    a sealed filing has one at its own office only. As `application/cose`: a statement of this office with its COSE
    receipt by RFC 9942 (docs/standard-forms.md).
    """
    media_type = negotiate(request, (JSON, COSE))
    key = filing_key_of(filing)
    identifier = filing_id(key)
    try:
        receipt = service.ledger.receipt(identifier) if _may_see(service, key) else None
    except NotCertifiedError as error:
        raise _not_certified(error) from None
    if receipt is None:
        detail = f"{identifier} is not in the register at height {height}."
        raise ProblemError("not-found", detail, headers={"Register-Height": height})
    is_cose = media_type == COSE
    name = f"{identifier}.cose" if is_cose else f"{identifier}.receipt.json"
    headers = {
        "Register-Height": height,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'inline; filename="{name}"',
    }
    if is_cose:
        return cached_response(request, service.state_entry(receipt), _SIGN1, headers)
    return cached_response(request, encode_receipt(receipt), JSON, headers)


@router.get(
    "/state-evidence/{fact}",
    operation_id="getStateEvidence",
    summary="The proof that the register holds a fact, or does not",
    responses={200: answer("The evidence.", StateEvidenceDocument, None, "ETag")},
)
async def get_state_evidence(
    request: Request,
    service: Service,
    height: Height,
    fact: Annotated[
        str,
        Path(
            max_length=240,
            description="One of the `factKeys` of a verification, or the `factKey` of a report or reading.",
            examples=["fUSP61610420"],
        ),
    ],
    _role: MayRead,
) -> Response:
    """Shows what the register holds under the key of a fact, or that it holds nothing.

    Before its opening, of a sealed filing and what is about it, to its own office and to those in its family only.
    """
    if not FACT_KEY.fullmatch(fact):
        fault = FieldError("fact", "a key as in factKeys, such as fUSP61610420", fact[:80])
        raise ProblemError("invalid-parameter", errors=(fault,))
    if not service.ledger.height:
        raise ProblemError("not-found", "The register is empty, and nothing is certified yet.")
    if not _is_told(service, fact):
        detail = f"{fact} is about a sealed filing that is not in the register at height {height}, or not told here."
        raise ProblemError("not-found", detail, headers={"Register-Height": height})
    try:
        evidence = service.ledger.state_evidence(fact.encode())
    except NotCertifiedError as error:
        raise _not_certified(error) from None
    headers = {"Register-Height": height, "Cache-Control": "private, no-cache"}
    return cached_response(request, encode_state_evidence(evidence), JSON, headers)


def _may_see(service: RegisterService, key: bytes) -> bool:
    """Whether it is a filing known by its number, or a sealed one of this office: of others nothing is told."""
    is_known = not is_sealed(known_as(service.reader.get, key))
    return is_known or key[1:3] == service.office.encode()


def _is_told(service: RegisterService, fact: str) -> bool:
    """Whether it is no fact about a sealed filing of which this office may know nothing (register.md S7)."""
    file = fact[1:].partition(".")[0]
    if _SEALED_FILE.fullmatch(file) is None:
        return True
    key = SEALED_PREFIX + file.encode()
    node = known_as(service.reader.get, key)
    return _may_see(service, key) or Entitlement(service.reader, service.office).sees(node)


def _not_certified(error: NotCertifiedError) -> ProblemError:
    return ProblemError("not-certified", str(error), headers={"Retry-After": "1"})
