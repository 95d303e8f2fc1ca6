"""How many exports a node writes at a time: each reads the whole ledger, or all filings of an office."""

from collections import Counter
from typing import Final, NoReturn, cast

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.problems import ProblemError

EXPORTS_MAX: Final = 4
EXPORTS_OF_TOKEN_MAX: Final = 2
"""Less than all: who reads slowly keeps out nobody else. More than one: the next may be asked for as one ends."""
RETRY_SECONDS: Final = 30


class ExportPlaces:
    """The places of the exports under way."""

    def __init__(self) -> None:
        self.taken = Counter[str]()
        """How many each token has."""

    def take(self, token: str) -> None:
        """Take a place for a token, named by its id, until `leave`.

        Raises:
            ProblemError: 503, none is free, or the token has as many as it may.
        """
        if self.taken[token] >= EXPORTS_OF_TOKEN_MAX:
            _refuse(f"{EXPORTS_OF_TOKEN_MAX} exports of this token are under way already.")
        if self.taken.total() >= EXPORTS_MAX:
            _refuse(f"{EXPORTS_MAX} exports are under way already.")
        self.taken[token] += 1

    def leave(self, token: str) -> None:
        """Free a place that a token had taken."""
        self.taken[token] -= 1
        self.taken += Counter()  # without those that have none


def _refuse(detail: str) -> NoReturn:
    raise ProblemError("overloaded", detail, headers={"Retry-After": str(RETRY_SECONDS)})


def token_of(request: Request) -> str:
    """The id of the token by which a request was authorised."""
    return str(request.scope["state"]["token_id"])


def export_places_of(request: Request) -> ExportPlaces:
    """The places of the node that this application belongs to."""
    return cast("ExportPlaces", request.app.state.exports)


class ExportResponse(StreamingResponse):
    """An export on its way; its place is free again at the end, whether or not it was taken."""

    def __init__(
        self, *arguments: object, places: ExportPlaces, token: str, **options: object
    ) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self._places = places
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._places.leave(self._token)
