"""The HTTP server against clients that take what they can get, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import pytest

from node.config import ConfigurationError
from node.descriptors import CONNECTIONS_MIN, KEPT, connections_allowed, raise_descriptor_limit
from node.http_server import ConnectionCount, HttpConfig, HttpServer

HOST = "127.0.0.1"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def application(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
    """Answers with the length of the body."""
    if scope["type"] == "lifespan":
        return
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def serving(connections_max: int = 100, per_address_max: int = 100) -> AsyncIterator[int]:
    """The port of a running server."""
    count = ConnectionCount(connections_max, per_address_max)
    config = HttpConfig(application, count, stop_seconds=1)
    config.host, config.port, config.lifespan = HOST, 0, "off"
    server = HttpServer(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.005)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Streams]:
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def ask(streams: Streams, request: bytes = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n") -> bytes:
    """The first line of the answer; empty when the server closed the connection."""
    reader, writer = streams
    with suppress(OSError):
        writer.write(request)
        await writer.drain()
    async with asyncio.timeout(20):
        try:
            return await reader.readline()
        except OSError:
            return b""


@pytest.mark.parametrize("limits", [{"connections_max": 2}, {"per_address_max": 2}])
async def test_too_many_connections_are_turned_away_and_those_that_are_there_go_on(
    limits: dict[str, int],
) -> None:
    async with serving(**limits) as port, AsyncExitStack() as ends:
        first = await ends.enter_async_context(connected(port))
        async with connected(port):
            async with connected(port) as third:
                assert b" 503 " in await third[0].readline()
            assert b" 200 " in await ask(first)
        answer = b" 503 "
        while b" 503 " in answer:  # until the server has seen that the second is gone
            async with connected(port) as again:
                answer = await ask(again)
        assert b" 200 " in answer


def test_the_limit_of_open_files_bounds_the_connections() -> None:
    assert connections_allowed(2_000, 65_536) == 2_000
    assert connections_allowed(2_000, 1_024) == 1_024 - KEPT
    with pytest.raises(ConfigurationError, match="expected a limit of at least 576, got 256"):
        connections_allowed(2_000, 256)
    assert raise_descriptor_limit() >= KEPT + CONNECTIONS_MIN
