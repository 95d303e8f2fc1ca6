"""`/application-numbers`: every form and warning of one number."""

from datetime import date
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Query
from starlette.responses import Response

from api.answers import json_response
from api.dependencies import MayRead
from api.description import answer
from api.explain import FieldError
from api.problems import ProblemError
from api.query_check import CheckedRoute
from ledger.register.entries import TEXT_LENGTH_MAX, Right
from ledger.register.number_forms import NumberForms, number_forms
from ledger.register.offices import office_code

_EXAMPLE: Final = msgspec.to_builtins(
    number_forms("CN", "patent", "202111286633X", date(2017, 4, 24))
)

router = APIRouter(
    prefix="/application-numbers", tags=["application-numbers"], route_class=CheckedRoute
)


@router.get(
    "/{office}",
    operation_id="normaliseNumber",
    summary="All forms of an application number",
    responses={200: answer("The number as the office's rules read it.", NumberForms, _EXAMPLE)},
)
async def normalise_number(
    office: str,
    application_number_text: Annotated[
        str,
        Query(
            alias="applicationNumberText",
            min_length=1,
            max_length=TEXT_LENGTH_MAX,
            description="In any usual form: printed, DOCDB, epodoc, ST.13.",
        ),
    ],
    _role: MayRead,
    right: Annotated[Right, Query(description="The right that was applied for.")] = "patent",
    filing_date: Annotated[
        date | None,
        Query(
            alias="filingDate",
            description="Decides between forms; some forms cannot be written without it.",
        ),
    ] = None,
) -> Response:
    """Nothing is looked up: the answer rests on the rules alone, and is the same at every height."""
    code = office_code(office)
    if not code:
        fault = FieldError("office", "a code of WIPO ST.3", office[:80])
        raise ProblemError("invalid-parameter", errors=(fault,))
    return json_response(number_forms(code, right, application_number_text, filing_date))
