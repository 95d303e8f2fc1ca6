"""Questions that take long take turns, so that none of them keeps the node from its other work.

The event loop that answers also brings agreement forward: a batch of big families at once would hold it for seconds,
and the other offices would take this node for dead.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final, NamedTuple

from api.problems import ProblemError

RETRY_SECONDS: Final = 2


class Turns:
    """So many at once; the others wait, in the order in which they came."""

    def __init__(self, at_once: int, waiting_max: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._waiting_max = waiting_max

    @contextlib.asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """A turn; behind it everything else that is ready goes before the next one.

        Raises:
            ProblemError: 503, too many wait already.
        """
        if self._waiting >= self._waiting_max:
            detail = f"{self._waiting} questions that take as long wait already."
            raise ProblemError("overloaded", detail, headers={"Retry-After": str(RETRY_SECONDS)})
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
            await asyncio.sleep(0)
        finally:
            self._free.release()


class LongQuestions(NamedTuple):
    """The turns of one application."""

    walks: Turns
    """Families and long lists of filings, each answered in one go."""
    lists: Turns
    """Lists of verifications, which let others go between their rows."""
    exchange: Turns
    """Judgements of what other offices may read: their questions keep none of this office's own waiting."""


def long_questions() -> LongQuestions:
    """The turns of a new application, with nobody waiting."""
    return LongQuestions(Turns(1, 64), Turns(2, 32), Turns(1, 64))
