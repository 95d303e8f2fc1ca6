"""Turns whatever ends a request into a problem document (RFC 9457): one place for all routes."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.answers import problem_response
from api.confidential import add_confidential_handlers
from api.explain import FieldError, received
from api.problems import ProblemError
from ledger.errors import InvalidSubmissionError, MalformedSubmissionError
from node.service import (
    ExpiredError,
    NotEntitledError,
    OverloadedError,
    RequestTimeoutError,
    StoppingError,
)

_CODES: Final = {
    400: "malformed-request",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
}


def add_error_handlers(app: FastAPI) -> None:
    """Have the application answer every error with a problem document.

    What none of these handlers knows ends in the request envelope (see `middleware`).
    """
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid_parameter)
    app.add_exception_handler(HTTPException, _on_http_exception)
    add_confidential_handlers(app)
    for error in _REASONS:
        app.add_exception_handler(error, _on_refusal)


_REASONS: Final[dict[type[Exception], tuple[str, dict[str, str]]]] = {
    OverloadedError: ("overloaded", {"Retry-After": "1"}),
    StoppingError: ("stopping", {"Retry-After": "5"}),
    RequestTimeoutError: ("undecided", {}),
    NotEntitledError: ("other-office", {}),
    ExpiredError: ("undecided", {}),
    InvalidSubmissionError: ("invalid-submission", {}),
    MalformedSubmissionError: ("malformed-request", {}),
}
"""What the service and the ledger raise, as problems."""


async def _on_refusal(request: Request, error: Exception) -> Response:
    code, headers = _REASONS[type(error)]
    return _answer(request, ProblemError(code, str(error), headers=headers))


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return _answer(request, error)


async def _on_invalid_parameter(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = tuple(
        FieldError(name, _in_words(fault), received(name, fault.get("input")))
        for fault in error.errors()
        for name in (str(fault["loc"][-1]),)
    )
    return _answer(request, ProblemError("invalid-parameter", errors=faults))


_EXPECTED: Final = {
    "missing": "a value",
    "int_parsing": "a whole number",
    "bool_parsing": "true or false",
    "date_parsing": "a date as YYYY-MM-DD",
    "date_from_datetime_parsing": "a date as YYYY-MM-DD",
    "date_from_datetime_inexact": "a date as YYYY-MM-DD",
    "literal_error": "one of {expected}",
    "greater_than_equal": "a number from {ge}",
    "less_than_equal": "a number up to {le}",
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "at least {min_length} characters",
    "string_pattern_mismatch": "a text like {pattern}",
}
"""What the framework's kinds of faults expect, in the words of this API."""


def _in_words(fault: Mapping[str, Any]) -> str:
    words = _EXPECTED.get(fault["type"])
    return str(fault["msg"]) if words is None else words.format_map(fault.get("ctx", {}))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    """Answer what the framework itself raises: no such path, no such method."""
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "internal-error")
    detail = f"{request.method} {request.url.path}"
    return _answer(request, ProblemError(code, detail, headers=error.headers))


def _answer(request: Request, problem: ProblemError) -> Response:
    """The problem's document; its reason is left where the log finds it."""
    request.state.reason = problem.reason
    return problem_response(problem, request.state.request_id)
