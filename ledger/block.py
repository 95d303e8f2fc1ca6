"""Blocks and their headers, and the bytes that are hashed (docs/ledger.md).

A block holds submissions in the order that was agreed, each with what became of it. Its hash is the SHA-256 of its
header; the header covers all else.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from crypto.digest import sha256
from ledger.errors import MalformedBlockError
from ledger.register.outcome import Outcome

SubmissionStatus = Literal["executed", "duplicate", "expired", "tooFarAhead"]
"""What became of a submission: applied; applied before within its validity; came after its validity ended; or
valid for longer than a node remembers. Only the first has outcomes.
"""

BLOCK_VERSION = 1
TIME_MS_MAX = 253_402_300_799_999
"""9999-12-31T23:59:59.999Z, the last time that a calendar shows: what one office alone signs for may say no later."""

_STATUS_CODES: dict[SubmissionStatus, bytes] = {
    "executed": b"\x00",
    "duplicate": b"\x01",
    "expired": b"\x02",
    "tooFarAhead": b"\x03",
}


class Header(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a checkpoint certificate signs for, through its hash."""

    version: int
    network_id: bytes
    height: int
    """The first block has height 1."""
    time_ms: int
    """Unix milliseconds; never before the previous block's."""
    previous_hash: bytes
    """The previous header's hash; 32 zero bytes in the first block."""
    submissions_digest: bytes
    """Over each submission's digest and status, in order."""
    entries_root: bytes
    """Merkle root over the entries of the executed submissions, with their outcomes."""
    entry_count: int
    history_root: bytes
    """Merkle root over the hashes of all earlier headers."""
    state_root: bytes
    """Root of the state tree after this block."""


class ExecutedSubmission(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A submission in a block."""

    data: bytes
    """The JWS as it came."""
    status: SubmissionStatus
    outcomes: tuple[Outcome, ...]
    """One for each entry if executed, else none."""


class Block(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A header with the submissions it covers."""

    header: Header
    submissions: tuple[ExecutedSubmission, ...]

    @property
    def hash(self) -> bytes:
        """The hash by which the block is known: its header's."""
        return header_hash(self.header)


_encoder = msgspec.msgpack.Encoder()
_header_decoder = msgspec.msgpack.Decoder(Header)
_block_decoder = msgspec.msgpack.Decoder(Block)
_leaf_decoder = msgspec.msgpack.Decoder(tuple[str, bytes, Outcome])


def encode_header(header: Header) -> bytes:
    """The one byte form of a header (msgpack array)."""
    return _encoder.encode(header)


def header_hash(header: Header) -> bytes:
    """SHA-256 of the header's bytes."""
    return sha256(_encoder.encode(header))


def decode_header(data: bytes) -> Header:
    """The header in these bytes.

    Raises:
        MalformedBlockError: they are not the one byte form of a header.
    """
    try:
        header = _header_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedBlockError(f"header: {error}") from error
    if encode_header(header) != data:
        raise MalformedBlockError("header: expected the shortest msgpack form")
    return header


def encode_block(block: Block) -> bytes:
    """The one byte form of a block (msgpack array)."""
    return _encoder.encode(block)


def decode_block(data: bytes) -> Block:
    """The block in these bytes; that its parts fit together is not checked here.

    Raises:
        MalformedBlockError: they are not the one byte form of a block.
    """
    try:
        block = _block_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedBlockError(f"block: {error}") from error
    if encode_block(block) != data:
        raise MalformedBlockError("block: expected the shortest msgpack form")
    return block


def entry_leaf(office: str, raw_entry: bytes, outcome: Outcome) -> bytes:
    """The data of an entry's Merkle leaf: msgpack [office, entry's exact bytes, outcome]."""
    return _encoder.encode((office, raw_entry, outcome))


def decode_entry_leaf(data: bytes) -> tuple[str, bytes, Outcome]:
    """The office, the entry's exact bytes and its outcome in the data of a leaf.

    Raises:
        MalformedBlockError: they are not the one byte form of a leaf.
    """
    try:
        leaf = _leaf_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedBlockError(f"leaf: {error}") from error
    if entry_leaf(*leaf) != data:
        raise MalformedBlockError("leaf: expected the shortest msgpack form")
    return leaf


def submissions_digest(judged: Iterable[tuple[bytes, SubmissionStatus]]) -> bytes:
    """SHA-256 over each submission's digest (32 bytes) and status code (1 byte), in order."""
    return sha256(b"".join(digest + _STATUS_CODES[status] for digest, status in judged))
