"""The HTTP server: uvicorn, with limits on what a client may take before it is known who asks.

A client that only connects must not use up the files that the node needs for its ledger, and one that sends for ever,
or hardly at all, not its memory or its places.
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

HEAD_BYTES_MAX: Final = 32 * 1024
"""Of a request's first line and headers."""
HEAD_SECONDS: Final = 10.0
"""From a connection, or the first byte of a further request, to the request's end..."""
BODY_RATE_MIN: Final = 64 * 1024  # bytes a second
"""... and a second more for each of these bytes that came."""
WRITE_SECONDS_MAX: Final = 30.0
"""How long a client may take nothing of an answer that waits for it."""
TICKS_BETWEEN_CHECKS: Final = 10
"""uvicorn ticks ten times a second."""


def _refusal(status: str, reason: str, *headers: str) -> bytes:
    """An answer after which the connection is closed."""
    fields = (
        *headers,
        "connection: close",
        "content-type: text/plain",
        f"content-length: {len(reason)}",
    )
    return "\r\n".join((f"HTTP/1.1 {status}", *fields, "", reason)).encode()


_TURNED_AWAY: Final = _refusal(
    "503 Service Unavailable", "too many connections\n", "retry-after: 1"
)
_HEAD_TOO_LARGE: Final = _refusal(
    "431 Request Header Fields Too Large", f"expected at most {HEAD_BYTES_MAX} bytes of headers\n"
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
    """uvicorn's settings, and what all connections share."""

    def __init__(
        self,
        application: Application,
        count: ConnectionCount,
        *,
        stop_seconds: float,
        head_seconds: float = HEAD_SECONDS,
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
        self.head_seconds = head_seconds


class HttpConnection(HttpToolsProtocol):
    """A client's connection, closed where there are too many, or where a request is too large or too slow.

    It costs a request two readings of attributes and of the clock: one walk over all connections a second
    (`HttpServer`) stands in for timers.
    """

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
        self._head_seconds = config.head_seconds
        self._began_at: float | None = self.loop.time()
        """When the request began to come that is not whole yet; none between requests."""
        self._received = 0
        """Bytes of it, and of what came together with it."""
        self._is_in_head = True
        self._paused_at: float | None = None
        """Since when the client takes nothing of its answer."""

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

    def data_received(self, data: bytes) -> None:
        """Bytes came from the client."""
        if self._began_at is None:
            self._begin()
        self._received += len(data)
        super().data_received(data)
        if self._is_in_head and self._received > HEAD_BYTES_MAX:
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """A request begins."""
        if self._began_at is None:  # in the same bytes in which the one before ended
            self._begin()
        super().on_message_begin()

    def _begin(self) -> None:
        self._began_at = self.loop.time()
        self._received = 0
        self._is_in_head = True

    def on_headers_complete(self) -> None:
        """The head of a request is whole.

        Raises:
            ValueError: it is too large; the parser hands that on, and the connection ends.
        """
        if self._received > HEAD_BYTES_MAX:
            size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
            if size > HEAD_BYTES_MAX:
                raise ValueError("too large")
        self._is_in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A request is whole."""
        self._began_at = None
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The client does not keep up with its answer."""
        self._paused_at = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """The client has taken what waited."""
        self._paused_at = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuse a request that is none, or whose head is too large, and close the connection."""
        if self.transport.is_closing():
            return
        if self._is_in_head and self._received > HEAD_BYTES_MAX:
            self.transport.write(_HEAD_TOO_LARGE)
            self.transport.close()
        else:
            super().send_400_response(msg)

    def is_overdue(self, now: float) -> bool:
        """Whether the client takes longer than it may to send its request, or to take its answer."""
        if self._paused_at is not None and now - self._paused_at > WRITE_SECONDS_MAX:
            return True
        if self._began_at is None or self.flow.read_paused:
            return False
        return now - self._began_at > self._head_seconds + self._received / BODY_RATE_MIN


class HttpServer(uvicorn.Server):
    """uvicorn without its own signal handlers: the node has more to end than it knows of."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the node."""
        yield

    async def on_tick(self, counter: int) -> bool:
        """Cut the connections of clients that are too slow."""
        if counter % TICKS_BETWEEN_CHECKS == 0:
            now = asyncio.get_running_loop().time()
            for connection in tuple(self.server_state.connections):
                if isinstance(connection, HttpConnection) and connection.is_overdue(now):
                    connection.transport.abort()
        return await super().on_tick(counter)
