"""Append-only logs on disk: numbered segment files of checksummed, length-prefixed records (docs/ledger.md).

    segment = magic (8) ‖ version (4) ‖ segment number (4) ‖ network id (32) ‖ CRC-32 of the foregoing (4) ‖ records
    record  = length (4) ‖ CRC-32 of the length (4) ‖ CRC-32 of the content (4) ‖ content

Integers are big-endian. A record goes into a new segment when it would make the present one longer than a limit: a
function of the content alone, so two logs of the same records are the same files, byte for byte.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from ledger.errors import CorruptLedgerError
from ledger.record_frames import (
    RECORD_HEAD_SIZE,
    IncompleteRecordError,
    check_content,
    checksum,
    frame,
    is_half_written,
    record_length,
    records_in,
)
from ledger.record_log import Location

SEGMENT_BYTES_MAX = 64 * 1024 * 1024
RECORD_BYTES_MAX = 1 << 31
FORMAT_VERSION = 1

_MAGIC = b"ipregldg"
_SEGMENT_HEAD_SIZE = 52
_READ_AHEAD = 1 << 20

_fdatasync = getattr(os, "fdatasync", os.fsync)


class SegmentLog:
    """A log of records in the files `name-000001.log`, `name-000002.log` and so on of a directory.

    Opening checks every segment's head and all of the last segment. An incomplete last record, which a crash may
    leave, is cut off and noted; anything else that is not as written is an error. Reading checks each record.
    """

    def __init__(
        self,
        directory: Path,
        name: str,
        network_id: bytes,
        *,
        segment_bytes_max: int = SEGMENT_BYTES_MAX,
        read_only: bool = False,
    ) -> None:
        """Open the log, or begin it.

        Raises:
            CorruptLedgerError: a segment is missing, of another network or damaged. Read-only, damage behind a
                segment's head is left to `records`, which gives all that is right before it.
        """
        self._directory = directory
        self._name = name
        self._network_id = network_id
        self._segment_bytes_max = segment_bytes_max
        self._read_only = read_only
        self._file: int | None = None
        self._is_broken = False
        self._is_dirty = False
        self.notes: list[str] = []
        """What opening repaired, for the operator."""
        self._sizes = self._segment_sizes()
        if self._sizes:
            self._check_last_segment()
            self._is_dirty = (
                True  # An earlier process may have ended before it synced what is read here.
            )

    def size_bytes(self, after: Location | None = None) -> int:
        """The bytes of all segments, or those behind a location."""
        if after is None:
            return sum(self._sizes)
        done = after.offset + RECORD_HEAD_SIZE + after.size
        return sum(self._sizes[after.segment - 1 :]) - done

    def file_name(self, segment: int) -> str:
        """The path of a segment."""
        return str(self._path(segment))

    def append(self, record: bytes) -> Location:
        """Write a record behind the last one; durable after `sync`.

        Raises:
            OSError: it could not be written. The log then takes no more records until it is opened again.
        """
        if self._is_broken or self._read_only:
            raise OSError(f"{self._directory / self._name}: closed to writing")
        if not 0 < len(record) < RECORD_BYTES_MAX:
            raise ValueError(f"expected a record of 1 to {RECORD_BYTES_MAX - 1} bytes")
        framed = frame(record)
        self._is_broken = True  # until the write has succeeded
        if not self._sizes or not self._is_room_in(len(self._sizes), len(record)):
            self._begin_segment()
        location = Location(len(self._sizes), self._sizes[-1], len(record))
        _write_all(self._descriptor(), framed)
        self._sizes[-1] += len(framed)
        self._is_broken = False
        self._is_dirty = True
        return location

    def sync(self) -> None:
        """Return when everything in the log is durable, also what an earlier process wrote; costs nothing when it is.

        Raises:
            OSError: it may not be. The log then takes no more records until it is opened again.
        """
        if self._is_broken:
            # After a failed one the system may call lost pages clean: the next would succeed, and say nothing.
            raise OSError(f"{self._directory / self._name}: closed to writing")
        if not self._is_dirty or self._read_only:
            return
        self._is_broken = True  # until it has succeeded
        _fdatasync(self._descriptor())
        self._is_broken = False
        self._is_dirty = False

    def read(self, location: Location) -> bytes:
        """The record at a location that `append` or `records` gave.

        Raises:
            CorruptLedgerError: there is no such record, or it is damaged.
        """
        path = self._path(location.segment)
        if not self._is_within(location):
            raise CorruptLedgerError(
                str(path), location.offset, f"a record of {location.size} bytes", "the end"
            )
        with path.open("rb", buffering=0) as file:
            framed = os.pread(file.fileno(), RECORD_HEAD_SIZE + location.size, location.offset)
        length = record_length(path, location.offset, framed[:RECORD_HEAD_SIZE])
        if length != location.size:
            raise CorruptLedgerError(
                str(path), location.offset, f"length {location.size}", f"length {length}"
            )
        record = framed[RECORD_HEAD_SIZE:]
        check_content(path, location.offset, framed[8:RECORD_HEAD_SIZE], record)
        return record

    def records(self, after: Location | None = None) -> Iterator[tuple[Location, bytes]]:
        """All records in order, or those behind a location, each checked.

        Raises:
            CorruptLedgerError: a record is damaged, or in another segment than it belongs; all before it were given.
        """
        first = after.segment if after else 1
        for segment in range(first, len(self._sizes) + 1):
            offset = _SEGMENT_HEAD_SIZE
            if after and segment == after.segment:
                offset = after.offset + RECORD_HEAD_SIZE + after.size
            path = self._path(segment)
            with path.open("rb", buffering=_READ_AHEAD) as file:
                size = self._sizes[segment - 1]
                for place, record in records_in(path, file, offset, size):
                    self._expect_place(segment, place, len(record))
                    yield Location(segment, place, len(record)), record

    def close(self) -> None:
        """Release the open file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _is_room_in(self, segment: int, length: int) -> bool:
        """Whether a record of this length goes behind what the segment holds; an empty one takes any."""
        size = self._sizes[segment - 1]
        end = size + RECORD_HEAD_SIZE + length
        return size == _SEGMENT_HEAD_SIZE or end <= self._segment_bytes_max

    def _expect_place(self, segment: int, offset: int, length: int) -> None:
        """Raise CorruptLedgerError unless a record of this length was to be written here."""
        is_first = offset == _SEGMENT_HEAD_SIZE
        end = offset + RECORD_HEAD_SIZE + length
        path = str(self._path(segment))
        if not is_first and end > self._segment_bytes_max:
            expected = f"segments of at most {self._segment_bytes_max} bytes"
            raise CorruptLedgerError(path, offset, expected, f"a record that ends at {end}")
        if is_first and segment > 1 and self._is_room_in(segment - 1, length):
            expected = f"the record in segment {segment - 1}, which has room for it"
            raise CorruptLedgerError(path, offset, expected, f"it in segment {segment}")

    def _is_within(self, location: Location) -> bool:
        if not 0 < location.segment <= len(self._sizes):
            return False
        end = location.offset + RECORD_HEAD_SIZE + location.size
        is_place = location.offset >= _SEGMENT_HEAD_SIZE and location.size > 0
        return is_place and end <= self._sizes[location.segment - 1]

    def _path(self, segment: int) -> Path:
        return self._directory / f"{self._name}-{segment:06d}.log"

    def _head(self, segment: int) -> bytes:
        head = _MAGIC + FORMAT_VERSION.to_bytes(4, "big") + segment.to_bytes(4, "big")
        return head + self._network_id + checksum(head + self._network_id)

    def _descriptor(self) -> int:
        if self._file is None:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            self._file = os.open(self._path(len(self._sizes)), flags, 0o644)
        return self._file

    def _begin_segment(self) -> None:
        if self._sizes and self._is_dirty:
            _fdatasync(self._descriptor())
        self.close()
        if not self._directory.exists():
            self._directory.mkdir(parents=True)
            _sync_directory(self._directory.parent)
        self._sizes.append(_SEGMENT_HEAD_SIZE)
        _write_all(self._descriptor(), self._head(len(self._sizes)))
        _sync_directory(self._directory)

    def _segment_sizes(self) -> list[int]:
        """The sizes of all segments, whose heads are right; a last one without a whole head is removed."""
        found = sorted(self._directory.glob(f"{self._name}-*.log"))
        sizes: list[int] = []
        for number, path in enumerate(found, 1):
            if path != self._path(number):
                raise CorruptLedgerError(str(path), 0, f"segment {number}", f"segment {path.name}")
            head = _begin(path, _SEGMENT_HEAD_SIZE)
            if number == len(found) and self._is_torn_head(head, path):
                self._cut(path, 0, "a segment whose head was not complete")
                break
            if head != self._head(number):
                raise CorruptLedgerError(
                    str(path), 0, f"head {self._head(number).hex()}", f"head {head.hex()}"
                )
            sizes.append(path.stat().st_size)
        return sizes

    def _is_torn_head(self, head: bytes, path: Path) -> bool:
        return len(head) < _SEGMENT_HEAD_SIZE or _is_zero_from(path, 0)

    def _check_last_segment(self) -> None:
        path, size = self._path(len(self._sizes)), self._sizes[-1]
        end = _SEGMENT_HEAD_SIZE
        with path.open("rb", buffering=_READ_AHEAD) as file:
            try:
                for offset, record in records_in(path, file, end, size):
                    end = offset + RECORD_HEAD_SIZE + len(record)
            except IncompleteRecordError as error:
                self._cut(path, end, f"expected {error.expected}, found {error.found}")
                self._sizes[-1] = end
            except CorruptLedgerError:
                if _is_zero_from(path, end):
                    self._cut(path, end, "zeros, which a crash leaves where nothing was written")
                    self._sizes[-1] = end
                elif is_half_written(path, end):
                    self._cut(path, end, "a record that a crash left with zeros inside")
                    self._sizes[-1] = end
                elif not self._read_only:  # Else whoever reads the records finds it where it is.
                    raise

    def _cut(self, path: Path, end: int, found: str) -> None:
        size = path.stat().st_size
        self.notes.append(f"{path}: cut off {size - end} bytes at offset {end}: {found}")
        if self._read_only:
            return
        if end:
            os.truncate(path, end)
        else:
            path.unlink()
            _sync_directory(self._directory)


def _begin(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _is_zero_from(path: Path, offset: int) -> bool:
    with path.open("rb") as file:
        file.seek(offset)
        while piece := file.read(_READ_AHEAD):
            if piece.count(0) != len(piece):
                return False
    return True


def _write_all(descriptor: int, content: bytes) -> None:
    written = 0
    while written < len(content):
        written += os.write(descriptor, content[written:] if written else content)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
