"""Whether what stands in a block is what its header covers: seen from the bytes alone, nothing is executed."""

from collections.abc import Iterator

from crypto.digest import sha256
from crypto.merkle import leaf_hash, root
from ledger.block import Block, ExecutedSubmission, entry_leaf, submissions_digest
from ledger.errors import MalformedSubmissionError
from ledger.submission import read_entries


def is_covered(block: Block) -> bool:
    """Whether its submissions, their statuses and the outcomes of their entries are those that its header covers.

    Whoever knows the block's hash then knows all of the block. Signatures are not checked.
    """
    judged = ((sha256(each.data), each.status) for each in block.submissions)
    if submissions_digest(judged) != block.header.submissions_digest:
        return False
    try:
        leaves = [leaf for each in block.submissions for leaf in _leaves(each)]
    except (
        MalformedSubmissionError,
        ValueError,
    ):  # no submission, or not an outcome for each entry
        return False
    covered = (block.header.entry_count, block.header.entries_root)
    return covered == (len(leaves), root(leaves))


def _leaves(submission: ExecutedSubmission) -> Iterator[bytes]:
    """The leaf hashes of its entries, which only an executed submission has."""
    if submission.status != "executed":
        if submission.outcomes:
            raise ValueError(f"expected no outcomes, got {len(submission.outcomes)}")
        return
    office, entries = read_entries(submission.data)
    for raw, outcome in zip(entries, submission.outcomes, strict=True):
        yield leaf_hash(entry_leaf(office, raw, outcome))
