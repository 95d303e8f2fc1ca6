"""A block whose content is not what its header covers is told from the bytes alone."""

from collections.abc import Callable

import pytest
from builders.ledgers import START_MS, filing, opened, submission
from msgspec.structs import replace

from crypto.digest import sha256
from ledger.block import Block, ExecutedSubmission, submissions_digest
from ledger.covering import is_covered
from ledger.register.outcome import Outcome


def block() -> Block:
    """Two submissions that are executed, and one of them once more."""
    first, second = submission(filing(1), filing(2)), submission(filing(3), nonce=1)
    return opened().append(1, START_MS, [first, second, first])


def with_submissions(block: Block, *submissions: ExecutedSubmission) -> Block:
    return replace(block, submissions=submissions)


def with_header(block: Block, **members: object) -> Block:
    return replace(block, header=replace(block.header, **members))


def with_garbage(block: Block) -> Block:
    """A submission that is none, and a digest that covers it."""
    garbage = replace(block.submissions[0], data=b"none")
    digest = submissions_digest([(sha256(b"none"), "executed")])
    return with_submissions(with_header(block, submissions_digest=digest), garbage)


def test_a_block_that_was_executed_is_covered() -> None:
    assert is_covered(block())
    assert is_covered(opened().append(1, START_MS, []))


FORGERS: dict[str, Callable[[Block], Block]] = {
    "one left out": lambda block: with_submissions(block, *block.submissions[1:]),
    "one twice": lambda block: with_submissions(block, *block.submissions, block.submissions[2]),
    "two exchanged": lambda block: with_submissions(block, *reversed(block.submissions)),
    "another status": lambda block: with_submissions(
        block, *block.submissions[:2], replace(block.submissions[2], status="expired")
    ),
    "an outcome of what was not executed": lambda block: with_submissions(
        block,
        *block.submissions[:2],
        replace(block.submissions[2], outcomes=(Outcome("rejected"),)),
    ),
    "another outcome": lambda block: with_submissions(
        block,
        replace(block.submissions[0], outcomes=(Outcome("rejected", "CONFLICT"),) * 2),
        *block.submissions[1:],
    ),
    "an outcome that lacks": lambda block: with_submissions(
        block,
        replace(block.submissions[0], outcomes=block.submissions[0].outcomes[:1]),
        *block.submissions[1:],
    ),
    "another count": lambda block: with_header(block, entry_count=2),
    "another entries root": lambda block: with_header(block, entries_root=bytes(32)),
    "another submissions digest": lambda block: with_header(block, submissions_digest=bytes(32)),
    "what is no submission": with_garbage,
}


@pytest.mark.parametrize("name", FORGERS)
def test_a_block_with_other_content_is_not_covered(name: str) -> None:
    assert not is_covered(FORGERS[name](block()))
