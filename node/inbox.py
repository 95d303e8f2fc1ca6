"""Frames that wait for the engine: bounded per peer, taken in turns, so that none crowds out the others."""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

PEER_BYTES_MAX: Final = 8 * 1024 * 1024
"""Bytes of one peer that may wait; its link is not read beyond them."""
TURN_BYTES: Final = 1024 * 1024
"""Bytes of one peer in one turn; the frame that goes beyond them still counts among them."""


class _Waiting:
    """What waits of one peer."""

    __slots__ = ("frames", "has_room", "size")

    def __init__(self) -> None:
        self.frames: deque[bytes] = deque()
        self.size = 0
        self.has_room = asyncio.Event()
        self.has_room.set()


class Inbox:
    """Frames by peer, in order of arrival."""

    def __init__(self, peers: Sequence[str]) -> None:
        self._waiting = {peer: _Waiting() for peer in peers}

    async def put(self, peer: str, frames: Sequence[bytes]) -> None:
        """Add frames; returns when the peer has room for more."""
        waiting = self._waiting[peer]
        waiting.frames.extend(frames)
        waiting.size += sum(map(len, frames))
        if waiting.size > PEER_BYTES_MAX:
            waiting.has_room.clear()
            await waiting.has_room.wait()

    def take_turn(self) -> Iterator[tuple[str, bytes]]:
        """(peer, frame): of each peer those of one turn."""
        for peer, waiting in self._waiting.items():
            taken = 0
            while waiting.frames and taken < TURN_BYTES:
                frame = waiting.frames.popleft()
                taken += len(frame)
                yield peer, frame
            waiting.size -= taken
            if waiting.size <= PEER_BYTES_MAX:
                waiting.has_room.set()

    def __len__(self) -> int:
        return sum(len(waiting.frames) for waiting in self._waiting.values())
