"""Replay: executing a recorded block again, and holding what comes out against the record."""

from collections.abc import Callable

from crypto.keyring import Keyring
from ledger.block import Block, decode_block
from ledger.chain import Chain, Draft
from ledger.errors import (
    CorruptLedgerError,
    InvalidSubmissionError,
    MalformedBlockError,
    MalformedSubmissionError,
)
from ledger.record_log import Location, NamedFiles
from ledger.submission import Submission, admit

Progress = Callable[[int, int], None]
"""Called with the bytes of ledger files done so far, and the bytes in all."""
Admit = Callable[[bytes, Keyring], Submission]
"""`admit`, or `read_verified` where the signatures of the record have been verified."""


def replay(
    chain: Chain,
    keyring: Keyring,
    log: NamedFiles,
    location: Location,
    record: bytes,
    *,
    admit: Admit = admit,
) -> Draft:
    """The recorded block as executing it on this chain gives it, signatures of its submissions checked; not yet taken.

    Raises:
        CorruptLedgerError: the record is no block, holds a submission that is not admitted, or another block comes out.
    """
    height = chain.height + 1
    try:
        block = decode_block(record)
    except MalformedBlockError as error:
        raise corrupt(log, location, f"block {height}", str(error), height=height) from error
    submissions = _admitted(block, keyring, log, location, height=height, admit=admit)
    draft = chain.draft(block.header.time_ms, submissions)
    if draft.block != block:
        member, entry = first_difference(draft.block, block)
        raise corrupt(
            log,
            location,
            f"block {height} with hash {draft.block.hash.hex()}, to which executing it leads",
            f"block {block.header.height} with hash {block.hash.hex()}: another {member}",
            height=height,
            entry=entry,
        )
    return draft


def corrupt(
    log: NamedFiles,
    location: Location,
    expected: str,
    found: str,
    *,
    height: int | None = None,
    entry: int | None = None,
) -> CorruptLedgerError:
    """The error that names this place of the log."""
    file = log.file_name(location.segment)
    return CorruptLedgerError(file, location.offset, expected, found, height=height, entry=entry)


def _admitted(
    block: Block,
    keyring: Keyring,
    log: NamedFiles,
    location: Location,
    *,
    height: int,
    admit: Admit,
) -> list[Submission]:
    submissions: list[Submission] = []
    entry = 0
    for number, each in enumerate(block.submissions):
        try:
            submissions.append(admit(each.data, keyring))
        except (MalformedSubmissionError, InvalidSubmissionError) as error:
            expected = f"submission {number} of block {height}, signed by its office"
            raise corrupt(
                log, location, expected, str(error), height=height, entry=entry
            ) from error
        entry += len(each.outcomes)
    return submissions


def first_difference(expected: Block, found: Block) -> tuple[str, int | None]:
    """The first thing in which two blocks differ, and the entry that it is about where it is about one."""
    entry = 0
    for ours, theirs in zip(expected.submissions, found.submissions, strict=True):
        if ours.status != theirs.status:
            return f"status of a submission, {theirs.status} for {ours.status}", entry
        for place in range(max(len(ours.outcomes), len(theirs.outcomes))):
            if ours.outcomes[place : place + 1] != theirs.outcomes[place : place + 1]:
                return "outcome of an entry", entry + place
        entry += len(ours.outcomes)
    differing = (
        member
        for member in expected.header.__struct_fields__
        if getattr(expected.header, member) != getattr(found.header, member)
    )
    return next(differing), None
