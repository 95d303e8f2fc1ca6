"""Connections to the peers' port until it is known who calls: bounded, and the oldest makes room for a new one.

So that strangers who connect and say nothing can neither use up this node's files nor keep the other offices out.
The addresses that the offices are configured with have places that no other address can take.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Final, Generic, TypeVar
from urllib.parse import urlsplit

from websockets.asyncio.server import ServerConnection

from node.link import cut

RESOLVE_TIMEOUT: Final = 2.0
"""Seconds at the start to find out the other offices' addresses, whose places are kept for them."""

Caller = TypeVar("Caller", bound=Hashable)


class Callers(Generic[Caller]):
    """Who waits to be authenticated, in order of arrival."""

    def __init__(self, callers_max: int, per_address_max: int) -> None:
        self._callers_max = callers_max
        self._per_address_max = per_address_max
        self._waiting: dict[Caller, str] = {}
        self.offices: frozenset[str] = frozenset()
        """The addresses of the other offices, as far as they are known."""

    def enter(self, caller: Caller, address: str) -> Caller | None:
        """Let a caller wait; returns the oldest of its kind, which has to go where there are too many."""
        displaced = self._in_the_way_of(address)
        if displaced is not None:
            del self._waiting[displaced]
        self._waiting[caller] = address
        return displaced

    def leave(self, caller: Caller) -> None:
        """It is known who that is, or it is gone."""
        self._waiting.pop(caller, None)

    def _in_the_way_of(self, address: str) -> Caller | None:
        beside = [caller for caller, other in self._waiting.items() if other == address]
        if len(beside) >= self._per_address_max:
            return beside[0]
        if address in self.offices:
            return None
        strangers = [caller for caller, other in self._waiting.items() if other not in self.offices]
        return strangers[0] if len(strangers) >= self._callers_max else None


def counted_connection(
    callers: Callers[ServerConnection], counters: Counter[tuple[str, str]]
) -> type[ServerConnection]:
    """Connections that enter when they are made, before a byte of them was read, and leave at their end."""

    class CountedConnection(ServerConnection):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            peer = transport.get_extra_info("peername")
            displaced = callers.enter(self, str(peer[0]) if peer else "")
            if displaced is not None:
                counters["", "displaced"] += 1
                cut(displaced)

        def connection_lost(self, exc: Exception | None) -> None:
            callers.leave(self)
            super().connection_lost(exc)

    return CountedConnection


async def addresses_of(urls: Iterable[str]) -> frozenset[str]:
    """The addresses of these hosts, as far as they can be told soon."""
    loop = asyncio.get_running_loop()
    addresses: set[str] = set()

    async def resolve(host: str) -> None:
        with contextlib.suppress(OSError):
            addresses.update(str(found[4][0]) for found in await loop.getaddrinfo(host, None))

    hosts = {urlsplit(url).hostname or "" for url in urls}
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(RESOLVE_TIMEOUT):
            await asyncio.gather(*map(resolve, hosts))
    return frozenset(addresses)
