"""The state tree: an authenticated map with short proofs of presence and of absence, by *stem slots*.

The slot of a key is the first bits of SHA-256 over its stem, the key without its last two characters, so a hundred
consecutive numbers share a slot and a block touches few of them. All pairs (key digest, value digest) of a slot form
its *page*, sorted. A page of at most PAGE_LEAF_MAX pairs is one leaf; a larger one is cut in two by the next bit of
the key digests, and so on down: the tree goes on below the slot, where it is needed. Hence the root depends on the
set of pairs alone, and a proof shows a handful of digests however full a slot is.

    leaf = SHA-256(0x02 ‖ SHA-256(key digests, joined) ‖ SHA-256(value digests, joined))      node = SHA-256(0x01 ‖
    left ‖ right)

Keys and values never appear in a proof, only their SHA-256 digests; a proof of absence shows key digests only. Pages
live in an ordered key-value store; the levels above the slots live in memory and are rebuilt from the pages at start.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

import msgspec

from crypto.digest import DIGEST_SIZE
from crypto.errors import InvalidProofError, MalformedBytesError
from crypto.merkle import node_hash

Get = Callable[[bytes], bytes | None]
_Digests = dict[bytes, bytes]
"""Key digest to value digest."""
_Found = dict[bytes, bytes | None]
"""Key digest to value."""
NOTHING_READ: Mapping[bytes, bytes | None] = {}

KEY_PREFIX = b"!s"
STEM_CUT = 2
"""Characters at the end of a key that do not count for its slot."""
SLOT_BITS_MIN, SLOT_BITS_MAX = 1, 24
PAGE_LEAF_MAX = 8
"""Pairs in one leaf. Eight keep every proof near one kilobyte."""

_DEPTH_MAX = 8 * DIGEST_SIZE


class PresenceProof(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="presence",
):
    """The leaf that holds a pair, and the way from it to the root."""

    key_digests: bytes
    """Joined, 32 bytes each, ascending."""
    value_digests: bytes
    """Joined, in the order of their keys."""
    path: tuple[bytes, ...]
    """Siblings from the leaf up to the root."""


class AbsenceProof(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="absence",
):
    """The leaf that would hold a pair if it were there, without its values, and the way from it to the root."""

    key_digests: bytes
    values_digest: bytes
    """SHA-256 over the joined value digests."""
    path: tuple[bytes, ...]


StateProof = PresenceProof | AbsenceProof

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[StateProof] = msgspec.msgpack.Decoder(StateProof)


class StateUpdate(NamedTuple):
    """What a set of changed facts makes of the tree. Nothing has changed until `StateTree.commit`."""

    root: bytes
    pages: list[tuple[bytes, bytes]]
    """(key, value) pairs to store."""
    levels: list[dict[int, bytes]]
    """New nodes for each level, slots first, root last."""


def slot_of(key: bytes, slot_bits: int) -> int:
    """The slot of a key: the first bits of SHA-256 over its stem."""
    prefix = int.from_bytes(sha256(key[:-STEM_CUT]).digest()[:4], "big")
    return prefix >> 32 - slot_bits


def page_key(slot: int) -> bytes:
    """Where the store keeps the page of a slot."""
    return KEY_PREFIX + slot.to_bytes(4, "big")


class StateTree:
    """A map from keys to values under one root; it stores digests only.

    Invariant: `_levels[0]` holds the hash of every slot's page, each level above the hashes over pairs of the one
    below it, and the last one the root: bytes, one digest after another.
    """

    __slots__ = ("_get", "_levels", "slot_bits")

    def __init__(self, slot_bits: int, get: Get, pages: Iterable[tuple[bytes, bytes]] = ()) -> None:
        """The tree over the stored pages: all (key, value) pairs of the store that begin with KEY_PREFIX.

        Raises:
            MalformedBytesError: a page is not one; the index is to be rebuilt.
        """
        if not SLOT_BITS_MIN <= slot_bits <= SLOT_BITS_MAX:
            raise ValueError(f"expected {SLOT_BITS_MIN} to {SLOT_BITS_MAX} bits, got {slot_bits}")
        self.slot_bits = slot_bits
        self._get = get
        self._levels = _empty_levels(slot_bits)
        slots: dict[int, bytes] = {}
        for key, page in pages:
            slot = int.from_bytes(key[len(KEY_PREFIX) :], "big")
            if slot >> slot_bits or len(page) % (2 * DIGEST_SIZE):
                raise MalformedBytesError(f"state tree: no page of a slot at {key.hex()}")
            slots[slot] = _page_hash(*_split(page))
        self.commit(self._raised(slots, []))

    @property
    def root(self) -> bytes:
        """The root over all pairs."""
        return bytes(self._levels[-1])

    def update(
        self, facts: Mapping[bytes, bytes], before: Mapping[bytes, bytes | None] = NOTHING_READ
    ) -> StateUpdate:
        """What these keys with their new values make of the tree.

        `before` has values that the caller found under some of the keys; they are held against the tree.

        Raises:
            InvalidProofError: one of them is not what the tree covers.
        """
        slots: dict[int, bytes] = {}
        pages: list[tuple[bytes, bytes]] = []
        for slot, (changes, found) in self._by_slot(facts, before).items():
            place = page_key(slot)
            keys, values = _merged(self._get(place), changes, found)
            slots[slot] = _page_hash(keys, values)
            pages.append((place, b"".join(keys) + b"".join(values)))
        return self._raised(slots, pages)

    def expect(self, found: Mapping[bytes, bytes | None]) -> None:
        """Return when these keys have these values, None where a key is absent.

        Raises:
            InvalidProofError: one has another value.
        """
        for key, value in found.items():
            page = self._get(page_key(slot_of(key, self.slot_bits)))
            _merged(page, {}, {sha256(key).digest(): value})

    def commit(self, update: StateUpdate) -> None:
        """Take over an update, whose pages the caller stores."""
        for level, nodes in zip(self._levels, update.levels, strict=True):
            for index, node in nodes.items():
                level[index * DIGEST_SIZE : (index + 1) * DIGEST_SIZE] = node

    def prove(self, key: bytes) -> StateProof:
        """A proof that this key has its value, or that it is absent; the caller knows the value."""
        digest, slot = sha256(key).digest(), slot_of(key, self.slot_bits)
        keys, values, path = _page_leaf(*_split(self._get(page_key(slot)) or b""), digest)
        for level in self._levels[:-1]:
            sibling = (slot ^ 1) * DIGEST_SIZE
            path.append(bytes(level[sibling : sibling + DIGEST_SIZE]))
            slot >>= 1
        joined_keys, joined_values = b"".join(keys), b"".join(values)
        if digest in keys:
            return PresenceProof(joined_keys, joined_values, tuple(path))
        return AbsenceProof(joined_keys, sha256(joined_values).digest(), tuple(path))

    def _by_slot(
        self, facts: Mapping[bytes, bytes], before: Mapping[bytes, bytes | None]
    ) -> dict[int, tuple[_Digests, _Found]]:
        """For each slot the changed pairs, and what was found under the digests of their keys."""
        digest = sha256
        stems: dict[bytes, tuple[_Digests, _Found]] = {}
        slots: dict[int, tuple[_Digests, _Found]] = {}
        for key, value in facts.items():
            stem = key[:-STEM_CUT]
            slot = stems.get(stem)
            if slot is None:
                slot = stems[stem] = slots.setdefault(slot_of(key, self.slot_bits), ({}, {}))
            changes, found = slot
            key_digest = digest(key).digest()
            changes[key_digest] = digest(value).digest()
            if key in before:
                found[key_digest] = before[key]
        return slots

    def _raised(self, slots: dict[int, bytes], pages: list[tuple[bytes, bytes]]) -> StateUpdate:
        """The update that follows from the new page hashes: every node above them, level by level."""
        levels = [slots]
        changed = slots
        for level in self._levels[:-1]:
            above: dict[int, bytes] = {}
            for index in changed:
                parent = index >> 1
                if parent not in above:
                    left = changed.get(index & ~1) or _at(level, index & ~1)
                    above[parent] = node_hash(left, changed.get(index | 1) or _at(level, index | 1))
            levels.append(above)
            changed = above
        return StateUpdate(changed.get(0) or self.root, pages, levels)


def verify_presence(
    root: bytes, slot_bits: int, key: bytes, value: bytes, proof: PresenceProof
) -> None:
    """Return when the map with this root holds this key with this value.

    Raises:
        InvalidProofError: the proof does not show it.
    """
    digest = sha256(key).digest()
    keys = _proof_keys(proof.key_digests)
    if digest not in keys:
        raise InvalidProofError("presence: the key is not among those shown")
    start = keys.index(digest) * DIGEST_SIZE
    if proof.value_digests[start : start + DIGEST_SIZE] != sha256(value).digest():
        raise InvalidProofError("presence: the key has another value")
    leaf = _leaf_hash(proof.key_digests, sha256(proof.value_digests).digest())
    _verify_path(root, slot_bits, key, leaf, proof.path)


def verify_absence(root: bytes, slot_bits: int, key: bytes, proof: AbsenceProof) -> None:
    """Return when the map with this root does not hold this key.

    Raises:
        InvalidProofError: the proof does not show it.
    """
    if sha256(key).digest() in _proof_keys(proof.key_digests):
        raise InvalidProofError("absence: the key is among those shown")
    if len(proof.values_digest) != DIGEST_SIZE:
        raise InvalidProofError(f"absence: expected a values digest of {DIGEST_SIZE} bytes")
    _verify_path(
        root, slot_bits, key, _leaf_hash(proof.key_digests, proof.values_digest), proof.path
    )


def encode_proof(proof: StateProof) -> bytes:
    """The one byte form of a proof (msgpack array)."""
    return _encoder.encode(proof)


def decode_proof(data: bytes) -> StateProof:
    """The proof in these bytes, not yet verified.

    Raises:
        MalformedBytesError: the bytes are not the one byte form of such a proof.
    """
    try:
        proof = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedBytesError(f"state proof: {error}") from error
    if encode_proof(proof) != data:
        raise MalformedBytesError("state proof: expected the shortest msgpack form")
    return proof


def _verify_path(
    root: bytes, slot_bits: int, key: bytes, leaf: bytes, path: tuple[bytes, ...]
) -> None:
    """Walk up from the leaf; where it stands is decided by the key alone: slot bits, then bits of its digest."""
    depth = len(path) - slot_bits
    if not 0 <= depth <= _DEPTH_MAX:
        raise InvalidProofError(f"expected a path of at least {slot_bits} nodes, got {len(path)}")
    if any(len(node) != DIGEST_SIZE for node in path):
        raise InvalidProofError(f"expected path nodes of {DIGEST_SIZE} bytes")
    below_slot = int.from_bytes(sha256(key).digest(), "big") >> _DEPTH_MAX - depth
    turns = slot_of(key, slot_bits) << depth | below_slot
    computed = leaf
    for sibling in path:
        computed = node_hash(sibling, computed) if turns & 1 else node_hash(computed, sibling)
        turns >>= 1
    if computed != root:
        raise InvalidProofError(
            f"state: expected root {root.hex()[:16]}, got {computed.hex()[:16]}"
        )


def _proof_keys(joined: bytes) -> list[bytes]:
    if len(joined) % DIGEST_SIZE:
        raise InvalidProofError(f"expected key digests of {DIGEST_SIZE} bytes each")
    return _cut(joined)


def _leaf_hash(key_digests: bytes, values_digest: bytes) -> bytes:
    return sha256(b"\x02" + sha256(key_digests).digest() + values_digest).digest()


def _page_hash(keys: list[bytes], values: list[bytes], depth: int = 0) -> bytes:
    """The hash of a page's part whose key digests agree in their first `depth` bits."""
    if len(keys) <= PAGE_LEAF_MAX:
        return _leaf_hash(b"".join(keys), sha256(b"".join(values)).digest())
    middle = bisect_left(keys, _upper_half(keys[0], depth))
    return node_hash(
        _page_hash(keys[:middle], values[:middle], depth + 1),
        _page_hash(keys[middle:], values[middle:], depth + 1),
    )


