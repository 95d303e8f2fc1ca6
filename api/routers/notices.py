"""`/notices`: what concerns this office, as a list and as a stream of server-sent events."""

from collections.abc import AsyncIterator
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.answers import encode, height_headers, json_response
from api.dependencies import (
    MayRead,
    Permission,
    Reader,
    Service,
    asks_earlier_height,
    authorise,
    settings_of,
    turns_of,
)
from api.description import JsonObject, answer
from api.examples import NOTICES, as_json
from api.explain import FieldError, quote
from api.notice_documents import NoticePageDocument
from api.problems import ProblemError
from api.query_check import CheckedRoute
from ledger.register.notice_place import MalformedPlaceError, NoticePlace, parse_place
from ledger.register.notices import Notice
from node.notices import PAGE_NOTICES, NoticePage

RECONNECT_MS: Final = 1_000
"""What a client is told to wait before it connects again."""

_EXAMPLE: Final = as_json(NoticePageDocument(notices=NOTICES, go_on_from="3", is_caught_up=True))
_EVENTS: Final[JsonObject] = {"text/event-stream": {"schema": {"type": "string"}}}
_STREAM: Final = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
"""Whatever stands between must neither keep the stream nor hold it back."""

router = APIRouter(prefix="/notices", tags=["notices"], route_class=CheckedRoute)


async def _since(
    since: Annotated[
        str,
        Query(
            max_length=40,
            description="A height: notices of later blocks. The id of a notice, or `goOnFrom`: those after it.",
        ),
    ] = "0",
) -> NoticePlace:
    return _place("since", since)


async def _resumed(
    since: Annotated[NoticePlace, Depends(_since)],
    last_event_id: Annotated[
        str,
        Header(
            max_length=40,
            description="The `id` of the last event: sent by clients that connect again; it goes before `since`.",
        ),
    ] = "",
) -> NoticePlace:
    return _place("Last-Event-ID", last_event_id) if last_event_id else since


def _place(name: str, text: str) -> NoticePlace:
    try:
        return parse_place(text)
    except MalformedPlaceError:
        expected = "a height such as 12, or the id of a notice such as 12.3.0"
        fault = FieldError(name, expected, quote(text))
        raise ProblemError("invalid-parameter", errors=(fault,)) from None


def _expect_reached(name: str, place: NoticePlace, last_height: int) -> None:
    """Refuse a place to which the ledger has not come: whoever waits there would be told nothing, and not know it."""
    if place.height > last_height:
        expected = f"a place up to height {last_height}, the last of this node"
        raise ProblemError("invalid-parameter", errors=(FieldError(name, expected, str(place)),))


async def _listening(service: Service, _role: MayRead) -> AsyncIterator[None]:
    with service.notices.listening():
        yield


@router.get(
    "",
    operation_id="listNotices",
    summary="What concerns this office",
    responses={200: answer("A page of notices.", NoticePageDocument, _EXAMPLE, "Link")},
)
async def list_notices(
    *,
    request: Request,
    service: Service,
    _role: MayRead,
    reader: Reader,
    since: Annotated[NoticePlace, Depends(_since)],
    limit: Annotated[int, Query(ge=1, le=1000)] = PAGE_NOTICES,
) -> Response:
    """What other offices' entries, and own ones, mean for this office's filings and their families.

    A page may hold less than `limit`, or nothing, and yet not be the last: a request does a second's work at most.
    Go on from `goOnFrom`, until `isCaughtUp`. With `asOf` the blocks after that height are not there yet.
    """
    last_height = reader.height if asks_earlier_height(request) else None
    _expect_reached("since", since, service.notices.height if last_height is None else last_height)
    async with turns_of(request).lists.taken():
        headers = height_headers(reader)
        page = await service.notices.page(since, limit, last_height)
    document = NoticePageDocument(
        notices=page.notices, go_on_from=str(page.place), is_caught_up=page.is_caught_up
    )
    if not page.is_caught_up:
        parameters = urlencode({**request.query_params, "since": document.go_on_from})
        headers["Link"] = f'<{request.url.path}?{parameters}>; rel="next"'
    return json_response(document, headers=headers)


@router.get(
    "/stream",
    operation_id="followNotices",
    summary="What concerns this office, as it happens",
    response_class=StreamingResponse,
    responses={200: {"description": "The stream.", "content": _EVENTS}},
    dependencies=[Depends(_listening)],
)
async def follow_notices(
    request: Request, service: Service, after: Annotated[NoticePlace, Depends(_resumed)]
) -> Response:
    """Server-sent events: a `notice` for each notice, and now and then a `place`, up to which all was told.

    Each event has an `id`. A client that connects again with the last one in `Last-Event-ID` misses nothing and gets
    nothing twice, at whatever time and after whatever restarts.
    """
    # A node that was restored may be behind what the client was told: it has a while to catch up.
    await service.notices.reach(after.height, settings_of(request).height_wait_ms_max / 1000)
    name = "Last-Event-ID" if request.headers.get("Last-Event-ID") else "since"
    _expect_reached(name, after, service.notices.height)
    # Not as the route's class: FastAPI would then take one event after the other from a generator.
    return EventSourceResponse(_events(request, service.notices.follow(after)), headers=_STREAM)


async def _events(request: Request, pages: AsyncIterator[NoticePage]) -> AsyncIterator[bytes]:
    """Each page in one piece: a task switch for each event would cost more than the event."""
    async for page in pages:
        if not _may_still_read(request):
            return
        if page.notices:
            yield b"".join(map(_notice_event, page.notices))
        else:
            place = str(page.place)
            text = _json({"place": place})
            yield format_sse_event(event="place", id=place, data_str=text, retry=RECONNECT_MS)


def _notice_event(notice: Notice) -> bytes:
    return format_sse_event(event="notice", id=notice.notice_id, data_str=_json(notice))


def _may_still_read(request: Request) -> bool:
    """Whether the token has not been revoked since the stream began."""
    try:
        authorise(request, Permission.READ)
    except ProblemError:
        return False
    return True


def _json(value: object) -> str:
    return encode(value).decode()
