"""What a forger can do to a stored ledger, done for real: the demonstration and the tests hold the audit against it.

Every forger here is a good one: who changes a record writes its checksum anew, and who leaves one out closes the gap.
Only the signatures of the offices are out of reach, or all but 2f of them.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from msgspec.structs import replace

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
from ledger.register.outcome import Outcome
from ledger.segments import SegmentLog
from ledger.store import KeyValueStore
from ledger.submission import admit

BLOCKS: Final = "blocks"
CERTIFICATES: Final = "certificates"
FORGED_HEIGHT: Final = 2
"""The block that is forged. There are later ones, all of which still name their predecessor."""
_FIRST_RECORD: Final = 52
_HEAD: Final = 12
_LENGTH, _CONTENT = 3, _HEAD + 40


class Target(NamedTuple):
    """A copy to tamper with."""

    files: Path
    """The directory of its ledger files."""
    genesis: Genesis
    keys: Mapping[str, SigningKey]
    """Those of the offices that the forger has bribed: 2f of them."""


class Tampering(NamedTuple):
    """One thing that a forger does, and where it must be found."""

    name: str
    do: Callable[[Target], object]
    file: str
    """What the name of the file begins with."""
    height: int | None
    """The block that must be named; None: the record does not tell."""
    found: str
    """What the finding must say."""


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


def _first(target: Target, name: str) -> Path:
    return target.files / f"{name}-000001.log"


def _with_header(**members: object) -> Callable[[Target], None]:
    def forged(block: Block) -> Block:
        return replace(block, header=replace(block.header, **members))

    return lambda target: forge_block(target, forged)


def _later_time(block: Block) -> Block:
    return replace(block, header=replace(block.header, time_ms=block.header.time_ms + 1))


def _refused(block: Block) -> Block:
    first = block.submissions[0]
    outcome = Outcome("rejected", "NUMBER_CONFLICT")
    changed = replace(first, outcomes=(outcome, *first.outcomes[1:]))
    return replace(block, submissions=(changed, *block.submissions[1:]))


def _other_entry(block: Block) -> Block:
    """One character in the middle of the payload that the office signed."""
    first = block.submissions[0]
    header, payload, signature = first.data.split(b".")
    middle = len(payload) // 2
    other = b"A" if payload[middle : middle + 1] != b"A" else b"B"
    data = b".".join((header, payload[:middle] + other + payload[middle + 1 :], signature))
    return replace(block, submissions=(replace(first, data=data), *block.submissions[1:]))


def _other_status(block: Block) -> Block:
    changed = replace(block.submissions[0], status="duplicate")
    return replace(block, submissions=(changed, *block.submissions[1:]))


def _without_block(records: list[bytes]) -> list[bytes]:
    return records[: FORGED_HEIGHT - 1] + records[FORGED_HEIGHT:]


def _without_certificate(records: list[bytes]) -> list[bytes]:
    return [each for each in records if decode_certificate(each).height != FORGED_HEIGHT]


def _swapped(records: list[bytes]) -> list[bytes]:
    place = FORGED_HEIGHT - 1
    return [*records[:place], records[place + 1], records[place], *records[place + 2 :]]


_ZEROS: Final = bytes(32)
_ANOTHER: Final = "to which executing it leads"

TAMPERINGS: Final = (
    Tampering(
        "one byte in the head of a block file",
        lambda target: flip_byte(_first(target, BLOCKS), 0),
        BLOCKS, None, "head ",
    ),
    Tampering(
        "one byte in the length of a block's record",
        lambda target: flip_byte(_first(target, BLOCKS), _FIRST_RECORD + _LENGTH),
        BLOCKS, 1, "checksum",
    ),
    Tampering(
        "one byte of a block",
        lambda target: flip_byte(_first(target, BLOCKS), _FIRST_RECORD + _CONTENT),
        BLOCKS, 1, "checksum",
    ),
    Tampering(
        "one byte of a certificate",
        lambda target: flip_byte(_first(target, CERTIFICATES), _FIRST_RECORD + _CONTENT),
        CERTIFICATES, None, "checksum",
    ),
    Tampering(
        "one character of what an office signed, checksum made anew",
        lambda target: forge_block(target, _other_entry),
        BLOCKS, FORGED_HEIGHT, "signature",
    ),
    Tampering(
        "the result of an entry",
        lambda target: forge_block(target, _refused),
        BLOCKS, FORGED_HEIGHT, "outcome of an entry",
    ),
    Tampering(
        "the status of a submission",
        lambda target: forge_block(target, _other_status),
        BLOCKS, FORGED_HEIGHT, "status of a submission",
    ),
    Tampering(
        "the time of a block",
        lambda target: forge_block(target, _later_time),
        BLOCKS, FORGED_HEIGHT + 1, "another previous_hash",
    ),
    Tampering(
        "the state root of a block",
        _with_header(state_root=_ZEROS),
        BLOCKS, FORGED_HEIGHT, "another state_root",
    ),
    Tampering(
        "the entries root of a block",
        _with_header(entries_root=_ZEROS),
        BLOCKS, FORGED_HEIGHT, "another entries_root",
    ),
    Tampering(
        "the history root of a block",
        _with_header(history_root=_ZEROS),
        BLOCKS, FORGED_HEIGHT, "another history_root",
    ),
    Tampering(
        "the submissions digest of a block",
        _with_header(submissions_digest=_ZEROS),
        BLOCKS, FORGED_HEIGHT, "another submissions_digest",
    ),
    Tampering(
        "a block left out",
        lambda target: rewrite(target, BLOCKS, _without_block),
        BLOCKS, FORGED_HEIGHT, "another height",
    ),
    Tampering(
        "two blocks exchanged",
        lambda target: rewrite(target, BLOCKS, _swapped),
        BLOCKS, FORGED_HEIGHT, "another height",
    ),
    Tampering(
        "the last blocks cut off",
        lambda target: rewrite(target, BLOCKS, lambda records: records[:FORGED_HEIGHT]),
        CERTIFICATES, None, "cut short",
    ),
    Tampering(
        "a block file cut within its last block",
        lambda target: cut(_first(target, BLOCKS), 5),
        CERTIFICATES, None, "cut short",
    ),
    Tampering(
        "a certificate with 2f signatures",
        certify_by_too_few,
        CERTIFICATES, FORGED_HEIGHT, "expected signatures of",
    ),
    Tampering(
        "a forked copy, its last block signed by 2f offices",
        fork,
        CERTIFICATES, None, "expected signatures of",
    ),
    Tampering(
        "a certificate left out",
        lambda target: rewrite(target, CERTIFICATES, _without_certificate),
        "index", FORGED_HEIGHT, "place of the certificate",
    ),
    Tampering(
        "a certificate file cut within its last certificate",
        lambda target: cut(_first(target, CERTIFICATES), 5),
        "index", None, "place of the certificate",
    ),
)  # fmt: skip
"""All but what is done to the index: see `kinds_in`."""
