"""Bulk documents that the client does not wait for (RFC 7240, `Prefer: respond-async`).

The state lives in this process only. After a restart the client sends its document again, which is
safe: what is registered already is answered with its first receipt.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from typing import Final, NamedTuple

from api.bulk_places import Places
from api.formats import Row
from api.registration import Progress
from api.schemas import RequestReport
from node.service import RegisterService

REQUESTS_KEPT_MAX: Final = 64
"""Finished requests beyond this number are forgotten, the oldest first."""
ROWS_KEPT_MAX: Final = 200_000
"""... and so are those whose reports together have more rows."""
REQUESTS_RUNNING_MAX: Final = 8


class _Running(NamedTuple):
    task: asyncio.Task[None]
    progress: Progress


class Requests:
    """The asynchronous requests of one application."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._known: OrderedDict[str, _Running] = OrderedDict()

    def start(
        self,
        service: RegisterService,
        rows: Iterator[Row],
        key: str | None,
        token: str,
    ) -> str | None:
        """Begin to register the rows; the id of the request, or None when too many are running."""
        running = sum(not request.task.done() for request in self._known.values())
        if running >= REQUESTS_RUNNING_MAX:
            return None
        self._forget_oldest()
        progress = Progress()
        request_id = secrets.token_urlsafe(16)
        task = asyncio.create_task(self._register(progress, service, rows, key, token))
        self._known[request_id] = _Running(task, progress)
        return request_id

    async def _register(
        self,
        progress: Progress,
        service: RegisterService,
        rows: Iterator[Row],
        key: str | None,
        token: str,
    ) -> None:
        async with self._places.taken(token):
            await progress.register(service, rows, key)

    def _forget_oldest(self) -> None:
        finished = [name for name, request in self._known.items() if request.task.done()]
        rows = sum(len(self._known[name].progress.reports) for name in finished)
        for name in finished:
            if len(self._known) < REQUESTS_KEPT_MAX and rows <= ROWS_KEPT_MAX:
                return
            rows -= len(self._known.pop(name).progress.reports)

    def report(self, request_id: str) -> RequestReport | None:
        """How far the request is; None when it is not known."""
        request = self._known.get(request_id)
        if request is None:
            return None
        rows_done = len(request.progress.reports)
        if not request.task.done():
            return RequestReport(request_id=request_id, status="running", rows_done=rows_done)
        if request.task.cancelled() or request.task.exception() is not None:
            return RequestReport(request_id=request_id, status="failed", rows_done=rows_done)
        return RequestReport(
            request_id=request_id,
            status="finished",
            rows_done=rows_done,
            report=request.progress.report(),
        )

    async def close(self) -> None:
        """Give up what is running."""
        tasks = [request.task for request in self._known.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
