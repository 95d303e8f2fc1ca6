"""Long work in the event loop, so that others are answered meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Final, cast

from starlette.requests import Request

TURN_SECONDS: Final = 0.02
"""Work that is done before others get their turn."""
DOCUMENTS_MAX: Final = 2
"""Bulk documents that a node works on at a time; of one token one."""
WAITING_MAX: Final = 16
"""Documents that wait for their place."""
WAIT_SECONDS: Final = 30.0
"""How long one waits whose sender waits too."""


class BusyError(Exception):
    """Other documents take too long."""


class Turn:
    """The time since others had theirs."""

    def __init__(self) -> None:
        self._began = perf_counter()

    async def offer(self) -> None:
        """Let others work, if this one has had its time."""
        if perf_counter() - self._began > TURN_SECONDS:
            await asyncio.sleep(0)
            self._began = perf_counter()


class Places:
    """The places of the bulk documents that are worked on."""

    def __init__(self) -> None:
        self._node = asyncio.Semaphore(DOCUMENTS_MAX)
        self._tokens: dict[str, asyncio.Semaphore] = {}
        self._waiting = 0
        self._held: dict[str, int] = {}

    @asynccontextmanager
    async def taken(self, token: str, seconds: float | None = None) -> AsyncIterator[None]:
        """A place for a document of a token, as soon as one is free.

        Raises:
            BusyError: none became free within so many seconds, or too many wait already; without
                `seconds` it waits as long as it takes.
        """
        if seconds is not None and self._waiting >= WAITING_MAX:
            raise BusyError
        own = self._tokens.setdefault(token, asyncio.Semaphore(1))
        self._held[token] = self._held.get(token, 0) + 1
        try:
            await self._take(own, seconds)
            try:
                yield
            finally:
                self._node.release()
                own.release()
        finally:
            self._held[token] -= 1
            if not self._held[token]:
                del self._held[token], self._tokens[token]

    async def _take(self, own: asyncio.Semaphore, seconds: float | None) -> None:
        self._waiting += 1
        try:
            async with asyncio.timeout(seconds):
                await own.acquire()
                try:
                    await self._node.acquire()
                except BaseException:
                    own.release()
                    raise
        except TimeoutError:
            raise BusyError from None
        finally:
            self._waiting -= 1


def places_of(request: Request) -> Places:
    """The places of the node that this application belongs to."""
    return cast("Places", request.app.state.places)
