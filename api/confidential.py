"""Documents with access codes: how they are read, and how what is wrong with them is told without a word of them."""

from typing import Final, TypeVar, cast

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api.answers import problem_response, read_document
from api.explain import NOT_REPEATED, FieldError
from api.problems import ProblemError
from api.rejections import CONFLICT_REASONS
from node.sealed.codes import CodesNotKeptError
from node.sealed.desk import SealedDesk, UnknownCodeError
from node.sealed.given import NoSealedFilingError, NoSuchClaimError, UnclearClaimError
from node.sealed.lookout import NotUpToDateError
from node.sealed.sealing import RefusedError

NO_STORE: Final = {"Cache-Control": "no-store"}
"""Of answers that hold an access code."""
_NOTHING: Final = "nothing"
"""What is said of a value that did not come."""
_T = TypeVar("_T")


def desk_of(request: Request) -> SealedDesk:
    """The desk of the node that this application belongs to."""
    return cast("SealedDesk", request.app.state.desk)


async def read_confidential(
    request: Request, decoder: msgspec.json.Decoder[_T], bytes_max: int
) -> _T:
    """The document of the body.

    Raises:
        ProblemError: as `read_document`, but without a value that came: it may be a code in the wrong place.
        ClientDisconnect: the client went away.
    """
    try:
        return await read_document(request, decoder, bytes_max)
    except ProblemError as error:
        shown = tuple(
            FieldError(
                each.field, each.expected, _NOTHING if each.received == _NOTHING else NOT_REPEATED
            )
            for each in error.errors
        )
        if error.code not in {"malformed-request", "invalid-fields"}:
            raise
        raise ProblemError(error.code, errors=shown) from None


def add_confidential_handlers(app: FastAPI) -> None:
    """Have the application answer what the desk raises with a problem document."""
    for error in (
        NoSealedFilingError,
        NoSuchClaimError,
        UnclearClaimError,
        RefusedError,
        UnknownCodeError,
        CodesNotKeptError,
        NotUpToDateError,
    ):
        app.add_exception_handler(error, _on_desk_error)


async def _on_desk_error(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    request.state.reason = problem.reason
    return problem_response(problem, request.state.request_id)


def problem_of(error: Exception) -> ProblemError:
    """The problem that stands for what the desk raised."""
    match error:
        case NoSealedFilingError() | NoSuchClaimError():
            return _claim_problem(error)
        case UnclearClaimError():
            fault = FieldError(error.field, error.expected, NOT_REPEATED)
            return ProblemError("invalid-fields", errors=(fault,))
        case RefusedError():
            fault = FieldError(error.field, error.expected, NOT_REPEATED)
            code = "conflict" if error.reason in CONFLICT_REASONS else "invalid-fields"
            return ProblemError(code, reason=error.reason, errors=(fault,))
        case UnknownCodeError():
            detail = f"This office keeps no access code of such a filing: {error}."
            return ProblemError("not-found", detail)
        case NotUpToDateError():
            return ProblemError("not-up-to-date", str(error), headers={"Retry-After": "5"})
        case _:
            return ProblemError("codes-not-kept", str(error), headers={"Retry-After": "60"})


def _claim_problem(error: NoSealedFilingError | NoSuchClaimError) -> ProblemError:
    if isinstance(error, NoSealedFilingError):
        expected = "number, date and access code as the receipt of the sealed filing has them"
        fault = FieldError(error.field, expected, NOT_REPEATED)
        return ProblemError("no-sealed-filing", reason="NO_SEALED_FILING", errors=(fault,))
    expected = "a claim that the filing has, with its number and date: nothing was submitted"
    fault = FieldError(error.field, expected, NOT_REPEATED)
    return ProblemError("rejected", reason="CLAIM_NOT_FOUND", errors=(fault,))
