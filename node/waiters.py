"""Readers that wait until this node has come to a number: woken by the very step to it, and never more than a few."""

import asyncio
from typing import Final

from node.registration import OverloadedError, ServiceError

WAITING_MAX: Final = 256
"""Readers that may wait for numbers of one kind at a time."""


class Waiters:
    """Who waits for which number of one kind: heights, or rounds of reads."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._waiting: dict[asyncio.Future[None], int] = {}

    @property
    def count(self) -> int:
        """How many wait."""
        return len(self._waiting)

    async def wait(self, number: int, seconds: float) -> bool:
        """Return true when the number is reached, false when it is not in so many seconds.

        Raises:
            OverloadedError: too many wait already.
            ServiceError: what the waiting was ended by.
        """
        self.check_room()
        reached = asyncio.get_running_loop().create_future()
        self._waiting[reached] = number
        try:
            async with asyncio.timeout(seconds):
                await reached
        except TimeoutError:
            return False
        finally:
            self._waiting.pop(reached, None)
        return True

    def check_room(self) -> None:
        """Return when another may wait.

        Raises:
            OverloadedError: too many wait already.
        """
        if len(self._waiting) >= WAITING_MAX:
            raise OverloadedError(
                f"expected at most {WAITING_MAX} readers that wait for {self._what}"
            )

    def reached(self, number: int) -> None:
        """The node has come to this number: wake those who wait for no more."""
        if not self._waiting:
            return
        for future, wanted in self._waiting.items():
            if wanted <= number and not future.done():
                future.set_result(None)

    def end(self, failure: ServiceError) -> None:
        """Nothing more will be reached."""
        for future in self._waiting:
            if not future.done():
                future.set_exception(failure)
