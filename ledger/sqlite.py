"""The key-value port over SQLite, where plyvel has no wheel."""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

_SCAN_ROWS = 1_000
_FORWARD = "SELECT key, value FROM pairs WHERE key >= ? AND key < ? ORDER BY key LIMIT ?"
_FORWARD_OPEN = "SELECT key, value FROM pairs WHERE key >= ? ORDER BY key LIMIT ?"
_BACKWARD = "SELECT key, value FROM pairs WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT ?"
_BACKWARD_OPEN = "SELECT key, value FROM pairs WHERE key >= ? ORDER BY key DESC LIMIT ?"


class SqliteStore:
    """An ordered map in one database file.

    Writes are atomic; the last ones may be lost if the machine stops, for the index can be rebuilt.
    """

    __slots__ = ("_connection",)

    def __init__(self, path: Path) -> None:
        """Open the file, or make it.

        Raises:
            OSError: it cannot be read, or is no SQLite database.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            # The owner uses one thread; it need not be the one that opened the store.
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS pairs (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID"
            )
        except sqlite3.Error as error:
            raise OSError(f"index {path}: {error}") from error

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, or None."""
        row = self._connection.execute("SELECT value FROM pairs WHERE key = ?", (key,)).fetchone()
        return None if row is None else bytes(row[0])

    def write(self, puts: Iterable[tuple[bytes, bytes]], deletes: Iterable[bytes] = ()) -> None:
        """Take over all changes or, if the process dies, none; a key that is put and deleted is deleted."""
        with self._connection:
            self._connection.execute("BEGIN")
            self._connection.executemany("INSERT OR REPLACE INTO pairs VALUES (?, ?)", puts)
            self._connection.executemany(
                "DELETE FROM pairs WHERE key = ?", ((key,) for key in deletes)
            )

    def scan(
        self,
        start: bytes = b"",
        stop: bytes | None = None,
        *,
        reverse: bool = False,
        limit: int | None = None,
    ) -> Iterator[tuple[bytes, bytes]]:
        """The pairs with start <= key < stop, in the order of their keys; writes may fall between its pieces."""
        left = limit
        while left is None or left > 0:
            wanted = _SCAN_ROWS if left is None else min(left, _SCAN_ROWS)
            rows = self._rows(start, stop, wanted, reverse=reverse)
            yield from rows
            if len(rows) < wanted:
                return
            last = rows[-1][0]
            if reverse:
                stop = last
            else:
                start = last + b"\0"
            left = None if left is None else left - wanted

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def _rows(
        self, start: bytes, stop: bytes | None, limit: int, *, reverse: bool
    ) -> list[tuple[bytes, bytes]]:
        if stop is None:
            query = _BACKWARD_OPEN if reverse else _FORWARD_OPEN
            return self._connection.execute(query, (start, limit)).fetchall()
        query = _BACKWARD if reverse else _FORWARD
        return self._connection.execute(query, (start, stop, limit)).fetchall()
