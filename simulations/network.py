"""A network that delays, loses, repeats, reorders and partitions, all from one seed."""

import random
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple, Protocol


class Network(Protocol):
    """What happens to a frame on its way. Other networks: `geography`."""

    severed: frozenset[tuple[str, str]]
    """(sender, receiver) pairs that nothing passes; one direction each."""
    fired: Counter[str]
    """How often each kind of trouble struck."""

    def fates(self, sender: str, receiver: str, size: int) -> tuple[int, ...]:
        """After how many milliseconds each copy of a frame of this size (bytes) arrives; empty when it never does."""


class NetworkConditions(NamedTuple):
    """How bad the network is. Probabilities are per message."""

    delay_ms: tuple[int, int] = (1, 20)
    """Each message takes a time drawn evenly from here, so later ones overtake earlier ones."""
    loss: float = 0.0
    repetition: float = 0.0
    distances_ms: Mapping[tuple[str, str], int] = {}
    """What the way from one office to another adds; none: 0."""


class SeededNetwork:
    """Draws what happens to each message. One seed gives one sequence of fates."""

    def __init__(self, seed: int, conditions: NetworkConditions) -> None:
        self._random = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self.conditions = conditions
        self.severed: frozenset[tuple[str, str]] = frozenset()
        self.fired: Counter[str] = Counter(lost=0, repeated=0, severed=0)

    def fates(self, sender: str, receiver: str, size: int) -> tuple[int, ...]:  # noqa: ARG002
        """After how many milliseconds each copy arrives, whatever its size; empty when it never does."""
        if (sender, receiver) in self.severed:
            self.fired["severed"] += 1
            return ()
        conditions, draw = self.conditions, self._random.random
        if conditions.loss and draw() < conditions.loss:
            self.fired["lost"] += 1
            return ()
        is_repeated = conditions.repetition and draw() < conditions.repetition
        least, most = conditions.delay_ms
        width = most - least + 1
        if conditions.distances_ms:
            least += conditions.distances_ms.get((sender, receiver), 0)
        first = least + int(width * draw())
        if not is_repeated:
            return (first,)
        self.fired["repeated"] += 1
        return (first, least + int(width * draw()))
