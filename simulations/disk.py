"""A node's storage that a power cut, a full disk or a bad sector can strike at any operation.

The journal is held as the very bytes of a journal file, read by the production code. Before every operation a hook is
called, which may raise: a `StoppedError` stops the node there, an `OSError` is the disk's answer.
"""

import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from ledger.memory import MemoryStore
from ledger.record_log import Location, MemoryLog
from node.journal_format import MARK, framed, scan

Hook: TypeAlias = Callable[[str, bytes], None]
"""Called with the operation and, where there are any, the bytes written or found."""
_SECTOR_SIZE: Final = 512
INDEX_WRITES_AT_RISK: Final = 8
"""Last writes of the index, which is not synced, that a power cut may take."""


def _nothing(_operation: str, _data: bytes) -> None:
    """Let every operation pass."""


class SimulatedJournal:
    """A journal in memory: the bytes of its file, and how many of them are durable."""

    def __init__(self, before: Hook = _nothing) -> None:
        self._before = before
        self._data = bytearray(MARK)
        self._synced = len(MARK)

    @property
    def size_bytes(self) -> int:
        """Bytes held."""
        return len(self._data)

    def append(self, record: bytes) -> None:
        """Add a record; durable after the next `sync`."""
        self._before("journal append", record)
        self._data += framed(record)

    def sync(self) -> None:
        """Make everything appended durable; costs nothing when nothing was appended since."""
        if self._synced < len(self._data):
            self._before("journal sync", b"")
            self._synced = len(self._data)

    def records(self) -> Iterator[bytes]:
        """All records, oldest first; what a power cut left of a torn one is cut off."""
        self._before("journal read", b"")
        found = list(scan(bytes(self._data), "journal"))
        del self._data[found[-1][0] if found else len(MARK) :]
        self._synced = min(self._synced, len(self._data))
        for _, record in found:
            self._before("journal found", record)
            yield record

    def rewrite(self, records: Iterable[bytes]) -> None:
        """Replace the content by these records, durably and in one step."""
        self._before("journal rewrite", b"")
        self._data = bytearray(MARK)
        for record in records:
            self._data += framed(record)
        self._synced = len(self._data)

    def lose_power(self, rng: random.Random) -> bool:
        """Leave a beginning of what was not synced, perhaps zeros behind it; returns whether that tore something."""
        end = len(self._data)
        ends_of_records = {offset for offset, _ in scan(bytes(self._data), "journal")}
        kept = rng.randint(self._synced, end)
        if rng.random() < 0.5:  # noqa: PLR2004 - as often as not the file was made longer first
            kept = max(self._synced, kept - kept % _SECTOR_SIZE)
            self._data[kept:] = bytes(end - kept)
        else:
            del self._data[kept:]
        return self._synced < kept < end and kept not in ends_of_records

    def close(self) -> None:
        """Nothing to let go of."""


class SimulatedLog(MemoryLog):
    """A record log of which a power cut leaves what was synced, and perhaps some records behind it."""

    __slots__ = ("_before", "_name", "_synced")

    def __init__(self, name: str, before: Hook) -> None:
        super().__init__()
        self._name = name
        self._before = before
        self._synced = 0

    @property
    def synced(self) -> int:
        """How many records are durable."""
        return self._synced

    def append(self, record: bytes) -> Location:
        """Keep a record behind the last one; durable after `sync`."""
        self._before(f"{self._name} append", record)
        return super().append(record)

    def sync(self) -> None:
        """Make everything appended durable."""
        if self._synced < len(self._records):
            self._before(f"{self._name} sync", b"")
            self._synced = len(self._records)

    def read(self, location: Location) -> bytes:
        """The record at a location."""
        self._before(f"{self._name} read", b"")
        return super().read(location)

    def lose_power(self, rng: random.Random) -> None:
        """Of the records that were not synced the first few are left, or none; they are whole, and durable now."""
        del self._records[rng.randint(self._synced, len(self._records)) :]
        self._synced = len(self._records)


class SimulatedIndex(MemoryStore):
    """An index that is never synced: a power cut may take its last writes, each whole."""

    __slots__ = ("_before", "_undo")

    def __init__(self, before: Hook) -> None:
        super().__init__()
        self._before = before
        self._undo: deque[dict[bytes, bytes | None]] = deque(maxlen=INDEX_WRITES_AT_RISK)

    def write(self, puts: Iterable[tuple[bytes, bytes]], deletes: Iterable[bytes] = ()) -> None:
        """Take over all changes."""
        self._before("index write", b"")
        pairs, gone = tuple(puts), tuple(deletes)
        keys = [key for key, _ in pairs] + list(gone)
        self._undo.append({key: self._values.get(key) for key in keys})
        super().write(pairs, gone)

    def lose_power(self, rng: random.Random) -> None:
        """Take back some of the last writes."""
        for _ in range(rng.randint(0, len(self._undo))):
            former = self._undo.pop()
            puts = [(key, value) for key, value in former.items() if value is not None]
            super().write(puts, [key for key, value in former.items() if value is None])
        self._undo.clear()


class SimulatedFiles:
    """The ledger files of a simulated node."""

    __slots__ = ("blocks", "certificates")

    def __init__(self, before: Hook) -> None:
        self.blocks = SimulatedLog("blocks", before)
        self.certificates = SimulatedLog("certificates", before)

    def close(self) -> None:
        """Nothing to release."""


class SimulatedDisk:
    """All that a node stores."""

    def __init__(self, before: Hook = _nothing) -> None:
        self.journal = SimulatedJournal(before)
        self.files = SimulatedFiles(before)
        self.index = SimulatedIndex(before)

    def lose_power(self, rng: random.Random) -> bool:
        """What was not synced is lost, whole or in part; returns whether a record of the journal was torn."""
        self.files.blocks.lose_power(rng)
        self.files.certificates.lose_power(rng)
        self.index.lose_power(rng)
        return self.journal.lose_power(rng)
