"""How a node that fell behind gets the blocks it missed (docs/protocol.md 7).

Pure: decides whom to ask and when, and what a peer is given. Nothing that comes back is believed for its
sender's sake: blocks count only below a checkpoint certificate, and each is executed here and must give the
very same block.
"""

from typing import Annotated, Final, TypeAlias

import msgspec

from consensus.errors import MalformedMessageError
from consensus.messages import Status
from consensus.output import Instant

ANSWER_BYTES_MAX: Final = 2 * 1024 * 1024
"""Block bytes in one answer; a single larger block still goes alone."""
ANSWER_TIMEOUT_MS: Final = 3_000
"""After so long without an answer another peer is asked."""


class FetchBlocks(msgspec.Struct, frozen=True, array_like=True, tag="fetch-blocks"):
    """Asks for blocks from this height on, with the certificate of the last one."""

    from_height: Annotated[int, msgspec.Meta(ge=1, le=2**53)]


class Blocks(msgspec.Struct, frozen=True, array_like=True, tag="blocks"):
    """Consecutive blocks as stored, and the certificate of the last.

    Without blocks: the certificate of the sender's last stable height.
    """

    blocks: tuple[bytes, ...]
    certificate: bytes


CatchUpMessage: TypeAlias = FetchBlocks | Blocks

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[CatchUpMessage] = msgspec.msgpack.Decoder(CatchUpMessage)


def encode_catch_up(message: CatchUpMessage) -> bytes:
    """The one byte form of a catch-up message."""
    return _encoder.encode(message)


def decode_catch_up(frame: bytes) -> CatchUpMessage:
    """The catch-up message in a frame.

    Raises:
        MalformedMessageError: there is none.
    """
    try:
        return _decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessageError(str(error)) from error


class CatchUp:
    """Whom this node asks for blocks, one question at a time.

    A node asks when a peer is stable above what it executed and it did not get there by itself for a heartbeat;
    or at once when the gap is wider than ordinary agreement would close.
    """

    def __init__(self, patience_ms: int, gap_max: int, faults: int) -> None:
        self._patience_ms = patience_ms
        self._gap_max = gap_max
        self._faults = faults
        self._asked: str | None = None
        self._asked_at = 0
        self._behind_since: int | None = None
        self._in_vain_at: dict[str, int] = {}
        """When each peer last answered without anything new."""
        self._askable_at = 0
        """When the first of those that are ahead may be asked again; 0 when one may be now."""
        self._turn = 0
        self.target = 0
        """The height that f + 1 peers claim to be stable, so that one of them is honest."""

    def whom_to_ask(
        self, executed: int, stable: int, peers: dict[str, Status], now: Instant
    ) -> str | None:
        """The peer to ask now, or none. `executed` and `stable` are this node's."""
        ahead = [
            office
            for office, status in peers.items()
            if status.stable > stable and status.stable >= executed
        ]
        if not ahead:  # So it is at almost every step, which then costs no sorting.
            self.target = executed
            self._behind_since = self._asked = None
            return None
        ahead.sort()
        claims = sorted((status.stable for status in peers.values()), reverse=True)
        believed = claims[self._faults] if len(claims) > self._faults else 0
        self.target = max(believed, executed)
        if self._asked is not None:
            if now.monotonic_ms < self._asked_at + ANSWER_TIMEOUT_MS:
                return None
            self._asked = None
            self._turn += 1
        if self._behind_since is None:
            self._behind_since = now.monotonic_ms
        waited = now.monotonic_ms - self._behind_since >= self._patience_ms
        if not waited and self.target - executed <= self._gap_max:
            return None
        askable = [peer for peer in ahead if self._rests_until(peer) <= now.monotonic_ms]
        self._askable_at = 0 if askable else min(map(self._rests_until, ahead))
        if not askable:
            return None
        self._asked = askable[self._turn % len(askable)]
        self._asked_at = now.monotonic_ms
        return self._asked

    def progressed(self) -> None:
        """This node executed by ordinary agreement: it is not stuck."""
        self._behind_since = None

    def is_awaited(self, sender: str) -> bool:
        """Whether this peer was asked; an answer nobody asked for is dropped."""
        return sender == self._asked

    def answered(self, now: Instant, *, in_vain: bool) -> None:
        """The asked peer answered; the next question goes to another, lest a slow one be asked for ever.

        `in_vain`: it brought nothing new. Then it is not asked for a heartbeat, lest two talk without end.
        """
        if in_vain and self._asked is not None:
            self._in_vain_at[self._asked] = now.monotonic_ms
        self._asked = None
        self._turn += 1

    def next_ms(self, now: Instant) -> int | None:
        """When to look again; none when there is nothing to wait for."""
        if self._asked is not None:
            return self._asked_at + ANSWER_TIMEOUT_MS
        if self._behind_since is not None:
            patient_at = self._behind_since + self._patience_ms
            return max(patient_at, self._askable_at, now.monotonic_ms + 1)
        return None

    def _rests_until(self, peer: str) -> int:
        at_ms = self._in_vain_at.get(peer)
        return 0 if at_ms is None else at_ms + self._patience_ms
