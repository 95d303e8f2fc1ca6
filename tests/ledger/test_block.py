import msgspec
import pytest
from builders.ledgers import digest_of
from builders.vectors import vectors
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple, replace

from crypto.merkle import leaf_hash
from ledger.block import (
    Block,
    ExecutedSubmission,
    Header,
    decode_block,
    decode_header,
    encode_block,
    encode_header,
    entry_leaf,
    header_hash,
    submissions_digest,
)
from ledger.errors import MalformedBlockError
from ledger.register.outcome import Outcome

KNOWN = vectors("block")
HEADER = Header(
    version=1,
    network_id=digest_of("network"),
    height=7,
    time_ms=1_800_000_000_000,
    previous_hash=digest_of("previous"),
    submissions_digest=digest_of("submissions"),
    entries_root=digest_of("entries"),
    entry_count=2,
    history_root=digest_of("history"),
    state_root=digest_of("state"),
)
OUTCOME = Outcome("accepted", "", "AU.patent.2013000001")
BLOCK = Block(
    HEADER,
    (
        ExecutedSubmission(b"one", "executed", (OUTCOME, Outcome("rejected", "CONFLICT"))),
        ExecutedSubmission(b"one", "duplicate", ()),
    ),
)


def test_the_bytes_of_a_header_and_its_hash_are_the_known_ones() -> None:
    assert encode_header(HEADER).hex() == KNOWN["header"]
    assert header_hash(HEADER).hex() == KNOWN["headerHash"]
    assert decode_header(bytes.fromhex(KNOWN["header"])) == HEADER


def test_the_bytes_of_a_block_are_the_known_ones() -> None:
    assert encode_block(BLOCK).hex() == KNOWN["block"]
    assert decode_block(bytes.fromhex(KNOWN["block"])) == BLOCK
    assert BLOCK.hash == header_hash(HEADER)


def test_the_leaf_of_an_entry_is_the_known_one() -> None:
    leaf = entry_leaf("AU", b'{"entryCategory":"filing"}', OUTCOME)
    assert leaf.hex() == KNOWN["leaf"]
    assert leaf_hash(leaf).hex() == KNOWN["leafHash"]


def test_the_digest_of_submissions_is_the_known_one() -> None:
    judged = [(digest_of("a"), "executed"), (digest_of("b"), "duplicate")]
    judged += [(digest_of("c"), "expired"), (digest_of("d"), "tooFarAhead")]
    assert submissions_digest(judged).hex() == KNOWN["submissionsDigest"]  # type: ignore[arg-type]


def test_the_hash_covers_every_member() -> None:
    numbers = dict.fromkeys(("version", "height", "time_ms", "entry_count"), 9)
    digests = {
        name: digest_of("another")
        for name in HEADER.__struct_fields__
        if isinstance(getattr(HEADER, name), bytes)
    }
    changed = [replace(HEADER, **{name: value}) for name, value in (numbers | digests).items()]
    assert len(changed) == len(astuple(HEADER))
    assert len({header_hash(header) for header in (HEADER, *changed)}) == len(changed) + 1


def test_a_longer_form_of_the_same_content_is_malformed() -> None:
    for decode, right in (
        (decode_header, encode_header(HEADER)),
        (decode_block, encode_block(BLOCK)),
    ):
        assert right[0] & 0xF0 == 0x90
        longer = b"\xdc\x00" + bytes([right[0] & 0x0F]) + right[1:]  # array 16 for fixarray
        assert msgspec.msgpack.decode(longer) == msgspec.msgpack.decode(right)
        with pytest.raises(MalformedBlockError, match="shortest"):
            decode(longer)


@given(st.binary(max_size=100))
def test_random_bytes_are_malformed(data: bytes) -> None:
    for decode in (decode_header, decode_block):
        with pytest.raises(MalformedBlockError):
            decode(data)


def test_no_prefix_of_a_block_and_no_longer_text_is_one() -> None:
    encoded = encode_block(BLOCK)
    for data in (*(encoded[:size] for size in range(len(encoded))), encoded + b"\0"):
        with pytest.raises(MalformedBlockError):
            decode_block(data)
