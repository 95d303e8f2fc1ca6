import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.history import HistoryTree, MissingNodeError
from crypto.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)


def grown(size: int) -> tuple[HistoryTree, dict[bytes, bytes]]:
    nodes: dict[bytes, bytes] = {}
    tree = HistoryTree(nodes.get, 0)
    for number in range(size):
        nodes.update(tree.append(b"%d" % number))
    return tree, nodes


LEAVES = [leaf_hash(b"%d" % number) for number in range(130)]
TREE, NODES = grown(130)


def test_the_root_of_every_size_is_that_of_the_plain_tree() -> None:
    tree, nodes = grown(0)
    for size in range(130):
        assert tree.root() == root(LEAVES[:size])
        nodes.update(tree.append(b"%d" % size))
    assert [TREE.root_at(size) for size in range(131)] == [root(LEAVES[:n]) for n in range(131)]


@given(st.integers(1, 130), st.data())
def test_the_proofs_are_those_of_the_plain_tree(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    earlier = data.draw(st.integers(1, size))
    included = TREE.inclusion_proof(index, size)
    consistent = TREE.consistency_proof(earlier, size)
    assert included == inclusion_proof(LEAVES[:size], index)
    assert consistent == consistency_proof(LEAVES[:size], earlier)
    verify_inclusion(LEAVES[index], index, size, included, TREE.root_at(size))
    verify_consistency(earlier, size, consistent, TREE.root_at(earlier), TREE.root_at(size))


def test_a_tree_goes_on_where_the_store_left_it() -> None:
    for size in range(130):
        tree = HistoryTree(NODES.get, size)
        assert tree.root() == root(LEAVES[:size])
        tree.append(b"%d" % size)
        assert tree.root() == root(LEAVES[: size + 1])


def test_a_store_without_the_nodes_is_named() -> None:
    nothing: dict[bytes, bytes] = {}
    with pytest.raises(MissingNodeError, match="level 7, index 0"):
        HistoryTree(nothing.get, 130)


def test_a_leaf_costs_two_nodes_at_most_on_average() -> None:
    assert len(NODES) < 2 * len(LEAVES)


def test_sizes_beyond_the_tree_are_refused() -> None:
    for call in (
        lambda: TREE.root_at(131),
        lambda: TREE.inclusion_proof(0, 131),
        lambda: TREE.inclusion_proof(5, 5),
        lambda: TREE.consistency_proof(0, 5),
        lambda: TREE.consistency_proof(6, 5),
    ):
        with pytest.raises(IndexError):
            call()
