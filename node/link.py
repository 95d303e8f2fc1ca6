"""One authenticated connection to one peer: the handshake over a WebSocket, then sealed records.

Sending never waits. What the peer's machine has not taken yet stands in the transport's buffer,
whose bytes are bounded: a peer that does not keep up loses its link, and catches up on the next
one. Frames to one peer keep their order, so a frame of the greatest size (4 MiB) delays the votes
behind it by its own time on the wire: a third of a second at 100 Mbit/s.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.connection import broadcast
from websockets.asyncio.server import ServerConnection
from websockets.protocol import State

from consensus.wire import FRAME_SIZE_MAX
from node.handshake import Handshake, MalformedHandshakeError, SessionKeys
from node.secure_channel import FRAME_OVERHEAD, RECORD_OVERHEAD, SecureChannel

RECORD_SIZE_MAX: Final = FRAME_SIZE_MAX + FRAME_OVERHEAD + RECORD_OVERHEAD  # bytes
_FRAMES_BYTES_MAX: Final = FRAME_SIZE_MAX + FRAME_OVERHEAD


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSettings:
    """Limits and times of the links of one node."""

    queue_bytes_max: int = 64 * 1024 * 1024
    """Bytes that may wait for one peer; beyond them its link is closed."""
    open_timeout: float = 20.0
    """Seconds from a connection to the end of the WebSocket's own handshake, where a peer dials."""
    handshake_timeout: float = 5.0
    """Seconds from there to authentication; where this node dials, also the longest to get there."""
    hello_timeout: float = 2.0
    """... of them to its first message."""
    callers_max: int = 64
    """Connections of strangers that may be on their way to authentication; the oldest goes for a new one."""
    callers_per_address_max: int = 8
    """... of one address, an office's or a stranger's."""
    ping_interval: float = 5.0
    """Seconds between signs of life on an idle link."""
    ping_timeout: float = 10.0
    """Seconds without an answer to a sign of life, after which the link is given up."""
    redial_delay: float = 0.1
    """Seconds before the second attempt to dial; doubles with each, up to `redial_delay_max`."""
    redial_delay_max: float = 3.0
    faults_max: int = 100
    """Records with a fault, after which a link is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState:
    """Where the link to one office stands."""

    peer: str
    up: bool
    dials: bool
    """Whether this office dials, or waits for the peer to."""
    url: str
    """Where the peer is dialled; empty where it is not."""
    trouble: str
    """Why the last attempt or link ended; empty when nothing is wrong."""


class Link:
    """An open, authenticated connection."""

    def __init__(
        self, connection: ClientConnection | ServerConnection, keys: SessionKeys, queue_max: int
    ) -> None:
        self.peer = keys.peer
        self._connection = connection
        self._channel = SecureChannel(keys, RECORD_SIZE_MAX)
        self._queue_max = queue_max

    def send(self, frames: Sequence[bytes]) -> bool:
        """Send the frames, in as few records as their size allows; false when the queue is full.

        On false the link is of no use any more and was cut: a gap in the order of frames would be
        worse than a new link.
        """
        for group in _records(frames):
            broadcast((self._connection,), self._channel.seal(group))
        if self._connection.transport.get_write_buffer_size() > self._queue_max:
            self.abort()
            return False
        return True

    async def receive(self) -> list[bytes]:
        """The frames of the next record.

        Raises:
            InvalidRecordError: the record has a fault and is dropped; the next one may be read.
            websockets.ConnectionClosed: the link is down.
        """
        record = await self._connection.recv(decode=False)
        return self._channel.open(record)

    async def close(self, reason: str = "") -> None:
        """Close in good order; the peer is told why."""
        await self._connection.close(reason=reason)

    def abort(self) -> None:
        """Cut the connection at once; whoever waits in `receive` is told."""
        cut(self._connection)


def cut(connection: ClientConnection | ServerConnection) -> None:
    """Cut a connection at once; nothing happens to one that is closed already."""
    # asyncio's transport of Python 3.11 fails on an abort after its end.
    if connection.state is not State.CLOSED:
        connection.transport.abort()


def _records(frames: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """The frames in groups that each fit into a record."""
    start = 0
    size = 0
    for index, frame in enumerate(frames):
        framed = len(frame) + FRAME_OVERHEAD
        if framed > _FRAMES_BYTES_MAX:
            raise ValueError(
                f"expected a frame of at most {FRAME_SIZE_MAX} bytes, got {len(frame)}"
            )
        if size + framed > _FRAMES_BYTES_MAX:
            yield frames[start:index]
            start, size = index, 0
        size += framed
    if start < len(frames):
        yield frames[start:]


async def shake_as_initiator(connection: ClientConnection, handshake: Handshake) -> SessionKeys:
    """Authenticate the peer that was dialled.

    Raises:
        HandshakeError: the peer is not who it should be.
        websockets.ConnectionClosed: the peer turned this office away.
    """
    await connection.send(handshake.hello)
    signature = handshake.receive_hello(await _message(connection))
    await connection.send(signature)
    return handshake.receive_signature(await _message(connection))


async def shake_as_responder(
    connection: ServerConnection, handshake: Handshake, hello_timeout: float
) -> SessionKeys:
    """Authenticate the peer that calls; only then are messages of a record's size let in.

    Raises:
        HandshakeError: the peer is not who it should be.
        TimeoutError: it says nothing for so many seconds.
        websockets.ConnectionClosed: the peer went away.
    """
    async with asyncio.timeout(hello_timeout):
        hello = await _message(connection)
    signature = handshake.receive_hello(hello)
    await connection.send(handshake.hello)
    keys = handshake.receive_signature(await _message(connection))
    # Before the peer can know that it is through: it sends records only after this last message.
    connection.protocol.max_message_size = RECORD_SIZE_MAX
    await connection.send(signature)
    return keys


async def _message(connection: ClientConnection | ServerConnection) -> bytes:
    message = await connection.recv()
    if isinstance(message, str):
        raise MalformedHandshakeError("expected a binary message, got text")
    return message
