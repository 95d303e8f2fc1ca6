"""A register in memory, into which entries go one by one, as if each came in a block of its own."""

from collections.abc import Iterator

from ledger.memory import MemoryStore
from ledger.register.applied import Position
from ledger.register.apply import apply_entry
from ledger.register.entries import Entry
from ledger.register.outcome import Outcome
from ledger.store import prefix_end

_TIME_MS = 4_070_908_800_000
"""2099: no filing lies in its future."""


class MemoryRegister:
    """A RegisterReader over what was entered."""

    def __init__(self, offices: tuple[str, ...]) -> None:
        self._store = MemoryStore()
        self._height = 0
        self._offices = offices

    @property
    def height(self) -> int:
        """The number of entries so far."""
        return self._height

    @property
    def time_ms(self) -> int:
        """The same time for every entry."""
        return _TIME_MS

    @property
    def offices(self) -> tuple[str, ...]:
        """The offices that count as connected."""
        return self._offices

    def enter(self, office: str, entry: Entry) -> Outcome:
        """Apply one entry and return what the register says to it."""
        self._height += 1
        applied = apply_entry(self.get, office, entry, Position(self._height, 0, _TIME_MS))
        self._store.write((*applied.facts, *applied.links))
        return applied.outcome

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a fact or link, or None."""
        return self._store.get(key)

    def scan(
        self, prefix: bytes, after: bytes = b"", limit: int | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """Return keys and values in key order: those that begin with `prefix` and come after `after`."""
        start = max(prefix, after + b"\0") if after else prefix
        return self._store.scan(start, prefix_end(prefix), limit=limit)
