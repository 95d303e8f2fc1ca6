"""How a record stands in a segment file: its length, two checksums, its content (docs/ledger.md)."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from ledger.errors import CorruptLedgerError

RECORD_HEAD_SIZE = 12
_SECTOR_SIZE = 512
"""What a disk writes as a whole, in bytes."""


def checksum(content: bytes) -> bytes:
    """The CRC-32, as zlib has it: 4 bytes."""
    return crc32(content).to_bytes(4, "big")


def frame(record: bytes) -> bytes:
    """A record as it stands in the file."""
    length = len(record).to_bytes(4, "big")
    return b"".join((length, checksum(length), checksum(record), record))


class IncompleteRecordError(CorruptLedgerError):
    """The last record ends before its length is reached."""


def records_in(path: Path, file: BinaryIO, offset: int, size: int) -> Iterator[tuple[int, bytes]]:
    """The records of a segment of this size from an offset on, each with its offset.

    Raises:
        IncompleteRecordError: the last one is not complete.
        CorruptLedgerError: one is damaged.
    """
    file.seek(offset)
    while offset < size:
        head = file.read(min(RECORD_HEAD_SIZE, size - offset))
        if len(head) < RECORD_HEAD_SIZE:
            expected = f"a record head of {RECORD_HEAD_SIZE} bytes"
            raise IncompleteRecordError(str(path), offset, expected, f"{len(head)} bytes")
        length = record_length(path, offset, head)
        left = size - offset - RECORD_HEAD_SIZE
        if length > left:
            expected = f"a record of {length} bytes"
            raise IncompleteRecordError(str(path), offset, expected, f"{left} bytes")
        record = file.read(length)
        check_content(path, offset, head[8:], record)
        yield offset, record
        offset += RECORD_HEAD_SIZE + length


def record_length(path: Path, offset: int, head: bytes) -> int:
    """The length that a record's head says; CorruptLedgerError if its checksum differs."""
    if checksum(head[:4]) != head[4:8]:
        raise CorruptLedgerError(
            str(path),
            offset,
            f"a record length with checksum {checksum(head[:4]).hex()}",
            f"checksum {head[4:8].hex()}",
        )
    return int.from_bytes(head[:4], "big")


def check_content(path: Path, offset: int, expected: bytes, record: bytes) -> None:
    """Return when the content has this checksum; else CorruptLedgerError."""
    found = checksum(record)
    if found != expected:
        raise CorruptLedgerError(
            str(path),
            offset,
            f"a record of {len(record)} bytes with checksum {expected.hex()}",
            f"checksum {found.hex()}",
        )


def is_torn(framed: bytes, offset: int) -> bool:
    """Whether the record that begins here, from this offset of a file to its end, was not written to its end.

    A power cut leaves zeros from the boundary of a sector to the end of what was not synced, when the file was made
    longer first. Zeros that begin behind the record tell nothing of it: then it is damaged, and others stood behind it.
    """
    written = len(framed.rstrip(b"\0"))
    zeros = written + -(offset + written) % _SECTOR_SIZE
    size = RECORD_HEAD_SIZE
    if checksum(framed[:4]) == framed[4:8]:
        size += int.from_bytes(framed[:4], "big")
    return zeros < min(size, len(framed))


def is_half_written(path: Path, offset: int) -> bool:
    """Whether the file ends with this record, and a sector of the record holds zeros only.

    The length of a file can reach the disk before its content does; so a power cut leaves what was not synced.
    """
    with path.open("rb") as file:
        file.seek(offset)
        framed = file.read()
    if is_torn(framed, offset):
        return True
    length = int.from_bytes(framed[:4], "big")
    if checksum(framed[:4]) != framed[4:8] or len(framed) != RECORD_HEAD_SIZE + length:
        return False
    first = -offset % _SECTOR_SIZE
    sectors = (framed[at : at + _SECTOR_SIZE] for at in range(first, len(framed), _SECTOR_SIZE))
    return any(not any(sector) for sector in sectors)
