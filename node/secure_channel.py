"""Sealed records between two offices: what goes over a link once its handshake is done.

A record carries one or more frames: all that one flush of the engine has for one peer travels under
one seal. On the wire: counter (8 bytes, big endian), then the frames, each behind its size (4
bytes, big endian), under AES-256-GCM with the counter as nonce. Each direction has a key of its
own, so a counter is used once. A record that is not next in time is refused, whatever is in it.
"""

import struct
from collections.abc import Sequence
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from node.handshake import SessionKeys

RECORD_OVERHEAD: Final = 8 + 16  # bytes: counter and authentication tag
FRAME_OVERHEAD: Final = 4  # bytes

RecordFault = Literal["oversized", "malformed", "wronglySealed", "replayed"]
"""Why a record was dropped; links count them by these names."""

_COUNTER = struct.Struct(">Q")
_SIZE = struct.Struct(">I")


class InvalidRecordError(Exception):
    """A record from the peer is dropped; `fault` says why."""

    def __init__(self, fault: RecordFault, message: str) -> None:
        super().__init__(message)
        self.fault: RecordFault = fault


class SecureChannel:
    """Seals records to one peer and opens records from it, in order; made anew for each link."""

    __slots__ = ("_opener", "_received", "_sealer", "_sent", "record_size_max")

    def __init__(self, keys: SessionKeys, record_size_max: int) -> None:
        self._sealer = AESGCM(keys.send)
        self._opener = AESGCM(keys.receive)
        self._sent = 0
        self._received = 0
        self.record_size_max = record_size_max
        """Bytes of a whole record, sealed; larger ones are refused unopened."""

    def seal(self, frames: Sequence[bytes]) -> bytes:
        """One record with these frames, to be sent before the next one is sealed."""
        self._sent += 1
        counter = _COUNTER.pack(self._sent)
        parts: list[bytes] = []
        for frame in frames:
            parts.append(_SIZE.pack(len(frame)))
            parts.append(frame)
        return counter + self._sealer.encrypt(b"\0\0\0\0" + counter, b"".join(parts), None)

    def open(self, record: bytes) -> list[bytes]:
        """The frames in a record. Its counter is taken as seen only if the seal is right.

        Raises:
            InvalidRecordError: too large, too small, seen before, wrongly sealed, or not made of
                frames.
        """
        if len(record) > self.record_size_max:
            raise InvalidRecordError(
                "oversized", f"expected at most {self.record_size_max} bytes, got {len(record)}"
            )
        if len(record) < RECORD_OVERHEAD:
            raise InvalidRecordError(
                "malformed", f"expected at least {RECORD_OVERHEAD} bytes, got {len(record)}"
            )
        counter = int.from_bytes(record[:8], "big")
        if counter <= self._received:
            raise InvalidRecordError(
                "replayed", f"expected a counter above {self._received}, got {counter}"
            )
        try:
            plain = self._opener.decrypt(b"\0\0\0\0" + record[:8], record[8:], None)
        except InvalidTag:
            raise InvalidRecordError("wronglySealed", f"record {counter}: wrong seal") from None
        self._received = counter
        return _split(plain)


def _split(plain: bytes) -> list[bytes]:
    """The frames behind their sizes."""
    frames: list[bytes] = []
    start = 0
    end = len(plain)
    while start < end:
        if end - start < FRAME_OVERHEAD:
            raise InvalidRecordError("malformed", "record: cut off in a frame's size")
        stop = start + FRAME_OVERHEAD + _SIZE.unpack_from(plain, start)[0]
        if stop > end:
            raise InvalidRecordError("malformed", f"record: frame ends at {stop}, record at {end}")
        frames.append(plain[start + FRAME_OVERHEAD : stop])
        start = stop
    return frames