def _page_leaf(
    keys: list[bytes], values: list[bytes], digest: bytes
) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """The leaf of a page where a key digest stands or would stand, and its siblings below the slot, deepest first."""
    path: list[bytes] = []
    depth = 0
    while len(keys) > PAGE_LEAF_MAX:
        boundary = _upper_half(digest, depth)
        middle = bisect_left(keys, boundary)
        depth += 1
        if digest >= boundary:
            path.append(_page_hash(keys[:middle], values[:middle], depth))
            keys, values = keys[middle:], values[middle:]
        else:
            path.append(_page_hash(keys[middle:], values[middle:], depth))
            keys, values = keys[:middle], values[:middle]
    path.reverse()
    return keys, values, path


def _upper_half(digest: bytes, depth: int) -> bytes:
    """The first digest that shares `depth` leading bits with this one and has the next bit set."""
    shift = _DEPTH_MAX - depth
    prefix = int.from_bytes(digest, "big") >> shift << shift
    return (prefix | 1 << shift - 1).to_bytes(DIGEST_SIZE, "big")


def _merged(
    page: bytes | None, changes: _Digests, found: _Found
) -> tuple[list[bytes], list[bytes]]:
    """The pairs of a page after some changes; what was found under their keys is compared first."""
    pairs = dict(zip(*_split(page), strict=True)) if page else {}
    for key_digest, value in found.items():
        if pairs.get(key_digest) != (None if value is None else sha256(value).digest()):
            raise InvalidProofError(f"state: another value than was written at {key_digest.hex()}")
    pairs |= changes
    keys = sorted(pairs)
    return keys, [pairs[key] for key in keys]


def _split(page: bytes) -> tuple[list[bytes], list[bytes]]:
    digests = _cut(page)
    half = len(digests) // 2
    return digests[:half], digests[half:]


def _cut(joined: bytes) -> list[bytes]:
    return [joined[at : at + DIGEST_SIZE] for at in range(0, len(joined), DIGEST_SIZE)]


def _at(level: bytearray, index: int) -> bytes:
    return bytes(level[index * DIGEST_SIZE : (index + 1) * DIGEST_SIZE])


def _empty_levels(slot_bits: int) -> list[bytearray]:
    node = _page_hash([], [])
    levels = []
    for depth in reversed(range(slot_bits + 1)):
        levels.append(bytearray(node * (1 << depth)))
        node = node_hash(node, node)
    return levels
