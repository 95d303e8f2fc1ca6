"""`/offices/{office}/authority-file`: every number that an office registered, after WIPO ST.37."""

from typing import Annotated, Final, cast

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.answers import JSON, height_headers, negotiate
from api.authority.definition import AuthorityDefinition, MediaType, encode_definition
from api.authority.streaming import AuthorityFiles, AuthorityQuestion
from api.authority.writing import MEDIA_TYPES
from api.dependencies import MayRead, Reader
from api.description import answer, content
from api.export_places import ExportPlaces, ExportResponse, token_of
from api.office_codes import OfficeCode, known_office_code
from api.query_check import CheckedRoute

_SUFFIXES: Final = {"application/xml": "xml", "text/csv": "csv"}
_FILE: Final = {
    "description": "The file (docs/authority-files.md).",
    "content": {name: content(None, None, name)[name] for name in MEDIA_TYPES},
    "headers": {"Register-Height": {"schema": {"type": "string"}}},
}

router = APIRouter(prefix="/offices", tags=["offices"], route_class=CheckedRoute)


@router.get(
    "/{office}/authority-file",
    operation_id="getAuthorityFile",
    summary="Every number that an office registered",
    response_class=StreamingResponse,
    responses={200: _FILE},
)
async def get_authority_file(
    request: Request, reader: Reader, office: OfficeCode, _role: MayRead
) -> Response:
    """A list after WIPO ST.37, as XML or CSV: each open filing of the office with its dates and exception code.

    It is of one height, whatever is registered while it is sent. Its definition says what it covers and its SHA-256.
    """
    media_type = cast("MediaType", negotiate(request, MEDIA_TYPES))
    code = known_office_code(office)
    places = _places_of(request)
    token = token_of(request)
    places.take(token)
    name = f"authority-file-{code}-{reader.height}.{_SUFFIXES[media_type]}"
    headers = {
        **height_headers(reader),
        "Vary": "Accept",
        "Cache-Control": "private, no-cache, no-transform",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    asked = AuthorityQuestion(code, reader.height, media_type)
    pieces = _files_of(request).pieces(asked)
    return ExportResponse(
        pieces, headers=headers, media_type=media_type, places=places, token=token
    )


@router.get(
    "/{office}/authority-file/definition",
    operation_id="getAuthorityFileDefinition",
    summary="What an authority file covers, signed",
    responses={200: answer("The definition.", AuthorityDefinition)},
)
async def get_definition(
    request: Request,
    reader: Reader,
    office: OfficeCode,
    _role: MayRead,
    media_type: Annotated[
        MediaType, Query(alias="mediaType", description="Of which of the two files.")
    ] = "application/xml",
) -> Response:
    """Counts, dates and SHA-256 of the file of the same height, with the signature of this node's office."""
    code, height, headers = known_office_code(office), reader.height, height_headers(reader)
    places = _places_of(request)
    token = token_of(request)
    places.take(token)
    try:
        asked = AuthorityQuestion(code, height, media_type)
        definition = await _files_of(request).definition(asked)
    finally:
        places.leave(token)
    headers["Cache-Control"] = "private, no-cache"
    return Response(encode_definition(definition), headers=headers, media_type=JSON)


def _places_of(request: Request) -> ExportPlaces:
    """Not those of the ledger's exports: who may only read keeps no auditor waiting."""
    return cast("ExportPlaces", request.app.state.authority_places)


def _files_of(request: Request) -> AuthorityFiles:
    return cast("AuthorityFiles", request.app.state.authority_files)
