"""`/blocks`: the ledger as it is, for auditors."""

from typing import Annotated, Final, Literal

import msgspec
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api.answers import (
    JSON,
    cached_response,
    height_headers,
    json_response,
    negotiate,
    next_link,
)
from api.dependencies import HEIGHT_MAX, MayAudit, Reader, Service
from api.description import answer, content
from api.ledger_documents import (
    BlockDocument,
    BlockPage,
    CertificateDocument,
    block_document,
    certificate_document,
    header_document,
)
from api.problems import ProblemError
from api.query_check import CheckedRoute
from crypto.certificate import encode_certificate

BYTES: Final = "application/octet-stream"
_IMMUTABLE: Final = {"Cache-Control": "private, max-age=31536000, immutable"}

router = APIRouter(prefix="/blocks", tags=["blocks"], route_class=CheckedRoute)

BlockHeight = Annotated[int, Path(ge=1, le=HEIGHT_MAX, description="From 1.")]


@router.get(
    "",
    operation_id="listBlocks",
    summary="Block headers",
    responses={200: answer("A page of headers.", BlockPage, None, "Link")},
)
async def list_blocks(
    *,
    request: Request,
    service: Service,
    reader: Reader,
    _role: MayAudit,
    sort: Literal["height:asc", "height:desc"] = "height:asc",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[int | None, Query(ge=0, le=HEIGHT_MAX, description="From `Link`.")] = None,
) -> Response:
    """The headers of the blocks, in order of height."""
    head = reader.height
    if sort == "height:asc":
        first = (cursor or 0) + 1
        heights, end = range(first, min(first + limit, head + 1)), head
    else:
        last = head if cursor is None else min(cursor - 1, head)
        heights, end = range(last, max(last - limit, 0), -1), 1
    ledger = service.ledger
    page = tuple(header_document(ledger.header(each), ledger.block_hash(each)) for each in heights)
    headers = height_headers(reader)
    if page and page[-1].height != end:
        headers |= next_link(request, str(page[-1].height))
    return json_response(BlockPage(blocks=page), headers=headers)


@router.get(
    "/{height}",
    operation_id="getBlock",
    summary="One block",
    responses={
        200: {
            **answer("The block; its bytes never change.", BlockDocument, None, "ETag"),
            "content": content(BlockDocument) | content(None, None, BYTES),
        }
    },
)
async def get_block(
    request: Request, service: Service, height: BlockHeight, _role: MayAudit
) -> Response:
    """A block with its entries as they were signed, and their results.

    As `application/octet-stream`: the very bytes of the ledger files, whose header's SHA-256 is the
    block hash.
    """
    media_type = negotiate(request, (JSON, BYTES))
    _expect_held(service.ledger.height, height)
    if media_type == BYTES:
        body = service.ledger.block_bytes(height)
    else:
        document = block_document(service.ledger.block(height))
        body = msgspec.json.encode(document)
    return cached_response(request, body, media_type, _IMMUTABLE)


@router.get(
    "/{height}/certificate",
    operation_id="getCertificate",
    summary="The offices' signatures for one block",
    responses={
        200: {
            **answer("The certificate.", CertificateDocument, None, "ETag"),
            "content": content(CertificateDocument) | content(None, None, BYTES),
        }
    },
)
async def get_certificate(
    request: Request, service: Service, height: BlockHeight, _role: MayAudit
) -> Response:
    """A quorum's checkpoint signatures for this very block.

    A block that was caught up with may have none of its own: a later block's certificate covers it
    through the chain of hashes.
    """
    media_type = negotiate(request, (JSON, BYTES))
    _expect_held(service.ledger.height, height)
    certificate = service.ledger.certificate(height)
    if certificate is None:
        raise ProblemError("not-found", f"Block {height} has no certificate of its own here.")
    if media_type == BYTES:
        body = encode_certificate(certificate)
    else:
        body = msgspec.json.encode(certificate_document(certificate))
    # Other offices' signatures may make another certificate of the same block elsewhere.
    return cached_response(request, body, media_type, {"Cache-Control": "private, no-cache"})


def _expect_held(held: int, height: int) -> None:
    if height > held:
        raise ProblemError("not-found", f"The ledger ends at height {held} here, not {height}.")
