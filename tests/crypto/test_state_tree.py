from hashlib import sha256

import msgspec
import pytest
from builders.vectors import vectors
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import InvalidProofError, MalformedBytesError
from crypto.state_proof import (
    AbsenceProof,
    PresenceProof,
    decode_proof,
    encode_proof,
    slot_of,
    verify_absence,
    verify_presence,
)
from crypto.state_tree import PAGE_LEAF_MAX, StateTree, page_key

KNOWN = vectors("state_tree")
SLOT_BITS = 4
Facts = dict[bytes, bytes]
NOTHING: Facts = {}

facts = st.dictionaries(st.binary(min_size=1, max_size=4), st.binary(max_size=4), max_size=120)


class Map:
    """A state tree with a dict for a store."""

    def __init__(self, slot_bits: int = SLOT_BITS) -> None:
        self.pages: dict[bytes, bytes] = {}
        self.tree = StateTree(slot_bits, self.pages.get)

    def put(self, changes: Facts) -> "Map":
        update = self.tree.update(changes)
        self.pages.update(update.pages)
        self.tree.commit(update)
        assert self.tree.root == update.root
        return self


def numbers(count: int) -> Facts:
    return {b"fAUP2013%06d" % number: b"%d" % number for number in range(count)}


def root_by_definition(content: Facts, slot_bits: int) -> bytes:
    """The root over a set of facts, straight from the definition."""
    pairs = sorted(
        (slot_of(key, slot_bits), sha256(key).digest(), sha256(value).digest())
        for key, value in content.items()
    )

    def below_slot(part: list[tuple[bytes, bytes]], depth: int) -> bytes:
        if len(part) <= PAGE_LEAF_MAX:
            keys = sha256(b"".join(key for key, _ in part)).digest()
            values = sha256(b"".join(value for _, value in part)).digest()
            return sha256(b"\x02" + keys + values).digest()
        halves: tuple[list[tuple[bytes, bytes]], ...] = ([], [])
        for key, value in part:
            halves[key[depth // 8] >> 7 - depth % 8 & 1].append((key, value))
        left, right = (below_slot(half, depth + 1) for half in halves)
        return sha256(b"\x01" + left + right).digest()

    def above_slot(first: int, count: int) -> bytes:
        if count == 1:
            return below_slot([(key, value) for slot, key, value in pairs if slot == first], 0)
        left, right = above_slot(first, count // 2), above_slot(first + count // 2, count // 2)
        return sha256(b"\x01" + left + right).digest()

    return above_slot(0, 1 << slot_bits)


def test_the_bytes_are_the_known_ones() -> None:
    content = {key.encode(): value.encode() for key, value in KNOWN["facts"].items()}
    tree = Map(KNOWN["slotBits"]).put(content)
    key = KNOWN["page"]["key"].encode()
    assert slot_of(key, KNOWN["slotBits"]) == KNOWN["page"]["slot"]
    assert tree.pages[page_key(KNOWN["page"]["slot"])].hex() == KNOWN["page"]["bytes"]
    assert StateTree(KNOWN["slotBits"], NOTHING.get).root.hex() == KNOWN["emptyRoot"]
    assert tree.tree.root.hex() == KNOWN["root"]
    for known in KNOWN["proofs"]:
        assert encode_proof(tree.tree.prove(known["key"].encode())).hex() == known["bytes"]


@given(facts)
@settings(max_examples=60)
def test_the_root_is_that_of_the_definition(content: Facts) -> None:
    assert Map().put(content).tree.root == root_by_definition(content, SLOT_BITS)


@given(st.lists(facts, max_size=5), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_root_depends_on_the_set_alone(blocks: list[Facts], random: object) -> None:
    built = Map()
    content: Facts = {}
    for block in blocks:
        built.put(block)
        content |= block
    shuffled = list(content.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one_by_one = Map()
    for key, value in shuffled:
        one_by_one.put({key: value})
    assert built.tree.root == one_by_one.tree.root == Map().put(content).tree.root
    assert built.pages == one_by_one.pages


@given(facts, facts)
@settings(max_examples=60)
def test_every_key_is_proved_present_or_absent(content: Facts, others: Facts) -> None:
    tree = Map().put(content).tree
    for key in (*content, *others):
        proof = decode_proof(encode_proof(tree.prove(key)))
        if key in content:
            assert isinstance(proof, PresenceProof)
            verify_presence(tree.root, SLOT_BITS, key, content[key], proof)
        else:
            assert isinstance(proof, AbsenceProof)
            verify_absence(tree.root, SLOT_BITS, key, proof)


def test_a_tree_is_the_same_after_a_restart() -> None:
    built = Map(16).put(numbers(1_000))
    again = StateTree(16, built.pages.get, sorted(built.pages.items()))
    assert again.root == built.tree.root
    assert again.prove(b"fAUP2013000007") == built.tree.prove(b"fAUP2013000007")


def test_an_update_changes_nothing_before_it_is_committed() -> None:
    built = Map().put(numbers(100))
    before, pages = built.tree.root, dict(built.pages)
    update = built.tree.update({b"fAUP2013000007": b"changed"})
    assert (built.tree.root, built.pages) == (before, pages)
    assert update.root != before


def test_a_hundred_running_numbers_share_a_slot() -> None:
    slots = {slot_of(key, 16) for key in numbers(1_000)}
    assert len(slots) == 10


def test_proofs_stay_near_a_kilobyte_however_full_a_slot_is() -> None:
    tree = Map(16).put(numbers(100)).tree
    crowded = Map(1).put(numbers(20_000)).tree
    for key in numbers(100):
        assert len(encode_proof(tree.prove(key))) <= 1_300
        assert len(encode_proof(tree.prove(key + b"X0"))) <= 1_100
        assert len(encode_proof(crowded.prove(key))) <= 1_300


def test_another_value_is_not_proved() -> None:
    tree = Map().put(numbers(50)).tree
    key = b"fAUP2013000007"
    proof = tree.prove(key)
    assert isinstance(proof, PresenceProof)
    with pytest.raises(InvalidProofError, match="another value"):
        verify_presence(tree.root, SLOT_BITS, key, b"8", proof)
    with pytest.raises(InvalidProofError, match="not among"):
        verify_presence(tree.root, SLOT_BITS, b"fAUP2013000999", b"7", proof)


def test_a_present_key_cannot_be_proved_absent_from_the_leaf_of_another() -> None:
    tree = Map().put(numbers(50)).tree
    absent = [b"fAUP2013%06d" % number for number in range(50, 90)]
    for number in numbers(50):
        for key in absent:
            proof = tree.prove(key)
            assert isinstance(proof, AbsenceProof)
            with pytest.raises(InvalidProofError):
                verify_absence(tree.root, SLOT_BITS, number, proof)


def test_an_old_proof_does_not_hold_for_a_new_root() -> None:
    built = Map().put(numbers(50))
    proof = built.tree.prove(b"fAUP2013000099")
    built.put({b"fAUP2013000099": b"now here"})
    assert isinstance(proof, AbsenceProof)
    with pytest.raises(InvalidProofError, match="expected root"):
        verify_absence(built.tree.root, SLOT_BITS, b"fAUP2013000099", proof)


@pytest.mark.parametrize("key", [b"fAUP2013000007", b"fAUP2013000077", b"fAUP2013000999"])
def test_no_altered_byte_of_a_proof_is_accepted(key: bytes) -> None:
    tree = Map().put(numbers(50)).tree
    encoded = encode_proof(tree.prove(key))
    for place in range(len(encoded)):
        altered = bytearray(encoded)
        altered[place] ^= 1
        with pytest.raises((InvalidProofError, MalformedBytesError)):
            verify(tree.root, key, bytes(altered))


def verify(root: bytes, key: bytes, encoded: bytes) -> None:
    proof = decode_proof(encoded)
    if isinstance(proof, PresenceProof):
        verify_presence(root, SLOT_BITS, key, b"7", proof)
    else:
        verify_absence(root, SLOT_BITS, key, proof)


@pytest.mark.parametrize("key", [b"fAUP2013000007", b"fAUP2013000077"])
def test_a_proof_has_one_byte_form(key: bytes) -> None:
    encoded = encode_proof(Map().put(numbers(50)).tree.prove(key))
    assert encoded[0] == 0x94
    for data in (
        b"\x95" + encoded[1:] + b"\xc0",  # one element more
        b"\xdc\x00\x04" + encoded[1:],  # a longer form of the array
        b"\x94\xd9" + bytes([encoded[1] & 0x1F]) + encoded[2:],  # and of the kind
        encoded.replace(b"\xc4\x20", b"\xc5\x00\x20", 1),  # and of a digest
    ):
        with pytest.raises(MalformedBytesError, match="state proof"):
            decode_proof(data)


def test_a_proof_of_odd_sizes_is_refused() -> None:
    tree = Map().put(numbers(50)).tree
    key = b"fAUP2013000077"
    proof = tree.prove(key)
    assert isinstance(proof, AbsenceProof)
    assert proof.key_digests
    for altered in (
        msgspec.structs.replace(proof, path=proof.path[:2]),
        msgspec.structs.replace(proof, path=proof.path * 100),
        msgspec.structs.replace(proof, path=(*proof.path[:-1], b"short")),
        msgspec.structs.replace(proof, key_digests=proof.key_digests[:-1]),
        msgspec.structs.replace(proof, values_digest=b""),
    ):
        with pytest.raises(InvalidProofError):
            verify_absence(tree.root, SLOT_BITS, key, altered)


def test_a_page_that_is_none_is_named_at_start() -> None:
    for key, page in ((page_key(16), bytes(64)), (page_key(3), bytes(63))):
        with pytest.raises(MalformedBytesError, match="no page"):
            StateTree(SLOT_BITS, NOTHING.get, [(key, page)])


def test_slot_bits_have_bounds() -> None:
    for bits in (0, 25):
        with pytest.raises(ValueError, match="expected 1 to 24"):
            StateTree(bits, NOTHING.get)
