"""Small mutations of real messages (compare ByzzFuzz, Winter et al. 2023): one field is another, signed or not."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec.structs import fields, replace

from consensus.messages import Message
from node.catchup import Blocks, CatchUpMessage, FetchBlocks
from simulations.adversaries.forging import frame_of
from simulations.adversaries.strategy import Lie, Strategy

NUMBER_MAX = 2**53
_STEPS = (-64, -1, 1, 2, 64)


class Mutations(Strategy):
    """Changes one field of a message, however deep, with a right or a wrong signature; or a bit of the frame."""

    kind = "mutations"

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """The frame, or something like it, or both."""
        if self.chance(0.7):
            yield 0, frame
            return
        if self.chance(0.3):
            yield 0, frame
        yield 0, self._mutant(message, frame)

    def _mutant(self, message: Message | CatchUpMessage, frame: bytes) -> bytes:
        if self.chance(0.2):
            return self._of_bytes(frame)
        mutant = self._of_struct(message)
        if isinstance(mutant, FetchBlocks | Blocks) or self.chance(0.3):
            return frame_of(mutant)
        try:
            return self.forger.frame(mutant)
        except OverflowError:
            return frame_of(mutant)  # Too large for the text that is signed: then unsigned.

    def _of_struct(self, struct: Any) -> Any:  # noqa: ANN401 - whatever the message holds
        names = [field.name for field in fields(struct)]
        if not names:
            return struct
        name = self.rng.choice(names)
        return replace(struct, **{name: self._of_value(getattr(struct, name))})

    def _of_value(self, value: Any) -> Any:  # noqa: ANN401
        mutate: dict[type, Callable[[Any], Any]] = {
            bool: lambda flag: not flag,
            int: self._of_number,
            bytes: self._of_bytes,
            str: lambda _: self.rng.choice(self.offices),
            tuple: self._of_tuple,
        }
        if value is None:
            return None
        if isinstance(value, msgspec.Struct):
            return self._of_struct(value)
        return mutate[type(value)](value)

    def _of_number(self, number: int) -> int:
        other = self.rng.choice((0, NUMBER_MAX, *(number + step for step in _STEPS)))
        return max(0, min(other, NUMBER_MAX + 1))

    def _of_bytes(self, data: bytes) -> bytes:
        if not data:
            return b"\x00"
        place = self.rng.randrange(len(data))
        flipped = bytes([data[place] ^ (1 << self.rng.randrange(8))])
        return self.rng.choice(
            (data[:place] + flipped + data[place + 1 :],) * 4 + (data[:place], data + flipped)
        )

    def _of_tuple(self, items: tuple[Any, ...]) -> tuple[Any, ...]:
        if not items:
            return ()
        place = self.rng.randrange(len(items))
        inner = (*items[:place], self._of_value(items[place]), *items[place + 1 :])
        return self.rng.choice(
            (inner, inner, items[:place] + items[place + 1 :], (*items, items[place]), items[::-1])
        )
