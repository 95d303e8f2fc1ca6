"""`/filings`: reading what the offices registered."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.answers import (
    JSON,
    cached_response,
    height_headers,
    json_response,
    negotiate,
    next_link,
)
from api.bulk_places import Turn
from api.dependencies import MayRead, Reader, Service, turns_of
from api.description import JsonObject, answer
from api.examples import FILING_ID, REGISTER, as_json
from api.explain import FieldError
from api.filing_documents import (
    FilingDocument,
    FilingHistory,
    FilingPage,
    HistoryItem,
    filing_document,
)
from api.filing_paths import FilingId, filing_key_of, load_existing
from api.formats import CSV, JSON_LINES, XML, write
from api.formats.registered import SealedClaimError, as_filed
from api.formats.row import ListedFiling
from api.ledger_documents import signed_entry
from api.moments import moment_text
from api.problems import ProblemError
from api.query_check import CheckedRoute
from api.seen_entries import seen_entry
from ledger.register.disputes import load_disputes, load_disputes_between
from ledger.register.entries import Right
from ledger.register.filing import FilingRecord, decode_filing
from ledger.register.keys import RIGHT_LETTERS, filing_id, history_links
from ledger.register.offices import office_code
from ledger.register.sealed import entered_at, home_key, resolved
from ledger.register.view import RegisterView
from node.service import RegisterService

HISTORY_MAX: Final = 1_000
"""Entries shown of one filing."""

LIMIT_AT_ONCE: Final = 100
"""Filings of a page that needs no turn."""

LEFT_OUT_NAMED: Final = 50
"""Filings that a header names which the page cannot carry."""

OFFERED: Final = (JSON, CSV, *JSON_LINES, XML)
"""Media types of a filing and of a page of them."""

_EXAMPLE: Final = as_json(filing_document(*load_existing(REGISTER, FILING_ID)))

router = APIRouter(prefix="/filings", tags=["filings"], route_class=CheckedRoute)


def _in_all_forms(description: JsonObject) -> JsonObject:
    """The description of an answer that can be had as JSON, with the other forms."""
    others = {name: {"schema": {"type": "string"}} for name in OFFERED if name != JSON}
    return {**description, "content": {**description["content"], **others}}


@router.get(
    "",
    operation_id="listFilings",
    summary="The filings of an office",
    responses={
        200: _in_all_forms(
            answer("A page of filings.", FilingPage, {"filings": [_EXAMPLE]}, "Link")
        )
    },
)
async def list_filings(
    *,
    request: Request,
    service: Service,
    reader: Reader,
    _role: MayRead,
    office: Annotated[str, Query(max_length=2, description="ST.3 code.", examples=["AU"])] = "",
    right: Annotated[Right | None, Query(description="Needs `office`.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str, Query(max_length=100, description="From `Link`.")] = "",
) -> Response:
    """All filings, those of an office, or those of an office and right, in order of their numbers.

    As JSON they stand as they are; as JSON Lines, table or XML as they were filed, ready for import.
    Those can carry no filing that names a sealed one: the header `Register-Left-Out` names what is left out,
    at most 50, and `Register-Left-Out-Count` says how many there are.
    With `asOf` a page looks at as many filings of today, and may show fewer: `Link` tells whether it is the last.
    """
    media_type = negotiate(request, OFFERED)
    prefix = _prefix(office, right)
    after = filing_key_of(cursor, "cursor") if cursor else b""
    turn = turns_of(request).walks.taken() if limit > LIMIT_AT_ONCE else contextlib.nullcontext()
    async with turn:
        return await _listed(request, service, reader, media_type, (prefix, after, limit))


async def _listed(
    request: Request,
    service: RegisterService,
    reader: RegisterView,
    media_type: str,
    part: tuple[bytes, bytes, int],
) -> Response:
    """The page of the filings with this prefix, after this key, of at most so many."""
    prefix, after, limit = part
    # One more than the page tells whether there is a next one. Those of today bound the work of a page.
    keys = [key for key, _ in service.reader.scan(prefix, after, limit + 1)]
    headers = {**height_headers(reader), "Vary": "Accept"}
    if len(keys) > limit:
        headers |= next_link(request, filing_id(keys[limit - 1]))
    if media_type == JSON:
        page = await _page(service, reader, keys[:limit])
        return json_response(FilingPage(filings=page), headers=headers)
    filings: list[ListedFiling] = []
    left_out = []
    async for key, record in _records(service.view_at(reader.height), keys[:limit]):
        try:
            filings.append(as_filed(key, record))
        except SealedClaimError:
            left_out.append(filing_id(key))
    if left_out:
        headers["Register-Left-Out"] = ", ".join(left_out[:LEFT_OUT_NAMED])
        headers["Register-Left-Out-Count"] = str(len(left_out))
    return Response(write(media_type, filings), headers=headers, media_type=media_type)


async def _records(
    reader: RegisterView, keys: Iterable[bytes]
) -> AsyncIterator[tuple[bytes, FilingRecord]]:
    """The filings with these fact keys that the reader has, as `load_existing`; others get their turn between."""
    turn = Turn()
    for key in keys:
        value = reader.get(key)
        if value is not None:
            yield key, resolved(reader.get, decode_filing(value))
            await turn.offer()


def _listable(key: bytes, record: FilingRecord) -> ListedFiling:
    """The filing as it was filed.

    Raises:
        ProblemError: 406, it names a sealed filing.
    """
    try:
        return as_filed(key, record)
    except SealedClaimError as error:
        raise ProblemError("not-acceptable", f"{error}: ask for {JSON}.") from None


async def _page(
    service: RegisterService, reader: RegisterView, keys: list[bytes]
) -> tuple[FilingDocument, ...]:
    """The filings with these fact keys, in order, as JSON; without those that the reader has not."""
    if not keys:
        return ()
    reader = service.view_at(reader.height)
    disputes = load_disputes_between(reader, keys[0], keys[-1])
    return tuple(
        [
            filing_document(
                key,
                record,
                load_disputes(reader, key) if record.claim_key else disputes.get(key, ()),
            )
            async for key, record in _records(reader, keys)
        ]
    )


def _prefix(office: str, right: Right | None) -> bytes:
    """What the keys of these filings begin with."""
    if not office:
        if right is not None:
            fault = FieldError("office", "an ST.3 code beside the right", "nothing")
            raise ProblemError("invalid-parameter", errors=(fault,))
        return b"f"
    code = office_code(office)
    if not code:
        fault = FieldError("office", "an ST.3 code, such as AU", office)
        raise ProblemError("invalid-parameter", errors=(fault,))
    return f"f{code}{RIGHT_LETTERS[right] if right else ''}".encode()


@router.get(
    "/{filing}",
    operation_id="getFiling",
    summary="One filing",
    responses={
        200: _in_all_forms(answer("The filing as it stands.", FilingDocument, _EXAMPLE, "ETag"))
    },
)
async def get_filing(
    request: Request, reader: Reader, filing: FilingId, _role: MayRead
) -> Response:
    """A filing with its priority claims, events and disputes, as they stand at `Register-Height`.

    As JSON Lines, table or XML it stands as it was filed, ready for import.
    """
    media_type = negotiate(request, OFFERED)
    key, record = load_existing(reader, filing)
    if media_type == JSON:
        body = msgspec.json.encode(filing_document(key, record, load_disputes(reader, key)))
    else:
        body = write(media_type, (_listable(key, record),))
    headers = {**height_headers(reader), "Cache-Control": "private, no-cache"}
    return cached_response(request, body, media_type, headers)


@router.get(
    "/{filing}/history",
    operation_id="getFilingHistory",
    summary="The entries about one filing",
    responses={200: answer("The entries, the oldest first.", FilingHistory)},
)
async def get_filing_history(
    service: Service, reader: Reader, filing: FilingId, _role: MayRead
) -> Response:
    """The entry that registered a filing, and the events, claims and disputes since, as they were signed.

    Of a filing that was once sealed the first is the sealed one; its opening stands among the others. Claims to
    sealed filings of which this office may know nothing are left out.
    """
    key, record = load_existing(reader, filing)
    headers = height_headers(reader)
    home = home_key(key, record)
    places = [entered_at(reader.get, home) or (record.height, record.index)]
    links = reader.scan(history_links(home), limit=HISTORY_MAX)
    places += [(int.from_bytes(link[-12:-4]), int.from_bytes(link[-4:])) for link, _ in links]
    items = []
    for each_height, index in places:
        item = _history_item(service, reader, key, each_height, index)
        if item is not None:
            items.append(item)
        await asyncio.sleep(0)  # Each one reads a whole block.
    history = FilingHistory(filing_id=filing_id(key), items=tuple(items))
    return json_response(history, headers=headers)


def _history_item(
    service: RegisterService, view: RegisterView, filing: bytes, height: int, index: int
) -> HistoryItem | None:
    block = service.ledger.block(height)
    office, signed = signed_entry(block, index)
    entry = signed if view.owns(filing) else seen_entry(view, signed)
    if entry is None:
        return None
    return HistoryItem(
        height=height,
        index=index,
        block_time=moment_text(block.header.time_ms),
        ip_office_code=office,
        entry=msgspec.Raw(entry),
    )
