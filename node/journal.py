"""The journal: what this replica promised and must remember over a crash, with the bodies that it promised for.

It is private to the node and small: what is stable is dropped from it. The ledger files beside it hold only
what the offices agreed on. Behind a mark stand records: each its length (4 bytes), a CRC-32 of the length, a CRC-32 of
the content, and the content. A torn last record was never relied on and is cut off; anything else that does not check
is named and stops the start.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol
from zlib import crc32


class CorruptJournalError(Exception):
    """The journal holds bytes that this node did not write there."""


class Journal(Protocol):
    """Where the engine keeps its records."""

    @property
    def size_bytes(self) -> int:
        """Bytes held."""
        ...

    def append(self, record: bytes) -> None:
        """Add a record; durable after the next `sync`."""
        ...

    def sync(self) -> None:
        """Make everything appended durable."""
        ...

    def records(self) -> Iterator[bytes]:
        """All records, oldest first."""
        ...

    def rewrite(self, records: Iterable[bytes]) -> None:
        """Replace the content by these records, durably and in one step."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...


class MemoryJournal:
    """A journal for simulations and tests: `crash` loses what was not synced."""

    def __init__(self) -> None:
        self._durable: list[bytes] = []
        self._pending: list[bytes] = []

    @property
    def size_bytes(self) -> int:
        """Bytes held."""
        return sum(map(len, self._durable)) + sum(map(len, self._pending))

    def append(self, record: bytes) -> None:
        """Add a record; durable after the next `sync`."""
        self._pending.append(record)

    def sync(self) -> None:
        """Make everything appended durable."""
        self._durable += self._pending
        self._pending = []

    def records(self) -> Iterator[bytes]:
        """All records, oldest first."""
        yield from self._durable
        yield from self._pending

    def rewrite(self, records: Iterable[bytes]) -> None:
        """Replace the content by these records, durably and in one step."""
        self._durable = list(records)
        self._pending = []

    def crash(self) -> None:
        """Lose what was not synced."""
        self._pending = []

    def close(self) -> None:
        """Nothing to let go of."""


_ZEROS_OF_A_TEAR = 8
"""A last record that ends in so many zero bytes and does not check was not written to its end."""
_HEAD_SIZE = 12  # bytes: length, checksum of the length, checksum of the record


def _framed(record: bytes) -> bytes:
    length = len(record).to_bytes(4, "big")
    return length + _checksum(length) + _checksum(record) + record


def _checksum(data: bytes) -> bytes:
    return crc32(data).to_bytes(4, "big")


_MARK = b"ipregister journal 1\n"
"""A journal without records is no rare thing; a file without this is none."""


class FileJournal:
    """A journal in one file, replaced as a whole when it is compacted."""

    def __init__(self, path: Path) -> None:
        """Open or create the journal; a torn last record is cut off.

        Raises:
            CorruptJournalError: a record before the last does not check.
        """
        self._path = path
        if not path.exists():
            _write_whole(path, ())
        self._file = path.open("a+b")
        self._is_dirty = False
        self.notes: list[str] = []
        """What opening repaired, for the operator."""
        try:
            self.size_bytes = self._cut_torn_tail()
        except BaseException:
            self._file.close()
            raise

    def append(self, record: bytes) -> None:
        """Add a record; durable after the next `sync`."""
        data = _framed(record)
        self._file.write(data)
        self.size_bytes += len(data)
        self._is_dirty = True

    def sync(self) -> None:
        """Make everything appended durable: one fdatasync, whatever the number of records."""
        if self._is_dirty:
            self._file.flush()
            os.fdatasync(self._file.fileno())
            self._is_dirty = False

    def records(self) -> Iterator[bytes]:
        """All records, oldest first."""
        self._file.flush()
        for _, record in _scan(self._path.read_bytes(), self._path):
            yield record

    def rewrite(self, records: Iterable[bytes]) -> None:
        """Replace the content by these records, durably and in one step."""
        self._file.close()
        _write_whole(self._path, records)
        self._file = self._path.open("a+b")
        self.size_bytes = self._path.stat().st_size
        self._is_dirty = False

    def close(self) -> None:
        """Sync and let go of the file."""
        self.sync()
        self._file.close()

    def _cut_torn_tail(self) -> int:
        data = self._path.read_bytes()
        end = len(_MARK)
        for end, _ in _scan(data, self._path):  # noqa: B007 - the last offset is wanted
            pass
        if end < len(data):
            self.notes.append(
                f"{self._path}: the last record was not complete, and never relied on: "
                f"{len(data) - end} bytes from byte {end} on were cut off"
            )
            self._file.truncate(end)
            os.fsync(self._file.fileno())
        return end


def check_journal(path: Path) -> int:
    """How many records the journal in a file has; changes nothing.

    Raises:
        CorruptJournalError: it is damaged.
    """
    return sum(1 for _ in _scan(path.read_bytes(), path))


def _write_whole(path: Path, records: Iterable[bytes]) -> None:
    """Write a journal in one step: aside, sync, rename, sync the folder."""
    aside = path.with_suffix(".new")
    with aside.open("wb") as file:
        file.write(_MARK)
        for record in records:
            file.write(_framed(record))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    _sync_folder(path.parent)


def _scan(data: bytes, path: Path) -> Iterator[tuple[int, bytes]]:
    """(offset behind the record, record) of every whole record; stops at a torn tail.

    Torn is what a power cut can leave of the last, unsynced record: its beginning, or zeros in its place.

    Raises:
        CorruptJournalError: anything else does not check.
    """
    if not data.startswith(_MARK):
        raise CorruptJournalError(
            f"{path} is damaged: expected a journal, which begins with {_MARK!r}, got"
            f" {data[: len(_MARK)]!r}."
            " This node no longer knows all that it voted for"
        )
    offset = len(_MARK)
    while offset < len(data):
        head = data[offset : offset + _HEAD_SIZE]
        if len(head) < _HEAD_SIZE or not any(data[offset:]):
            return
        if _checksum(head[:4]) != head[4:8] or head[:4] == bytes(4):
            raise _corrupt(path, offset, "length", head[4:8], _checksum(head[:4]))
        end = offset + _HEAD_SIZE + int.from_bytes(head[:4], "big")
        record = data[offset + _HEAD_SIZE : end]
        if end > len(data):
            return
        if _checksum(record) != head[8:]:
            if not any(data[end:]) and not any(record[-_ZEROS_OF_A_TEAR:]):
                return
            raise _corrupt(path, offset, "content", head[8:], _checksum(record))
        yield end, record
        offset = end


def _corrupt(
    path: Path, offset: int, part: str, expected: bytes, got: bytes
) -> CorruptJournalError:
    return CorruptJournalError(
        f"{path}: the record at byte {offset} is damaged: the checksum of its {part} is "
        f"{got.hex()}, not {expected.hex()}. This node no longer knows all that it voted for"
    )


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
