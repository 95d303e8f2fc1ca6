"""Readers that wait until this node holds a height: woken by the block itself, and never more than a few."""

import asyncio
from typing import Final

from node.registration import OverloadedError, ServiceError

WAITING_MAX: Final = 256
"""Readers that may wait at a time."""


class HeightWaiters:
    """Who waits for which height."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[None], int] = {}

    async def wait(self, height: int, seconds: float) -> bool:
        """Return true when the height is reached, false when it is not in so many seconds.

        Raises:
            OverloadedError: too many wait already.
            ServiceError: what the waiting was ended by.
        """
        if len(self._waiting) >= WAITING_MAX:
            raise OverloadedError(f"expected at most {WAITING_MAX} readers that wait for a height")
        reached = asyncio.get_running_loop().create_future()
        self._waiting[reached] = height
        try:
            async with asyncio.timeout(seconds):
                await reached
        except TimeoutError:
            return False
        finally:
            self._waiting.pop(reached, None)
        return True

    def reached(self, height: int) -> None:
        """The node holds this height: wake those who wait for no more."""
        if not self._waiting:
            return
        for future, wanted in self._waiting.items():
            if wanted <= height and not future.done():
                future.set_result(None)

    def end(self, failure: ServiceError) -> None:
        """Nothing more will be reached."""
        for future in self._waiting:
            if not future.done():
                future.set_exception(failure)
