"""Merkle trees by RFC 9162 section 2.1 with SHA-256: roots, inclusion proofs and consistency proofs.

The functions here work on leaf hashes held in memory, such as those of one block. `crypto.history` keeps a growing
tree.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from crypto.errors import InvalidProofError

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves (RFC 9162, 2.1.1)."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256 over 0x00 and the data (RFC 9162, 2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 over 0x01 and its two children (RFC 9162, 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over these leaf hashes.

    Level by level, a node without a sibling moving up as it is: this is RFC 9162's recursion from below.
    """
    if not leaves:
        return EMPTY_ROOT
    level = leaves
    while len(level) > 1:
        level = _next_level(level)
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The siblings from this leaf up to the root (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"expected a leaf index below {len(leaves)}, got {index}")
    path = []
    level = leaves
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        level = _next_level(level)
        index >>= 1
    return tuple(path)


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Iterable[bytes], expected_root: bytes
) -> None:
    """Return when this leaf hash stands at the index of the tree with this size and root (RFC 9162, 2.1.3.2).

    Raises:
        InvalidProofError: it does not, or the path is too long or too short.
    """
    _expect_root("inclusion", expected_root, root_above(leaf, index, size, path))


def root_above(leaf: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes:
    """The root to which the path leads from this leaf hash at the index of a tree of this size (RFC 9162, 2.1.3.2).

    Raises:
        InvalidProofError: the tree has no such index, or the path is too long or too short.
    """
    if not 0 <= index < size:
        raise InvalidProofError(f"expected a leaf index below {size}, got {index}")
    position, last = index, size - 1
    computed = leaf
    for sibling in path:
        if last == 0:
            raise InvalidProofError("inclusion: the path is longer than the tree is deep")
        if position & 1 or position == last:
            computed = node_hash(sibling, computed)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            computed = node_hash(computed, sibling)
        position >>= 1
        last >>= 1
    if last:
        raise InvalidProofError("inclusion: the path is shorter than the tree is deep")
    return computed


def consistency_proof(leaves: Sequence[bytes], earlier_size: int) -> tuple[bytes, ...]:
    """The nodes that show that the tree over the first leaves is the beginning of this one (RFC 9162, 2.1.4.1).

    Empty when the sizes are equal. An earlier tree without leaves needs no proof.
    """
    if not 0 < earlier_size <= len(leaves):
        raise IndexError(f"expected an earlier size of 1 to {len(leaves)}, got {earlier_size}")
    return tuple(
        root(leaves[start:stop]) for start, stop in consistency_ranges(earlier_size, len(leaves))
    )


def consistency_ranges(earlier_size: int, size: int) -> list[tuple[int, int]]:
    """Which leaf ranges' roots form the consistency proof, in its order (RFC 9162, 2.1.4.1, SUBPROOF)."""
    ranges: list[tuple[int, int]] = []
    start, stop, is_known = 0, size, True  # is_known: the subtree is the whole earlier tree
    while earlier_size < stop:
        split = start + largest_power_below(stop - start)
        if earlier_size <= split:
            ranges.append((split, stop))
            stop = split
        else:
            ranges.append((start, split))
            start, is_known = split, False
    if not is_known:
        ranges.append((start, stop))
    ranges.reverse()
    return ranges


def verify_consistency(
    earlier_size: int,
    size: int,
    path: Sequence[bytes],
    earlier_root: bytes,
    later_root: bytes,
) -> None:
    """Return when the earlier tree is the beginning of the later one (RFC 9162, 2.1.4.2).

    Raises:
        InvalidProofError: it is not shown to be.
    """
    if not 0 < earlier_size <= size:
        raise InvalidProofError(f"expected an earlier size of 1 to {size}, got {earlier_size}")
    if earlier_size == size:
        if path:
            raise InvalidProofError("consistency: expected no path between equal sizes")
        _expect_root("consistency", earlier_root, later_root)
        return
    # A complete earlier tree is itself a node of the later one, so the path leaves it out.
    is_complete = earlier_size & (earlier_size - 1) == 0
    nodes = [earlier_root, *path] if is_complete else list(path)
    if not nodes:
        raise InvalidProofError("consistency: the path is empty")
    earlier, later = _both_roots(earlier_size - 1, size - 1, nodes)
    _expect_root("consistency of the earlier tree", earlier_root, earlier)
    _expect_root("consistency of the later tree", later_root, later)


def _both_roots(position: int, last: int, nodes: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots of the earlier and the later tree to which the nodes lead, from the earlier tree's last leaf."""
    while position & 1:
        position >>= 1
        last >>= 1
    earlier = later = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            raise InvalidProofError("consistency: the path is longer than the tree is deep")
        if position & 1 or position == last:
            earlier, later = node_hash(node, earlier), node_hash(node, later)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            later = node_hash(later, node)
        position >>= 1
        last >>= 1
    if last:
        raise InvalidProofError("consistency: the path is shorter than the tree is deep")
    return earlier, later


def largest_power_below(size: int) -> int:
    """The largest power of two smaller than a size of 2 or more: where RFC 9162 splits a tree."""
    return 1 << (size - 1).bit_length() - 1


def _next_level(level: Sequence[bytes]) -> list[bytes]:
    # A hot loop: 1000 leaves make a thousand calls, so everything is local and inline.
    digest = sha256
    above = [
        digest(b"\x01" + left + right).digest()
        for left, right in zip(level[::2], level[1::2], strict=False)
    ]
    if len(level) & 1:
        above.append(level[-1])
    return above


def _expect_root(proof: str, expected: bytes, computed: bytes) -> None:
    if computed != expected:
        raise InvalidProofError(
            f"{proof}: expected root {expected.hex()[:16]}, got {computed.hex()[:16]}"
        )
