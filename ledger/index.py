"""The index: what the ledger keeps in the key-value store beside the register's own keys.

All of it can be rebuilt from the ledger files.

!a                          what was applied last (`Applied`)
!b ‖ height                 a block: where it stands in the files, and its header
!c ‖ height                 a certificate: where it stands in the files
!d                          the last block that the files hold for certain, as `!a`
!e                          the last certificate that was indexed: where it stands
!h ‖ level ‖ index          a node of the history tree
!s ‖ slot                   a page of the state tree
!x ‖ end of validity ‖ digest   a submission that was executed and is still valid -> height
"""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import TypeVar

import msgspec

from crypto.errors import MalformedBytesError
from ledger.record_log import Location
from ledger.store import KeyValueStore, prefix_end

T = TypeVar("T")

APPLIED_KEY = b"!a"
DURABLE_KEY = b"!d"
LAST_CERTIFICATE_KEY = b"!e"
INDEX_VERSION = 2
"""2: earlier versions of facts. An index of another version is rebuilt from the ledger files."""

_BLOCK = b"!b"
_CERTIFICATE = b"!c"
_DIGEST = b"!x"
_WIPE_KEYS = 10_000


class Applied(msgspec.Struct, frozen=True, array_like=True):
    """How far the index has come, and for which network."""

    version: int
    network_id: bytes
    height: int


class IndexedBlock(msgspec.Struct, frozen=True, array_like=True):
    """A block as the index knows it."""

    segment: int
    offset: int
    size: int
    header: bytes

    @property
    def location(self) -> Location:
        """Where the block stands in the block log."""
        return Location(self.segment, self.offset, self.size)


_encoder = msgspec.msgpack.Encoder()
_applied_decoder = msgspec.msgpack.Decoder(Applied)
_block_decoder = msgspec.msgpack.Decoder(IndexedBlock)
_location_decoder = msgspec.msgpack.Decoder(Location)


def block_key(height: int) -> bytes:
    """The key of a block."""
    return _BLOCK + height.to_bytes(8, "big")


def certificate_key(height: int) -> bytes:
    """The key of a certificate."""
    return _CERTIFICATE + height.to_bytes(8, "big")


def digest_key(valid_until_ms: int, digest: bytes) -> bytes:
    """The key of a remembered submission."""
    return _DIGEST + valid_until_ms.to_bytes(8, "big") + digest


def encode_applied(network_id: bytes, height: int) -> bytes:
    """The value under APPLIED_KEY and DURABLE_KEY."""
    return _encoder.encode(Applied(INDEX_VERSION, network_id, height))


def encode_indexed_block(location: Location, header: bytes) -> bytes:
    """The value under a block's key."""
    return _encoder.encode(IndexedBlock(*location, header))


def encode_location(location: Location) -> bytes:
    """The value under a certificate's key."""
    return _encoder.encode(location)


def read_applied(index: KeyValueStore) -> Applied | None:
    """How far the index has come; None if it has not begun. MalformedBytesError if the index is damaged."""
    return _read(index, APPLIED_KEY, _applied_decoder)


def read_durable(index: KeyValueStore) -> Applied | None:
    """The last block that was synced; None if none was. MalformedBytesError if the index is damaged."""
    return _read(index, DURABLE_KEY, _applied_decoder)


def read_block(index: KeyValueStore, height: int) -> IndexedBlock | None:
    """The block of a height; None if the index has none. MalformedBytesError if the index is damaged."""
    return _read(index, block_key(height), _block_decoder)


def read_location(index: KeyValueStore, key: bytes) -> Location | None:
    """The location under a key; None if the index has none. MalformedBytesError if the index is damaged."""
    return _read(index, key, _location_decoder)


def last_certified_height(index: KeyValueStore) -> int:
    """The greatest height that has a certificate; 0 if none has."""
    for key, _ in index.scan(_CERTIFICATE, prefix_end(_CERTIFICATE), reverse=True, limit=1):
        return int.from_bytes(key[len(_CERTIFICATE) :], "big")
    return 0


def wipe(index: KeyValueStore) -> None:
    """Delete every key; what says how far the index has come goes first, so that an interruption is seen."""
    index.write((), [APPLIED_KEY])
    _delete_range(index, b"", None)


def wipe_certificates(index: KeyValueStore) -> None:
    """Delete what is indexed of certificates."""
    index.write((), [LAST_CERTIFICATE_KEY])
    _delete_range(index, _CERTIFICATE, prefix_end(_CERTIFICATE))


def _delete_range(index: KeyValueStore, start: bytes, stop: bytes | None) -> None:
    # Each scan goes on behind the last key: from the start it would cross everything deleted so far.
    while keys := [key for key, _ in index.scan(start, stop, limit=_WIPE_KEYS)]:
        index.write((), keys)
        start = keys[-1] + b"\0"


def _read(index: KeyValueStore, key: bytes, decoder: msgspec.msgpack.Decoder[T]) -> T | None:
    value = index.get(key)
    try:
        return None if value is None else decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedBytesError(f"index at {key.hex()}: {error}") from error


class RecentDigests:
    """The submissions that were executed and could still be sent again.

    Bounded: each is forgotten when its validity has ended.
    """

    __slots__ = ("_heights", "_queue")

    def __init__(self, index: KeyValueStore) -> None:
        """Those that the index holds."""
        self._heights: dict[bytes, int] = {}
        self._queue: list[tuple[int, bytes]] = []
        for key, value in index.scan(_DIGEST, prefix_end(_DIGEST)):
            valid_until_ms, digest = int.from_bytes(key[2:10], "big"), key[10:]
            self._heights[digest] = int.from_bytes(value, "big")
            self._queue.append((valid_until_ms, digest))
        heapify(self._queue)

    def __contains__(self, digest: object) -> bool:
        return digest in self._heights

    def __len__(self) -> int:
        return len(self._heights)

    def height(self, digest: bytes) -> int | None:
        """The height at which a submission was executed; None if that is not remembered."""
        return self._heights.get(digest)

    def add(self, digest: bytes, valid_until_ms: int, height: int) -> tuple[bytes, bytes]:
        """Remember an executed submission; the (key, value) pair to store."""
        self._heights[digest] = height
        heappush(self._queue, (valid_until_ms, digest))
        return digest_key(valid_until_ms, digest), height.to_bytes(8, "big")

    def forget_before(self, time_ms: int) -> Iterator[bytes]:
        """Forget those whose validity ended before this moment; the keys to delete."""
        while self._queue and self._queue[0][0] < time_ms:
            valid_until_ms, digest = heappop(self._queue)
            del self._heights[digest]
            yield digest_key(valid_until_ms, digest)
