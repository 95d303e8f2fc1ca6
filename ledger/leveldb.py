"""The key-value port over LevelDB (plyvel), where its wheel exists."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import plyvel

WRITE_BUFFER_BYTES = 16 * 1024 * 1024
"""Small on purpose: a larger one costs more in cache misses than it saves in compaction."""
CACHE_BYTES = 128 * 1024 * 1024
BLOOM_BITS = 10


class LevelStore:
    """An ordered map in a directory of its own.

    Writes are atomic, and not synced: the index can be rebuilt. What is read from disk is checked against its
    checksum: an index that lies would make this node compute other blocks than the others.
    """

    __slots__ = ("_database", "get")

    def __init__(self, directory: Path, cache_bytes: int = CACHE_BYTES) -> None:
        """Open the directory, or make it.

        Raises:
            OSError: another process holds it, or it cannot be read.
        """
        directory.mkdir(parents=True, exist_ok=True)
        try:
            self._database = plyvel.DB(
                str(directory),
                create_if_missing=True,
                write_buffer_size=WRITE_BUFFER_BYTES,
                lru_cache_size=cache_bytes,
                bloom_filter_bits=BLOOM_BITS,
                # Most bytes are digests: compressing them costs 2 us a filing and saves a quarter of the disk.
                compression=None,
                # Else a damaged piece of its log is left out in silence, and what stands behind it is taken.
                paranoid_checks=True,
            )
        except plyvel.Error as error:
            raise OSError(f"index {directory}: {error}") from error
        self.get: Callable[[bytes], bytes | None] = partial(
            self._database.get, verify_checksums=True
        )

    def write(self, puts: Iterable[tuple[bytes, bytes]], deletes: Iterable[bytes] = ()) -> None:
        """Take over all changes or, if the process dies, none; a key that is put and deleted is deleted."""
        batch = self._database.write_batch()
        put = batch.put
        for key, value in puts:
            put(key, value)
        for key in deletes:
            batch.delete(key)
        batch.write()

    def scan(
        self,
        start: bytes = b"",
        stop: bytes | None = None,
        *,
        reverse: bool = False,
        limit: int | None = None,
    ) -> Iterator[tuple[bytes, bytes]]:
        """The pairs with start <= key < stop, in the order of their keys; a snapshot of the moment."""
        # Backwards, plyvel passes over a key that equals the start when no other is in the range.
        first = None if reverse else start
        with self._database.iterator(
            start=first, stop=stop, reverse=reverse, verify_checksums=True
        ) as pairs:
            for count, pair in enumerate(pairs):
                if count == limit or pair[0] < start:
                    return
                yield pair

    def close(self) -> None:
        """Release the directory."""
        self._database.close()
