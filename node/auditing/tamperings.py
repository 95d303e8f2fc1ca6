"""What a forger can do to ledger files, and where the audit must find it: for the demonstration and the tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from msgspec.structs import replace

from crypto.certificate import decode_certificate
from ledger.block import Block, decode_block, encode_block
from ledger.record_frames import RECORD_HEAD_SIZE
from ledger.register.outcome import Outcome
from node.auditing.tampering import (
    BLOCKS,
    CERTIFICATES,
    FORGED_HEIGHT,
    Target,
    certify_by_too_few,
    cut,
    flip_byte,
    forge_block,
    fork,
    rewrite,
)

_FIRST_RECORD: Final = 52
"""Behind the head of a segment, in bytes."""
_LENGTH, _CONTENT = 3, RECORD_HEAD_SIZE + 40
"""A byte of a record's length, and one of its content."""


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


def _with_signed_before(records: list[bytes]) -> list[bytes]:
    """In place of what an office signed for the block: what one signed for the block before it, outcomes and all."""
    earlier, forged = (decode_block(each) for each in records[FORGED_HEIGHT - 2 : FORGED_HEIGHT])
    record = encode_block(replace(forged, submissions=earlier.submissions))
    return [*records[: FORGED_HEIGHT - 1], record, *records[FORGED_HEIGHT:]]


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
        "the submissions of another block, signed as they are",
        lambda target: rewrite(target, BLOCKS, _with_signed_before),
        BLOCKS, FORGED_HEIGHT, "status of a submission",
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
"""All but what is done to the index: see `tampering.kinds_in`."""
