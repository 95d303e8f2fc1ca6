"""How a stored ledger is tampered with, for real; `tamperings` says what must be found (docs/audit.md).

Every forger here is a good one: who changes a record writes its checksum anew, and who leaves one out closes the gap.
Only the signatures of the offices are out of reach, or all but 2f of them.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from crypto.certificate import (
    CheckpointCertificate,
    checkpoint_message,
    decode_certificate,
    encode_certificate,
)
from crypto.signing import SigningKey, bound_message
from ledger.block import Block, decode_block, encode_block
from ledger.files import FileLedger
from ledger.genesis import Genesis
from ledger.index_audit import describe
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from ledger.segments import SegmentLog
from ledger.store import KeyValueStore
from ledger.submission import admit

BLOCKS: Final = "blocks"
CERTIFICATES: Final = "certificates"
FORGED_HEIGHT: Final = 2
"""The block that is forged. There are later ones, all of which still name their predecessor."""


class Target(NamedTuple):
    """A copy to tamper with."""

    files: Path
    """The directory of its ledger files."""
    genesis: Genesis
    keys: Mapping[str, SigningKey]
    """Those of the offices that the forger has bribed: 2f of them."""


def flip_byte(path: Path, offset: int) -> None:
    """Change one byte of a file, the checksums left as they are."""
    content = bytearray(path.read_bytes())
    content[offset] ^= 1
    path.write_bytes(content)


def cut(path: Path, amount: int) -> None:
    """Take so many bytes from the end of a file."""
    path.write_bytes(path.read_bytes()[:-amount])


def rewrite(target: Target, name: str, change: Callable[[list[bytes]], Sequence[bytes]]) -> None:
    """Write a log anew with other records, as a node would have written them."""
    log = _log(target, name, read_only=True)
    records = [record for _, record in log.records()]
    log.close()
    for path in target.files.glob(f"{name}-*.log"):
        path.unlink()
    log = _log(target, name)
    for record in change(records):
        log.append(record)
    log.close()


def forge_block(target: Target, change: Callable[[Block], Block]) -> None:
    """Change the block of `FORGED_HEIGHT` and nothing else."""

    def forged(records: list[bytes]) -> list[bytes]:
        place = FORGED_HEIGHT - 1
        records[place] = encode_block(change(decode_block(records[place])))
        return records

    rewrite(target, BLOCKS, forged)


def fork(target: Target) -> None:
    """Another last block, rightly executed, and a certificate of it by all offices that were bribed."""
    log = _log(target, BLOCKS, read_only=True)
    blocks = [decode_block(record) for _, record in log.records()]
    log.close()
    for path in target.files.glob(f"{BLOCKS}-*.log"):
        path.unlink()
    ledger = Ledger(
        target.genesis, FileLedger(target.files, target.genesis.network_id()), MemoryStore()
    )
    for block in blocks[:-1]:
        submissions = [admit(each.data, ledger.keyring) for each in block.submissions]
        ledger.append(block.header.height, block.header.time_ms, submissions)
    last = ledger.append(len(blocks), blocks[-1].header.time_ms + 1, [])
    ledger.close()
    certificate = _signed(target, last.header.height, last.hash)
    rewrite(target, CERTIFICATES, lambda records: [*records[:-1], encode_certificate(certificate)])


def certify_by_too_few(target: Target) -> None:
    """A certificate of the right block with 2f signatures."""

    def forged(record: bytes) -> bytes:
        right = decode_certificate(record)
        if right.height != FORGED_HEIGHT:
            return record
        return encode_certificate(_signed(target, right.height, right.block_hash))

    rewrite(target, CERTIFICATES, lambda records: [*map(forged, records)])


def kinds_in(index: KeyValueStore) -> dict[str, bytes]:
    """A key of every kind that an index holds, by what stands there."""
    kinds: dict[str, bytes] = {}
    for key, _ in index.scan():
        kind = key[:2].decode() if key.startswith(b"!") else key[:1].decode()
        kinds.setdefault(kind, key)
    return {describe(key)[0]: key for key in kinds.values()}


def flip_value(index: KeyValueStore, key: bytes) -> None:
    """Change the last byte of a value of an index, whose own checksums are then right; an empty one becomes a zero."""
    value = index.get(key)
    index.write([(key, value[:-1] + bytes([value[-1] ^ 0x80]) if value else b"\0")])


def _log(target: Target, name: str, *, read_only: bool = False) -> SegmentLog:
    return SegmentLog(target.files, name, target.genesis.network_id(), read_only=read_only)


def _signed(target: Target, height: int, block_hash: bytes) -> CheckpointCertificate:
    message = bound_message(
        "checkpoint", target.genesis.network_id(), checkpoint_message(height, block_hash)
    )
    signatures = tuple((code, target.keys[code].sign(message)) for code in sorted(target.keys))
    return CheckpointCertificate(height, block_hash, signatures)
