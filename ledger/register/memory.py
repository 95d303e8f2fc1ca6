"""A register in memory: for trials of the rules and dry runs, where no ledger is kept."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from itertools import islice

from ledger.register.applied import Position
from ledger.register.apply import apply_entry
from ledger.register.entries import Entry
from ledger.register.outcome import Outcome


class MemoryRegister:
    """A RegisterReader over what was entered."""

    def __init__(
        self, offices: tuple[str, ...], time_ms: int, network_id: bytes = bytes(32)
    ) -> None:
        self.offices = offices
        self.time_ms = time_ms
        self.network_id = network_id
        """To which the proofs of sealed claims are bound."""
        self.height = 0
        self.content: dict[bytes, bytes] = {}
        """Facts and links; none is ever taken away."""
        self._keys: list[bytes] = []

    def enter(self, office: str, entry: Entry, height: int | None = None) -> Outcome:
        """Apply one entry, as if alone in a block of this height (the next one by default)."""
        self.height = self.height + 1 if height is None else height
        position = Position(self.height, 0, self.time_ms, self.network_id)
        applied = apply_entry(self.get, office, entry, position)
        self.content.update(applied.facts)
        self.content.update(applied.links)
        return applied.outcome

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a fact or link, or None."""
        return self.content.get(key)

    def scan(
        self, prefix: bytes, after: bytes = b"", limit: int | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """Return keys and values in key order: those that begin with `prefix` and come after `after`."""
        keys = self._keys
        # What came since stands last in the content: a few keys are put in their places.
        for key in islice(reversed(self.content), len(self.content) - len(keys)):
            insort(keys, key)
        found = 0
        for place in range(bisect_left(keys, max(prefix, after)), len(keys)):
            key = keys[place]
            if not key.startswith(prefix) or (limit is not None and found >= limit):
                return
            if key > after:
                found += 1
                yield key, self.content[key]
