"""Routes that answer only the question that was asked: a query parameter that they do not know is refused.

A slip such as `asof=5` would otherwise be answered as if nothing had been asked.
"""

from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qsl

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Permission, authorise
from api.earlier_heights import NO_EARLIER_ANSWER
from api.explain import FieldError, received
from api.problems import ProblemError

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
_FAULTS_MAX = 20


class CheckedRoute(APIRoute):
    """A route of the framework, whose declared query parameters are all that it takes."""

    def get_route_handler(self) -> Handler:
        """The framework's handler, behind the check."""
        return checked(super().get_route_handler(), _declared(self.dependant), self.operation_id)


def checked(handler: Handler, known: tuple[str, ...], operation_id: str | None) -> Handler:
    """The handler, for requests whose query has only parameters that are known, each once.

    Raises (when it is called):
        ProblemError: 401, no token came; 400, naming each other parameter, and those that are known, or why the
            question has no answer for an earlier height.
    """
    why_not_earlier = NO_EARLIER_ANSWER.get(operation_id or "", "")

    async def handle(request: Request) -> Response:
        if request.scope["query_string"]:
            _expect_known(request, known, why_not_earlier)
        return await handler(request)

    return handle


def _expect_known(request: Request, known: tuple[str, ...], why_not_earlier: str) -> None:
    query = request.scope["query_string"].decode("latin-1")
    given = parse_qsl(query, keep_blank_values=True)
    counts = Counter(name for name, _ in given)
    expected = f"one of the parameters {', '.join(known)}" if known else "no parameters here"
    faults = [
        FieldError(
            name[:80],
            expected if name not in known else "this parameter once",
            received(name, value),
        )
        for name, value in dict(given).items()
        if name not in known or counts[name] > 1
    ]
    if faults:
        authorise(request, Permission.READ)  # Nobody else is told more than that a token is needed.
        named = tuple(faults[:_FAULTS_MAX])
        if why_not_earlier and any(fault.field == "asOf" for fault in faults):
            raise ProblemError("no-earlier-answer", why_not_earlier, errors=named)
        raise ProblemError("invalid-parameter", errors=named)


def _declared(dependant: Dependant) -> tuple[str, ...]:
    """The names of the query parameters of a handler and of all that it depends on, each once."""
    names = [str(parameter.alias) for parameter in dependant.query_params]
    for each in dependant.dependencies:
        names += _declared(each)
    return tuple(dict.fromkeys(names))
