"""The state tree: an authenticated map with short proofs of presence and of absence, by *stem slots*.

The slot of a key is the first bits of SHA-256 over its stem, the key without its last two characters, so a hundred
consecutive numbers share a slot and a block touches few of them. All pairs (key digest, value digest) of a slot form
its *page*, sorted. A page of at most PAGE_LEAF_MAX pairs is one leaf; a larger one is cut in two by the next bit of
the key digests, and so on down: the tree goes on below the slot, where it is needed. Hence the root depends on the
set of pairs alone, and a proof shows a handful of digests however full a slot is.

    leaf = SHA-256(0x02 ‖ SHA-256(key digests, joined) ‖ SHA-256(value digests, joined))      node = SHA-256(0x01 ‖
    left ‖ right)

Pages live in an ordered key-value store; the levels above the slots live in memory and are rebuilt from the pages at
start. Proofs are in `state_proof`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

from crypto.digest import DIGEST_SIZE
from crypto.errors import InvalidProofError, MalformedBytesError
from crypto.merkle import node_hash
from crypto.state_proof import (
    DEPTH_MAX,
    STEM_CUT,
    AbsenceProof,
    PresenceProof,
    StateProof,
    digests_in,
    pairs_hash,
    slot_of,
)

Get = Callable[[bytes], bytes | None]
_Digests = dict[bytes, bytes]
"""Key digest to value digest."""
_Found = dict[bytes, bytes | None]
"""Key digest to value."""
NOTHING_READ: Mapping[bytes, bytes | None] = {}

KEY_PREFIX = b"!s"
SLOT_BITS_MIN, SLOT_BITS_MAX = 1, 24
PAGE_LEAF_MAX = 8
"""Pairs in one leaf. Eight keep proofs between 0.6 and 1.6 kilobytes."""


class StateUpdate(NamedTuple):
    """What a set of changed facts makes of the tree. Nothing has changed until `StateTree.commit`."""

    root: bytes
    pages: list[tuple[bytes, bytes]]
    """(key, value) pairs to store."""
    levels: list[dict[int, bytes]]
    """New nodes for each level, slots first, root last."""


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


def _page_hash(keys: list[bytes], values: list[bytes], depth: int = 0) -> bytes:
    """The hash of a page's part whose key digests agree in their first `depth` bits."""
    if len(keys) <= PAGE_LEAF_MAX:
        return pairs_hash(b"".join(keys), sha256(b"".join(values)).digest())
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
    shift = DEPTH_MAX - depth
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
    digests = digests_in(page)
    half = len(digests) // 2
    return digests[:half], digests[half:]


def _at(level: bytearray, index: int) -> bytes:
    return bytes(level[index * DIGEST_SIZE : (index + 1) * DIGEST_SIZE])


def _empty_levels(slot_bits: int) -> list[bytearray]:
    node = _page_hash([], [])
    levels = []
    for depth in reversed(range(slot_bits + 1)):
        levels.append(bytearray(node * (1 << depth)))
        node = node_hash(node, node)
    return levels
