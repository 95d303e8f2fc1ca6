"""The bytes of a journal: behind a mark its records.

A record is its length (4 bytes), a CRC-32 of the length, a CRC-32 of the content, and the content. A torn last record
was never relied on and is left out; anything else that does not check is named.
"""

from collections.abc import Iterator
from typing import Final
from zlib import crc32

from ledger.record_frames import is_torn


class CorruptJournalError(Exception):
    """The journal holds bytes that this node did not write there."""


_ZEROS_OF_A_TEAR: Final = 8
"""A last record that ends in so many zero bytes and does not check was not written to its end."""
_HEAD_SIZE: Final = 12  # bytes: length, checksum of the length, checksum of the record


def framed(record: bytes) -> bytes:
    """A record as it stands in a journal."""
    length = len(record).to_bytes(4, "big")
    return length + _checksum(length) + _checksum(record) + record


def _checksum(data: bytes) -> bytes:
    return crc32(data).to_bytes(4, "big")


MARK: Final = b"ipregister journal 1\n"
"""A journal without records is no rare thing; a file without this is none."""


def scan(data: bytes, name: str) -> Iterator[tuple[int, bytes]]:
    """(offset behind the record, record) of every whole record; stops at a torn tail.

    Torn is what a power cut can leave of the last, unsynced record: its beginning, alone or with zeros behind it.

    Raises:
        CorruptJournalError: anything else does not check.
    """
    if not data.startswith(MARK):
        raise CorruptJournalError(
            f"{name} is damaged: expected a journal, which begins with {MARK!r}, got"
            f" {data[: len(MARK)]!r}."
            " This node no longer knows all that it voted for"
        )
    offset = len(MARK)
    while offset < len(data):
        head = data[offset : offset + _HEAD_SIZE]
        if len(head) < _HEAD_SIZE or not any(data[offset:]):
            return
        if _checksum(head[:4]) != head[4:8] or head[:4] == bytes(4):
            if is_torn(data[offset:], offset):
                return
            raise _corrupt(name, offset, "length", head[4:8], _checksum(head[:4]))
        end = offset + _HEAD_SIZE + int.from_bytes(head[:4], "big")
        record = data[offset + _HEAD_SIZE : end]
        if end > len(data):
            return
        if _checksum(record) != head[8:]:
            if not any(data[end:]) and not any(record[-_ZEROS_OF_A_TEAR:]):
                return
            if is_torn(data[offset:], offset):
                return
            raise _corrupt(name, offset, "content", head[8:], _checksum(record))
        yield end, record
        offset = end


def _corrupt(name: str, offset: int, part: str, expected: bytes, got: bytes) -> CorruptJournalError:
    return CorruptJournalError(
        f"{name}: the record at byte {offset} is damaged: the checksum of its {part} is "
        f"{got.hex()}, not {expected.hex()}. This node no longer knows all that it voted for"
    )
