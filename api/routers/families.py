"""`/families`: filings that share priorities, directly or through others."""

from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.answers import JSON, cached_response, height_headers, json_response
from api.dependencies import MayRead, Reader, Service, turns_of
from api.description import answer
from api.examples import FILING_ID, REGISTER, as_json
from api.explain import FieldError, quote
from api.filing_paths import FilingId, filing_key_of
from api.problems import ProblemError
from api.query_check import CheckedRoute
from ledger.register.family import Family, FamilyKind, find_family
from ledger.register.keys import filing_id
from ledger.register.offices import office_code

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
    disputed_by: Annotated[
        str,
        Query(
            alias="disputedBy",
            description="Beside `withoutDisputed=true`: only what these offices dispute, such as `EP,US`.",
        ),
    ] = "",
) -> Response:
    """The family of a filing by a kind of the WIPO Handbook's glossary, with the rule, and what joins each member.

    The filing need not be registered itself, when others claim its priority. Sealed members are in the answer where
    proved claims connect them with a filing of this node's office; of others there is no hint (docs/register.md, F13).
    """
    identifier = filing_id(filing_key_of(filing))
    disputing = _disputing_offices(disputed_by, without_disputed=without_disputed)
    async with turns_of(request).walks.taken():
        family = service.family(
            identifier, kind, reader, without_disputed=without_disputed, disputed_by=disputing
        )
        headers = {**height_headers(reader), "Cache-Control": "private, no-cache"}
        if not any(member.is_registered for member in family.members):
            detail = f"Neither {identifier} nor a filing that claims it is registered at {family.height}."
            raise ProblemError("not-found", detail, headers=headers)
        if any(member.is_sealed for member in family.members):
            # It may have numbers that nobody else knows yet.
            return json_response(family, headers={**headers, "Cache-Control": "no-store"})
        return cached_response(request, msgspec.json.encode(family), JSON, headers)


def _disputing_offices(text: str, *, without_disputed: bool) -> frozenset[str]:
    """The offices whose disputes count; none: all of them.

    Raises:
        ProblemError: 400, a code is none, or nothing is to be left out.
    """
    if not text:
        return frozenset()
    if not without_disputed:
        fault = FieldError("disputedBy", "withoutDisputed=true beside it", "nothing")
        raise ProblemError("invalid-parameter", errors=(fault,))
    codes = {given: office_code(given) for given in text.split(",")}
    for given, code in codes.items():
        if not code:
            fault = FieldError("disputedBy", "ST.3 codes, such as EP,US", quote(given))
            raise ProblemError("invalid-parameter", errors=(fault,))
    return frozenset(codes.values())
