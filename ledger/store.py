"""The key-value port: an ordered map of bytes that holds the index. Adapters: `leveldb`, `sqlite`, `memory`.

The index is derived from the ledger files and can be rebuilt, so writes need not be durable; they must be atomic.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol


class KeyValueStore(Protocol):
    """An ordered map; no key is empty. One thread uses it."""

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, or None."""

    def write(self, puts: Iterable[tuple[bytes, bytes]], deletes: Iterable[bytes] = ()) -> None:
        """Take over all changes or, if the process dies, none; a key that is put and deleted is deleted."""

    def scan(
        self,
        start: bytes = b"",
        stop: bytes | None = None,
        *,
        reverse: bool = False,
        limit: int | None = None,
    ) -> Iterator[tuple[bytes, bytes]]:
        """The pairs with start <= key < stop, in the order of their keys.

        A write during the scan may or may not be seen; no key comes twice or out of order.
        """

    def close(self) -> None:
        """Release files; the store cannot be used afterwards."""


def prefix_end(prefix: bytes) -> bytes | None:
    """The first key after all keys that begin with this prefix; None if there is none."""
    stripped = prefix.rstrip(b"\xff")
    return stripped[:-1] + bytes([stripped[-1] + 1]) if stripped else None
