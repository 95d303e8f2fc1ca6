"""The journal: what this replica promised and must remember over a crash, with the bodies that it promised for.

It is private to the node and small: what is stable is dropped from it. The ledger files beside it hold only
what the offices agreed on. Its bytes: `journal_format`.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from node.journal_format import MARK, framed, scan
from node.keystore import sync_folder


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
        self._is_dirty = (
            True  # An earlier process may have ended before it synced what is read here.
        )
        self.notes: list[str] = []
        """What opening repaired, for the operator."""
        try:
            self.size_bytes = self._cut_torn_tail()
        except BaseException:
            self._file.close()
            raise

    def append(self, record: bytes) -> None:
        """Add a record; durable after the next `sync`."""
        data = framed(record)
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
        for _, record in scan(self._path.read_bytes(), str(self._path)):
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
        end = len(MARK)
        for end, _ in scan(data, str(self._path)):  # noqa: B007 - the last offset is wanted
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
    return sum(1 for _ in scan(path.read_bytes(), str(path)))


def _write_whole(path: Path, records: Iterable[bytes]) -> None:
    """Write a journal in one step: aside, sync, rename, sync the folder."""
    aside = path.with_suffix(".new")
    with aside.open("wb") as file:
        file.write(MARK)
        for record in records:
            file.write(framed(record))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync_folder(path.parent)
