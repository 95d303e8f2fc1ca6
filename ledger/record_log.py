"""The port for an append-only log of byte strings, and its form in memory. On disk: `segments`."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from ledger.errors import CorruptLedgerError


class Location(NamedTuple):
    """Where a record stands in a log."""

    segment: int
    """From 1."""
    offset: int
    """Bytes from the start of the segment to the record's head."""
    size: int
    """Bytes of the record's content."""


class NamedFiles(Protocol):
    """What messages name the place of a record by."""

    def file_name(self, segment: int) -> str:
        """The name of a segment's file, for messages."""


class RecordLog(Protocol):
    """An append-only sequence of byte strings, none of them empty."""

    notes: list[str]
    """What opening repaired, for the operator."""

    def size_bytes(self, after: Location | None = None) -> int:
        """About how many bytes all records have together, or those behind a location."""

    def file_name(self, segment: int) -> str:
        """The name of a segment's file, for messages."""

    def append(self, record: bytes) -> Location:
        """Write a record behind the last one; durable after `sync`."""

    def sync(self) -> None:
        """Return when everything appended is durable."""

    def read(self, location: Location) -> bytes:
        """The record at a location; CorruptLedgerError if it is not there or damaged."""

    def records(self, after: Location | None = None) -> Iterator[tuple[Location, bytes]]:
        """All records in order, or those behind a location; CorruptLedgerError where one is damaged."""

    def close(self) -> None:
        """Release files."""


class MemoryLog:
    """A record log in memory."""

    __slots__ = ("_records", "notes")

    def __init__(self) -> None:
        self._records: list[bytes] = []
        self.notes: list[str] = []

    def size_bytes(self, after: Location | None = None) -> int:
        """How many bytes all records have together, or those behind a location."""
        return sum(map(len, self._records[after.offset + 1 if after else 0 :]))

    def file_name(self, segment: int) -> str:
        """The name that messages use."""
        return f"memory-{segment}"

    def append(self, record: bytes) -> Location:
        """Keep a record behind the last one."""
        self._records.append(record)
        return Location(1, len(self._records) - 1, len(record))

    def sync(self) -> None:
        """Nothing to do: memory is as durable as it gets."""

    def read(self, location: Location) -> bytes:
        """The record at a location."""
        if location.segment != 1 or not 0 <= location.offset < len(self._records):
            raise CorruptLedgerError("memory", location.offset, "a record", "the end")
        return self._records[location.offset]

    def records(self, after: Location | None = None) -> Iterator[tuple[Location, bytes]]:
        """All records in order, or those behind a location."""
        first = after.offset + 1 if after else 0
        for index in range(first, len(self._records)):
            yield Location(1, index, len(self._records[index])), self._records[index]

    def close(self) -> None:
        """Nothing to release."""
