"""The HTTP server: uvicorn, with a limit on the connections of all clients and of each address.

A client that only connects must not use up the files that the node needs for its ledger.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

Application = Callable[..., Any]
"""An ASGI application."""

_TURNED_AWAY: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\n"
    b"content-type: text/plain\r\ncontent-length: 21\r\n\r\ntoo many connections\n"
)


class ConnectionCount:
    """The open connections, in all and by address."""

    def __init__(self, connections_max: int, per_address_max: int) -> None:
        self._connections_max = connections_max
        self._per_address_max = per_address_max
        self._by_address: Counter[str] = Counter()
        self._total = 0

    def enter(self, address: str) -> bool:
        """Count a connection, if there is room for it."""
        if (
            self._total >= self._connections_max
            or self._by_address[address] >= self._per_address_max
        ):
            return False
        self._by_address[address] += 1
        self._total += 1
        return True

    def leave(self, address: str) -> None:
        """One that entered is closed."""
        self._total -= 1
        self._by_address[address] -= 1
        if not self._by_address[address]:
            del self._by_address[address]


class HttpConfig(uvicorn.Config):
    """uvicorn's settings, and the count that all connections share."""

    def __init__(
        self, application: Application, count: ConnectionCount, *, stop_seconds: float
    ) -> None:
        super().__init__(
            application,
            http=HttpConnection,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            ws="none",
            workers=1,
            timeout_graceful_shutdown=max(round(stop_seconds), 1),
        )
        self.count = count


class HttpConnection(HttpToolsProtocol):
    """A client's connection, closed at once where there are too many."""

    def __init__(
        self,
        config: HttpConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._count = config.count
        self._address: str | None = None
        """Of the client, once it is counted."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client connected."""
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if peer else ""
        if not self._count.enter(address):
            transport.write(_TURNED_AWAY)
            transport.close()
            return
        self._address = address
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed."""
        if self._address is not None:
            self._count.leave(self._address)
            super().connection_lost(exc)


class HttpServer(uvicorn.Server):
    """uvicorn without its own signal handlers: the node has more to end than it knows of."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the node."""
        yield
