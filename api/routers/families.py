"""`/families`: filings that share priorities, directly or through others."""

from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.answers import JSON, cached_response, height_headers
from api.dependencies import MayRead, Reader, Service, turns_of
from api.description import answer
from api.examples import FILING_ID, REGISTER, as_json
from api.filing_paths import FilingId, filing_key_of
from api.problems import ProblemError
from api.query_check import CheckedRoute
from ledger.register.family import Family, FamilyKind, find_family
from ledger.register.keys import filing_id

_KINDS: Final = (
    "`simple`: equal sets of active priorities. `extended`: all that hangs together. `complex`: all that share a"
    " priority, one family for each priority of the filing. `national`: the filings of its office that go back to one"
    " origin there. `domestic`: of these, those with the same originating applications. The artificial (technical)"
    " family of the glossary is not made: its members share no priority, and only people find it."
)

_EXAMPLE: Final = as_json(find_family(REGISTER, FILING_ID, "simple"))

router = APIRouter(prefix="/families", tags=["families"], route_class=CheckedRoute)


@router.get(
    "/{filing}",
    operation_id="getFamily",
    summary="The family of a filing",
    responses={200: answer("The members, each with what joins it.", Family, _EXAMPLE, "ETag")},
)
async def get_family(
    *,
    request: Request,
    service: Service,
    reader: Reader,
    filing: FilingId,
    _role: MayRead,
    kind: Annotated[FamilyKind, Query(description=_KINDS)] = "simple",
    without_disputed: Annotated[
        bool,
        Query(
            alias="withoutDisputed",
            description="Leave out claims and relations that an office disputes.",
        ),
    ] = False,
) -> Response:
    """The family of a filing by a kind of the WIPO Handbook's glossary, with the rule, and what joins each member.

    The filing need not be registered itself, when others claim its priority.
    """
    identifier = filing_id(filing_key_of(filing))
    async with turns_of(request).walks.taken():
        family = service.family(identifier, kind, reader, without_disputed=without_disputed)
        body = msgspec.json.encode(family)
    if not any(member.is_registered for member in family.members):
        detail = (
            f"Neither {identifier} nor a filing that claims it is registered at {reader.height}."
        )
        raise ProblemError("not-found", detail)
    headers = {**height_headers(reader), "Cache-Control": "private, no-cache"}
    return cached_response(request, body, JSON, headers)
