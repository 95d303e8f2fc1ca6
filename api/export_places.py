"""How many exports a node writes at a time: each reads the whole ledger, or all filings of an office."""

from typing import Final, cast

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.problems import ProblemError

EXPORTS_MAX: Final = 2
RETRY_SECONDS: Final = 30


class ExportPlaces:
    """The places of the exports under way."""

    def __init__(self) -> None:
        self._taken = 0

    def take(self) -> None:
        """Take a place, until `leave`.

        Raises:
            ProblemError: 503, none is free.
        """
        if self._taken >= EXPORTS_MAX:
            detail = f"{EXPORTS_MAX} exports are under way already."
            raise ProblemError("overloaded", detail, headers={"Retry-After": str(RETRY_SECONDS)})
        self._taken += 1

    def leave(self) -> None:
        """Free a place that was taken."""
        self._taken -= 1


def export_places_of(request: Request) -> ExportPlaces:
    """The places of the node that this application belongs to."""
    return cast("ExportPlaces", request.app.state.exports)


class ExportResponse(StreamingResponse):
    """An export on its way; its place is free again at the end, whether or not it was taken."""

    def __init__(self, *arguments: object, places: ExportPlaces, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self._places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._places.leave()
