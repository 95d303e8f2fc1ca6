import pytest
from builders.vectors import unhex, vectors
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import InvalidProofError
from crypto.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    largest_power_below,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

KNOWN = vectors("merkle")
LEAVES = [leaf_hash(data) for data in unhex(KNOWN["leaves"])]
ROOTS = unhex(KNOWN["roots"])


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(size)]


def root_by_recursion(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = largest_power_below(len(leaves))
    return node_hash(root_by_recursion(leaves[:split]), root_by_recursion(leaves[split:]))


def test_the_roots_are_those_of_the_reference_tree() -> None:
    assert root([]) == bytes.fromhex(KNOWN["emptyRoot"])
    assert tuple(root(LEAVES[:size]) for size in range(1, 9)) == ROOTS


@pytest.mark.parametrize("case", KNOWN["inclusion"])
def test_the_inclusion_proofs_are_those_of_the_reference_tree(
    case: dict[str, int | list[str]],
) -> None:
    index, size, path = case["index"], case["size"], case["path"]
    assert isinstance(index, int)
    assert isinstance(size, int)
    assert isinstance(path, list)
    assert inclusion_proof(LEAVES[:size], index) == unhex(path)
    verify_inclusion(LEAVES[index], index, size, unhex(path), ROOTS[size - 1])


@pytest.mark.parametrize("case", KNOWN["consistency"])
def test_the_consistency_proofs_are_those_of_the_reference_tree(
    case: dict[str, int | list[str]],
) -> None:
    earlier, size, path = case["earlierSize"], case["size"], case["path"]
    assert isinstance(earlier, int)
    assert isinstance(size, int)
    assert isinstance(path, list)
    assert consistency_proof(LEAVES[:size], earlier) == unhex(path)
    verify_consistency(earlier, size, unhex(path), ROOTS[earlier - 1], ROOTS[size - 1])


@given(st.integers(0, 300))
def test_the_root_is_that_of_the_recursive_definition(size: int) -> None:
    leaves = leaves_of(size)
    assert root(leaves) == root_by_recursion(leaves)


def test_every_leaf_of_every_small_tree_has_a_proof() -> None:
    for size in range(1, 40):
        leaves = leaves_of(size)
        for index, leaf in enumerate(leaves):
            verify_inclusion(leaf, index, size, inclusion_proof(leaves, index), root(leaves))


def test_every_two_sizes_of_a_small_tree_are_consistent() -> None:
    leaves = leaves_of(40)
    for size in range(1, 41):
        for earlier in range(1, size + 1):
            path = consistency_proof(leaves[:size], earlier)
            verify_consistency(earlier, size, path, root(leaves[:earlier]), root(leaves[:size]))


@given(st.data())
def test_an_inclusion_proof_shows_nothing_but_its_own_leaf(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 100))
    leaves = leaves_of(size)
    index, other = data.draw(st.permutations(range(size)))[:2]
    path = inclusion_proof(leaves, index)
    for leaf, place, nodes in (
        (leaves[other], index, path),
        (leaves[index], other, path),
        (leaves[index], index, path[:-1]),
        (leaves[index], index, (*path, path[0])),
        (leaves[index], size, path),
        (leaves[index], -1, path),
    ):
        with pytest.raises(InvalidProofError):
            verify_inclusion(leaf, place, size, nodes, root(leaves))


@given(st.data())
def test_a_consistency_proof_shows_nothing_of_a_changed_tree(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 100))
    earlier = data.draw(st.integers(1, size - 1))
    leaves = leaves_of(size)
    path = consistency_proof(leaves, earlier)
    changed = [*leaves]
    changed[data.draw(st.integers(0, earlier - 1))] = leaf_hash(b"another")
    before, after = root(leaves[:earlier]), root(leaves)
    for nodes, first, last in (
        (path, before, root(changed)),
        (path, root(changed[:earlier]), after),
        (path[:-1], before, after),
        ((*path, path[0]), before, after),
        ((), before, after),
    ):
        with pytest.raises(InvalidProofError):
            verify_consistency(earlier, size, nodes, first, last)


def test_equal_sizes_are_consistent_only_when_the_roots_are_equal() -> None:
    verify_consistency(3, 3, (), ROOTS[2], ROOTS[2])
    with pytest.raises(InvalidProofError):
        verify_consistency(3, 3, (), ROOTS[2], ROOTS[3])
    with pytest.raises(InvalidProofError):
        verify_consistency(3, 3, (ROOTS[0],), ROOTS[2], ROOTS[2])


def test_sizes_and_places_outside_the_tree_are_refused() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(LEAVES, 8)
    with pytest.raises(IndexError):
        consistency_proof(LEAVES, 0)
    with pytest.raises(IndexError):
        consistency_proof(LEAVES, 9)
    with pytest.raises(InvalidProofError):
        verify_consistency(0, 8, (), EMPTY_ROOT, ROOTS[7])
    with pytest.raises(InvalidProofError):
        verify_consistency(9, 8, (), ROOTS[0], ROOTS[7])
