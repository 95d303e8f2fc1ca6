"""Replay: executing a recorded block again, and holding what comes out against the record."""

from collections.abc import Callable

from crypto.keyring import Keyring
from ledger.block import Header, decode_block
from ledger.chain import Chain, Draft
from ledger.errors import (
    CorruptLedgerError,
    InvalidSubmissionError,
    MalformedBlockError,
    MalformedSubmissionError,
)
from ledger.record_log import Location, RecordLog
from ledger.submission import admit

Progress = Callable[[int, int], None]
"""Called with the bytes of ledger files done so far, and the bytes in all."""


def replay(
    chain: Chain, keyring: Keyring, log: RecordLog, location: Location, record: bytes
) -> Draft:
    """The recorded block as executing it on this chain gives it, signatures of its submissions checked; not yet taken.

    Raises:
        CorruptLedgerError: the record is no block, holds a submission that is not admitted, or another block comes out.
    """
    height = chain.height + 1
    try:
        block = decode_block(record)
        submissions = [admit(each.data, keyring) for each in block.submissions]
    except (MalformedBlockError, MalformedSubmissionError, InvalidSubmissionError) as error:
        raise corrupt(log, location, f"block {height}", str(error)) from error
    draft = chain.draft(block.header.time_ms, submissions)
    if draft.block != block:
        expected, found = draft.block, block
        member = _first_difference(expected.header, found.header)
        raise corrupt(
            log,
            location,
            f"block {height} with hash {expected.hash.hex()}, to which executing it leads",
            f"block {found.header.height} with hash {found.hash.hex()}: another {member}",
        )
    return draft


def corrupt(log: RecordLog, location: Location, expected: str, found: str) -> CorruptLedgerError:
    """The error that names this place of the log."""
    return CorruptLedgerError(log.file_name(location.segment), location.offset, expected, found)


def _first_difference(expected: Header, found: Header) -> str:
    """The first member in which two headers differ; the outcomes, if none."""
    for member in expected.__struct_fields__:
        if getattr(expected, member) != getattr(found, member):
            return member
    return "outcome of an entry"
