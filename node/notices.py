"""The feed of an office: what of the ledger concerns it, from any place on.

It is computed when somebody asks, so there is nothing to lose and nothing to deliver twice: a listener is a place in
the ledger and no queue. All share what is computed, in slices with pauses between them, for the event loop that
computes also brings agreement forward.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from time import perf_counter
from typing import Final, NamedTuple

from ledger.block_entries import concerning_entries
from ledger.ledger import Ledger
from ledger.register.notice_place import NoticePlace
from ledger.register.notices import EnteredEntry, Notice, notices_of
from ledger.register.shared_families import SharedFamilies
from node.registration import OverloadedError, StoppingError
from node.remembered import Remembered
from node.waiters import Waiters

LISTENERS_MAX: Final = 64
"""Listeners at a time: an office's own systems and people."""
HEARTBEAT_SECONDS: Final = 5.0
"""Between two signs of life for a listener whom nothing concerns."""
SLICE_SECONDS: Final = 0.01
"""Of work in one go; one entry in a huge family, or one block to be read, may take longer."""
PAUSE_SHARE: Final = 3
"""A slice is followed by a pause of so many times its length: the feed takes a quarter of the node at most."""
PAGE_SECONDS: Final = 1.0
"""For one page, pauses included."""
PAGE_NOTICES: Final = 100
"""Given to a listener at a time."""

_ENTRIES_MAX: Final = 20_000
"""Entries that may concern somebody, of the blocks that were read last: some tens of megabytes."""
_NOTICES_MAX: Final = 10_000
"""Notices that were computed last, and entries without any: a few megabytes, whatever the offices enter."""
_FAMILIES_MAX: Final = 8
"""Heights at which families are remembered: of four blocks each the one before and after."""


class NoticePage(NamedTuple):
    """Notices that follow one another, and the place up to which there are no others."""

    notices: tuple[Notice, ...]
    place: NoticePlace
    is_caught_up: bool
    """Whether the place was the end of the ledger."""


class NoticeFeed:
    """What concerns one office, for any number of requests and a bounded number of listeners."""

    def __init__(self, ledger: Ledger, office: str) -> None:
        self._ledger = ledger
        self._office = office
        self._waiters = Waiters("a notice")
        self._turn = asyncio.Lock()
        self.listeners = 0
        """That are connected now."""
        self._is_stopped = False
        self._entries: Remembered[int, EnteredEntry] = Remembered(_ENTRIES_MAX)
        """By height."""
        self._known: Remembered[tuple[int, int], Notice] = Remembered(_NOTICES_MAX)
        """By height and index of the entry."""
        self._families_at = lru_cache(_FAMILIES_MAX)(self._read_families)

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """A place among the listeners.

        Raises:
            OverloadedError: there are too many.
            StoppingError: the node is going down.
        """
        if self._is_stopped:
            raise StoppingError("the node is going down")
        if self.listeners >= LISTENERS_MAX:
            raise OverloadedError(f"expected at most {LISTENERS_MAX} listeners to notices")
        self.listeners += 1
        try:
            yield
        finally:
            self.listeners -= 1

    @property
    def waiting(self) -> int:
        """Listeners that wait for a block now."""
        return self._waiters.count

    @property
    def height(self) -> int:
        """The last block of which it can tell."""
        return self._ledger.height

    async def reach(self, height: int, seconds: float) -> None:
        """Return once it can tell of a height, or after so many seconds.

        Raises:
            OverloadedError: too many wait already.
            StoppingError: the node is going down.
        """
        await self._wait(height, seconds)

    async def page(
        self, after: NoticePlace, limit: int, last_height: int | None = None
    ) -> NoticePage:
        """The next notices after a place: at most so many, and no more than a second's work.

        Of blocks up to the last height; None: of all that there are.
        """
        until = perf_counter() + PAGE_SECONDS
        found: list[Notice] = []
        place = after
        while not self._is_stopped:
            async with self._turn:
                started_at = perf_counter()
                last = self._ledger.height if last_height is None else last_height
                place = self._work(place, found, limit, last)
                is_caught_up = self._next_height(place) > last
                if is_caught_up or len(found) >= limit or perf_counter() >= until:
                    return NoticePage(tuple(found), place, is_caught_up)
                await asyncio.sleep((perf_counter() - started_at) * PAUSE_SHARE)
        return NoticePage(tuple(found), place, is_caught_up=False)

    async def follow(self, after: NoticePlace) -> AsyncIterator[NoticePage]:
        """Pages without end, each from where the one before ended: at once when there is a notice, else now and then.

        It ends when the node goes down.
        """
        place, told_at = after, -HEARTBEAT_SECONDS
        while not self._is_stopped:
            page = await self.page(place, PAGE_NOTICES)
            place = page.place
            is_due = perf_counter() - told_at >= HEARTBEAT_SECONDS
            if page.notices or is_due or not page.is_caught_up:
                told_at = told_at if page.notices else perf_counter()
                yield page
            if page.is_caught_up:
                seconds = told_at + HEARTBEAT_SECONDS - perf_counter()
                with contextlib.suppress(StoppingError):
                    await self._wait(self._next_height(place), seconds)

    def reached(self, height: int) -> None:
        """A block of this height is final, and so are all before it."""
        self._waiters.reached(height)

    def stop(self) -> None:
        """Let go of all listeners."""
        self._is_stopped = True
        self._waiters.end(StoppingError("the node is going down"))

    async def _wait(self, height: int, seconds: float) -> None:
        if not self._is_stopped and self._ledger.height < height:
            await self._waiters.wait(height, seconds)

    @staticmethod
    def _next_height(place: NoticePlace) -> int:
        return place.height + 1 if place.is_end_of_block else place.height

    def _work(
        self, place: NoticePlace, found: list[Notice], limit: int, last_height: int
    ) -> NoticePlace:
        """Add what follows the place, for one slice of time, and return how far it came."""
        if (height := self._next_height(place)) <= last_height:
            self._concerning(height)  # a big block alone may take longer to read than a slice
        until = perf_counter() + SLICE_SECONDS
        while (height := self._next_height(place)) <= last_height:
            for entered in self._concerning(height):
                if NoticePlace(height, entered.index) <= place:
                    continue
                for number, notice in enumerate(self._notices(height, entered)):
                    this = NoticePlace(height, entered.index, number)
                    if this > place:
                        if len(found) >= limit:
                            return place
                        found.append(notice)
                        place = this
                place = NoticePlace(height, entered.index)
                if perf_counter() >= until:
                    return place
            place = NoticePlace(height)
            if perf_counter() >= until:
                return place
        return place

    def _concerning(self, height: int) -> tuple[EnteredEntry, ...]:
        known = self._entries.get(height)
        if known is None:
            known = tuple(concerning_entries(self._ledger.reader, self._ledger.block(height)))
            self._entries.put(height, known)
        return known

    def _read_families(self, height: int) -> SharedFamilies:
        return SharedFamilies(self._ledger.reader_at(height), self._office)

    def _notices(self, height: int, entered: EnteredEntry) -> tuple[Notice, ...]:
        key = height, entered.index
        known = self._known.get(key)
        if known is not None:
            return known
        found = notices_of(entered, self._families_at(height), self._families_at(height - 1))
        self._known.put(key, found)
        return found
