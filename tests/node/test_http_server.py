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
async def serving(
    connections_max: int = 100, per_address_max: int = 100, head_seconds: float = 30
) -> AsyncIterator[int]:
    """The port of a running server."""
    count = ConnectionCount(connections_max, per_address_max)
    config = HttpConfig(application, count, stop_seconds=1, head_seconds=head_seconds)
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


@pytest.mark.parametrize("pieces", [1, 100])
async def test_a_head_without_end_is_refused(pieces: int) -> None:
    headers = b"".join(b"x-%d: %s\r\n" % (n, bytes(4_000).replace(b"\0", b"a")) for n in range(100))
    request = b"GET / HTTP/1.1\r\nhost: x\r\n" + headers
    size = -(-len(request) // pieces)
    async with serving() as port, connected(port) as streams:
        for start in range(0, len(request), size):
            with suppress(OSError):
                streams[1].write(request[start : start + size])
                await streams[1].drain()
        assert b" 431 " in await ask(streams, b"\r\n")


async def test_a_large_body_behind_a_small_head_is_taken() -> None:
    head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 300000\r\n\r\n"
    async with serving() as port, connected(port) as streams:
        for _ in range(2):
            assert b" 200 " in await ask(streams, head + bytes(300_000))
            assert await streams[0].readuntil(b"300000")


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"\r\n",
        b"GET / HTTP/1.1\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc",
        b"GET / HTTP/1.1\r\nhost: x\r\n\r\nGET",
    ],
)
async def test_who_does_not_go_on_is_cut_off(beginning: bytes) -> None:
    async with serving(head_seconds=0.2) as port, connected(port) as (reader, writer):
        writer.write(beginning)
        async with asyncio.timeout(20):
            with suppress(OSError):
                await reader.read()


def test_the_limit_of_open_files_bounds_the_connections() -> None:
    assert connections_allowed(2_000, 65_536) == 2_000
    assert connections_allowed(2_000, 1_024) == 1_024 - KEPT
    with pytest.raises(ConfigurationError, match="expected a limit of at least 576, got 256"):
        connections_allowed(2_000, 256)
    assert raise_descriptor_limit() >= KEPT + CONNECTIONS_MIN
