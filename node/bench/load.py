"""An HTTP/1.1 load generator: requests encoded beforehand, on many connections, in its own process.

It is as thin as Python allows (one protocol object a connection, no parsing beyond status, length
and end), so that the servers have the processor: all contenders are loaded by this same code.
`run_load` starts the process; `python -m node.bench.load` is that process, with the job on standard
input and the result on standard output, both msgpack.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import msgspec

CONNECT_TIMEOUT_S = 10.0
LOAD_TIMEOUT_S = 900.0


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """Requests for one server: each connection takes the next one when its last is answered."""

    port: int
    connections: int
    requests: tuple[bytes, ...]
    """Whole HTTP/1.1 requests, header and body."""


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What one load process has done, measured from the first byte sent to the last answer."""

    seconds: float
    latencies_ms: tuple[float, ...]
    """Of the answered requests, in the order of the answers."""
    refused: int
    """Answers with a status other than 2xx."""
    first_refusal: str
    """Status line and body of the first of them."""

    @property
    def requests_per_second(self) -> float:
        """Answers with a status of 2xx for each second."""
        return (len(self.latencies_ms) - self.refused) / self.seconds


class LoadError(RuntimeError):
    """The load could not be brought: a connection was refused or broke."""


def encode_request(
    path: str,
    body: bytes = b"",
    *,
    method: str = "POST",
    media_type: str = "application/json",
    token: str | None = None,
) -> bytes:
    """Return one keep-alive HTTP/1.1 request."""
    authorisation = f"Authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {media_type}\r\n"
        f"{authorisation}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


def run_load(*streams: Stream) -> Load:
    """Bring the load from a fresh process and return what it measured.

    Raises:
        LoadError: a server was not there or broke a connection.
    """
    finished = subprocess.run(
        [sys.executable, "-m", "node.bench.load"],
        input=msgspec.msgpack.encode(streams),
        capture_output=True,
        timeout=LOAD_TIMEOUT_S,
        check=False,
    )
    if finished.returncode != 0:
        raise LoadError(finished.stderr.decode(errors="replace").strip().splitlines()[-1])
    try:
        return msgspec.msgpack.decode(finished.stdout, type=Load)
    except msgspec.DecodeError as error:
        raise LoadError(
            f"the load generator ended with {len(finished.stdout)} bytes that are no result: {error}; "
            f"it said: {finished.stderr.decode(errors='replace')[-300:]}"
        ) from error


@dataclass(slots=True)
class _Progress:
    """What all connections of the process share."""

    expected: int
    done: asyncio.Future[None]
    latencies_ms: list[float] = field(default_factory=list)
    refused: int = 0
    first_refusal: str = ""

    def answered(self, latency_ms: float, status: bytes, answer: bytes) -> None:
        self.latencies_ms.append(latency_ms)
        if not status.startswith(b"2"):
            self.refused += 1
            self.first_refusal = self.first_refusal or answer[:1000].decode(errors="replace")
        if len(self.latencies_ms) == self.expected and not self.done.done():
            self.done.set_result(None)

    def broken(self, reason: str) -> None:
        if not self.done.done():
            self.done.set_exception(LoadError(reason))


class _Connection(asyncio.Protocol):
    """One keep-alive connection with one request in flight."""

    def __init__(self, requests: Iterator[bytes], progress: _Progress) -> None:
        self._requests = requests
        self._progress = progress
        self._buffer = b""
        self._idle = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(
            "asyncio.WriteTransport", transport
        )  # create_connection promises one

    def start(self) -> None:
        """Send the first request."""
        self._send_next()

    def _send_next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._idle = True
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not is_complete(self._buffer):
            return
        answer, self._buffer = self._buffer, b""
        latency_ms = (time.perf_counter() - self._sent_at) * 1000
        self._progress.answered(latency_ms, answer[9:12], answer)
        self._send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._idle:
            self._progress.broken(f"the server closed a connection before it answered: {exc}")


def is_complete(buffer: bytes) -> bool:
    """Whether the buffer holds one whole response (RFC 9112 section 6.3: by length or chunked)."""
    head_end = buffer.find(b"\r\n\r\n")
    if head_end < 0:
        return False
    head = buffer[:head_end].lower()
    start = head.find(b"content-length:")
    if start < 0:
        return b"chunked" not in head or buffer.endswith(b"\r\n0\r\n\r\n")
    end = head.find(b"\r\n", start)
    length = int(head[start + 15 : end if end > 0 else head_end])
    return len(buffer) >= head_end + 4 + length


async def _bring(streams: tuple[Stream, ...]) -> Load:
    loop = asyncio.get_running_loop()
    progress = _Progress(sum(len(s.requests) for s in streams), loop.create_future())
    connections: list[_Connection] = []
    for stream in streams:
        requests = iter(stream.requests)
        for _ in range(stream.connections):
            _, connection = await asyncio.wait_for(
                loop.create_connection(
                    lambda requests=requests: _Connection(requests, progress),  # type: ignore[misc]
                    "127.0.0.1",
                    stream.port,
                ),
                CONNECT_TIMEOUT_S,
            )
            connections.append(connection)
    started_at = time.perf_counter()
    for connection in connections:
        connection.start()
    await progress.done
    return Load(
        seconds=time.perf_counter() - started_at,
        latencies_ms=tuple(progress.latencies_ms),
        refused=progress.refused,
        first_refusal=progress.first_refusal,
    )


def _main() -> None:
    import uvloop  # noqa: PLC0415 - only the load process needs it

    streams = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=tuple[Stream, ...])
    sys.stdout.buffer.write(msgspec.msgpack.encode(uvloop.run(_bring(streams))))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    _main()
