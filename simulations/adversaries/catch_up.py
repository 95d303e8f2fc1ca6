"""Lies in catching up: how far this office is, and what the blocks are that others lack."""

from collections import deque
from collections.abc import Iterator

from msgspec.structs import replace

from consensus.messages import Message, Status
from node.catchup import ANSWER_TIMEOUT_MS, Blocks, CatchUpMessage
from simulations.adversaries.forging import frame_of
from simulations.adversaries.strategy import Liar, Lie, Strategy

_OLD_ANSWERS = 8


class FalseHeights(Strategy):
    """Claims to be stable where nobody is, so that others ask it for blocks; or to be behind for ever."""

    kind = "false heights"

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """The status, with other heights."""
        if not isinstance(message, Status):
            yield 0, frame
            return
        height = self.rng.choice(
            (0, message.stable + 1, message.stable + 40, message.stable + 1_000, 2**53)
        )
        view = message.view if self.chance(0.7) else self.rng.choice((0, message.view + 5, 2**53))
        yield (
            0,
            frame_of(replace(message, view=view, executed=height, stable=height)),
        )


class FalseBlocks(Strategy):
    """Says it is a little ahead, and answers whoever asks with wrong, truncated, foreign, old or late blocks."""

    kind = "false blocks"

    def __init__(self, liar: Liar) -> None:
        super().__init__(liar)
        self._old: deque[Blocks] = deque(maxlen=_OLD_ANSWERS)

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """The answer, made wrong; a status that makes others ask."""
        if isinstance(message, Status):
            ahead = message.stable + 3
            yield 0, frame_of(replace(message, executed=ahead, stable=ahead))
        elif isinstance(message, Blocks):
            self._old.append(message)
            delay_ms = self.rng.choice((0, 0, 0, ANSWER_TIMEOUT_MS - 100, ANSWER_TIMEOUT_MS + 100))
            yield delay_ms, frame_of(self._false(message))
        else:
            yield 0, frame

    def _false(self, answer: Blocks) -> Blocks:
        other = self.rng.choice(self._old)
        blocks = answer.blocks
        return self.rng.choice(
            (
                Blocks(blocks[:-1], answer.certificate),
                Blocks(blocks[1:], answer.certificate),
                Blocks(blocks[::-1], answer.certificate),
                Blocks((), answer.certificate),
                Blocks(blocks, other.certificate),
                Blocks(other.blocks, answer.certificate),
                Blocks(tuple(map(self._spoiled, blocks)), answer.certificate),
                Blocks(blocks, self._spoiled(answer.certificate)),
                other,
            )
        )

    def _spoiled(self, data: bytes) -> bytes:
        place = self.rng.randrange(len(data))
        return (
            data[:place] + bytes([data[place] ^ (1 << self.rng.randrange(8))]) + data[place + 1 :]
        )
