"""What leaves an engine at its next flush: frames of a bounded size, and for each peer a share of what is large."""

from collections import Counter
from typing import Final

from consensus.messages import Message, SubmissionBody
from consensus.wire import FRAME_SIZE_MAX, encode_message
from node.catchup import CatchUpMessage, encode_catch_up

SERVED_BYTES_MAX: Final = 4 * 1024 * 1024
"""Bytes of bodies and blocks that one peer is given between two flushes, whatever it asks for or lacks."""


class Outgoing:
    """Frames since the last flush, in order."""

    def __init__(self, counters: Counter[str]) -> None:
        self._counters = counters
        self._frames: list[tuple[str | None, bytes]] = []
        self._served: dict[str, int] = {}
        """Bytes of bodies and blocks that each peer was given."""
        self._answered: set[str] = set()
        """Peers whose question for blocks was looked at."""

    def send(self, to: str | None, message: Message) -> None:
        """Send a message to one office, or to all others."""
        self._add(to, b"\x01" + encode_message(message))

    def send_catch_up(self, to: str, message: CatchUpMessage) -> None:
        """Send a small catch-up message."""
        self._add(to, b"\x00" + encode_catch_up(message))

    def give_body(self, peers: list[str], data: bytes) -> None:
        """Send a submission to those peers whose share has room; it is encoded only if there is one."""
        served = [peer for peer in peers if self._has_share(peer, len(data))]
        if not served:
            return
        frame = b"\x01" + encode_message(SubmissionBody(data))
        for peer in served:
            self._give(peer, frame)

    def may_answer_with_blocks(self, peer: str) -> bool:
        """Whether a question for blocks is looked at; one a flush, since to read blocks costs whatever is given."""
        if peer in self._answered:
            self._counters["unservedRequests"] += 1
            return False
        self._answered.add(peer)
        return True

    def give_blocks(self, peer: str, answer: CatchUpMessage) -> None:
        """Send blocks if the peer's share has room."""
        frame = b"\x00" + encode_catch_up(answer)
        if self._has_share(peer, len(frame)):
            self._give(peer, frame)

    def take(self) -> tuple[tuple[str | None, bytes], ...]:
        """(office, or none for all others; frame) of everything; then all shares are whole again."""
        taken = tuple(self._frames)
        self._frames, self._served, self._answered = [], {}, set()
        return taken

    def _has_share(self, peer: str, size: int) -> bool:
        """Whether so many bytes are within the peer's share; once they are not, the share is used up."""
        if self._served.get(peer, 0) + size <= SERVED_BYTES_MAX:
            return True
        self._served[peer] = SERVED_BYTES_MAX
        self._counters["unservedRequests"] += 1
        return False

    def _give(self, peer: str, frame: bytes) -> None:
        self._served[peer] = self._served.get(peer, 0) + len(frame)
        self._add(peer, frame)

    def _add(self, to: str | None, frame: bytes) -> None:
        if len(frame) > FRAME_SIZE_MAX:
            self._counters["oversizedSends"] += 1
        else:
            self._frames.append((to, frame))
