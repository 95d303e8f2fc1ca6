"""A network that delays, loses, repeats, reorders and partitions, all from one seed."""

import random
from typing import NamedTuple


class NetworkConditions(NamedTuple):
    """How bad the network is. Probabilities are per message."""

    delay_ms: tuple[int, int] = (1, 20)
    """Each message takes a time drawn evenly from here, so later ones overtake earlier ones."""
    loss: float = 0.0
    repetition: float = 0.0


class SeededNetwork:
    """Draws what happens to each message. One seed gives one sequence of fates."""

    def __init__(self, seed: int, conditions: NetworkConditions) -> None:
        self._random = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self.conditions = conditions
        self.severed: frozenset[tuple[str, str]] = frozenset()
        """(sender, receiver) pairs that nothing passes; one direction each."""
        self.fired: dict[str, int] = {"lost": 0, "repeated": 0, "severed": 0}

    def fates(self, sender: str, receiver: str) -> tuple[int, ...]:
        """After how many milliseconds each copy of a message arrives; empty when it never does."""
        if (sender, receiver) in self.severed:
            self.fired["severed"] += 1
            return ()
        if self._random.random() < self.conditions.loss:
            self.fired["lost"] += 1
            return ()
        copies = 1
        if self._random.random() < self.conditions.repetition:
            self.fired["repeated"] += 1
            copies = 2
        return tuple(self._random.randint(*self.conditions.delay_ms) for _ in range(copies))
