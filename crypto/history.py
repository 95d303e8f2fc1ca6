"""The history tree: an append-only Merkle tree (RFC 9162) whose complete nodes live in an ordered key-value store.

In memory it holds its size and the roots of the complete subtrees on its right edge, so it costs the same at a
thousand leaves and at a hundred million. A complete node never changes, so the root and the proofs of any earlier
size can be had at any time.
"""

from collections.abc import Callable

from crypto.merkle import (
    EMPTY_ROOT,
    consistency_ranges,
    largest_power_below,
    leaf_hash,
    node_hash,
)

Get = Callable[[bytes], bytes | None]

KEY_PREFIX = b"!h"


def node_key(level: int, index: int) -> bytes:
    """Where the store keeps the complete node over leaves [index << level, (index + 1) << level)."""
    return KEY_PREFIX + level.to_bytes(1, "big") + index.to_bytes(8, "big")


class MissingNodeError(LookupError):
    """The store lacks a node that the tree of this size must have; the index is to be rebuilt."""


class HistoryTree:
    """A growing list of byte strings under one root.

    Invariant: `_edge` holds the complete subtrees of the current size from left to right, each as (level, hash).
    """

    __slots__ = ("_edge", "_get", "size")

    def __init__(self, get: Get, size: int) -> None:
        """The tree of this size, its nodes read through `get`.

        Raises:
            MissingNodeError: the store does not hold a tree of this size.
        """
        self._get = get
        self.size = size
        self._edge: list[tuple[int, bytes]] = []
        start = 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                self._edge.append((level, self._node(level, start >> level)))
                start += 1 << level

    def append(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """Add a leaf; the nodes that became complete, as (key, value) pairs the caller must store."""
        level, index, node = 0, self.size, leaf_hash(data)
        stored = [(node_key(level, index), node)]
        while self._edge and self._edge[-1][0] == level:
            _, left = self._edge.pop()
            node = node_hash(left, node)
            level += 1
            index >>= 1
            stored.append((node_key(level, index), node))
        self._edge.append((level, node))
        self.size += 1
        return stored

    def root(self) -> bytes:
        """The root over all leaves."""
        if not self._edge:
            return EMPTY_ROOT
        computed = self._edge[-1][1]
        for _, left in reversed(self._edge[:-1]):
            computed = node_hash(left, computed)
        return computed

    def root_at(self, size: int) -> bytes:
        """The root when the tree had this size."""
        self._expect_size(size)
        return self._range_root(0, size) if size else EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int) -> tuple[bytes, ...]:
        """The siblings from a leaf up to the root at this size (RFC 9162, 2.1.3.1)."""
        self._expect_size(size)
        if not 0 <= index < size:
            raise IndexError(f"expected a leaf index below {size}, got {index}")
        path: list[bytes] = []
        start, stop = 0, size
        while stop - start > 1:
            split = start + largest_power_below(stop - start)
            if index < split:
                path.append(self._range_root(split, stop))
                stop = split
            else:
                path.append(self._range_root(start, split))
                start = split
        path.reverse()
        return tuple(path)

    def consistency_proof(self, earlier_size: int, size: int) -> tuple[bytes, ...]:
        """The nodes that show that the tree only grew between two sizes (RFC 9162, 2.1.4.1)."""
        self._expect_size(size)
        if not 0 < earlier_size <= size:
            raise IndexError(f"expected an earlier size of 1 to {size}, got {earlier_size}")
        return tuple(
            self._range_root(start, stop) for start, stop in consistency_ranges(earlier_size, size)
        )

    def _range_root(self, start: int, stop: int) -> bytes:
        """The root over leaves [start, stop), where the start is one at which RFC 9162 splits."""
        length = stop - start
        if length & (length - 1) == 0:
            level = length.bit_length() - 1
            return self._node(level, start >> level)
        split = start + largest_power_below(length)
        return node_hash(self._range_root(start, split), self._range_root(split, stop))

    def _node(self, level: int, index: int) -> bytes:
        node = self._get(node_key(level, index))
        if node is None:
            raise MissingNodeError(f"history tree: no node at level {level}, index {index}")
        return node

    def _expect_size(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise IndexError(f"expected a size of 0 to {self.size}, got {size}")
