"""The key-value port in memory, for tests and simulations."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator


class MemoryStore:
    """A dict with its keys sorted when a scan needs them."""

    __slots__ = ("_sorted_keys", "_values")

    def __init__(self) -> None:
        self._values: dict[bytes, bytes] = {}
        self._sorted_keys: list[bytes] | None = None

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, or None."""
        return self._values.get(key)

    def write(self, puts: Iterable[tuple[bytes, bytes]], deletes: Iterable[bytes] = ()) -> None:
        """Take over all changes; a key that is put and deleted is deleted."""
        self._values.update(puts)
        for key in deletes:
            self._values.pop(key, None)
        self._sorted_keys = None

    def scan(
        self,
        start: bytes = b"",
        stop: bytes | None = None,
        *,
        reverse: bool = False,
        limit: int | None = None,
    ) -> Iterator[tuple[bytes, bytes]]:
        """The pairs with start <= key < stop, in the order of their keys."""
        if self._sorted_keys is None:
            self._sorted_keys = sorted(self._values)
        keys = self._sorted_keys
        chosen = keys[bisect_left(keys, start) : None if stop is None else bisect_left(keys, stop)]
        if reverse:
            chosen.reverse()
        return iter([(key, self._values[key]) for key in chosen[:limit]])

    def close(self) -> None:
        """Nothing to release."""
