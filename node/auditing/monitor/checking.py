"""What one office answered, held against the monitor's own copy of the ledger: each check is that of the audit.

Nothing here is believed for its sender's sake. A new block counts when a quorum's certificate covers it and executing
it gives the very same block; a known one when its bytes are those that were checked.
"""

from collections.abc import Mapping
from typing import Final

from crypto.certificate import CheckpointCertificate, decode_certificate, verify_certificate
from crypto.errors import InvalidProofError, InvalidSignatureError, MalformedBytesError
from crypto.keyring import Keyring
from ledger.block import Block, decode_block, header_hash
from ledger.covering import is_covered
from ledger.errors import (
    InvalidBlockError,
    InvalidSubmissionError,
    MalformedBlockError,
    MalformedSubmissionError,
)
from ledger.ledger import Ledger
from ledger.replay import first_difference
from ledger.submission import Submission, admit
from node.auditing.blame import Blamed, History, blame
from node.auditing.monitor.alarms import Fault

CLOCK_TOLERANCE_MS: Final = 5 * 60 * 1000
"""A block's time may be so far ahead of this machine's clock; the offices hold each other to less."""


class FaultError(Exception):
    """What an office answered is wrong."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"expected {fault.expected}, found {fault.found}")
        self.fault = fault


def read_block(height: int, record: bytes) -> Block:
    """The block in what a node answered for a height.

    Raises:
        FaultError: there is none.
    """
    try:
        block = decode_block(record)
    except (MalformedBlockError, RecursionError) as error:
        raise FaultError(Fault("altered", f"block {height}", str(error), height)) from error
    if block.header.height != height:
        found = f"block {block.header.height}"
        raise FaultError(Fault("altered", f"block {height}", found, height))
    return block


def read_certificate(height: int, content: bytes, keyring: Keyring) -> CheckpointCertificate:
    """The certificate in what a node answered for a height: of that height, and signed by a quorum.

    Raises:
        FaultError: there is none.
    """
    try:
        certificate = decode_certificate(content)
        verify_certificate(certificate, keyring)
    except (MalformedBytesError, InvalidProofError, InvalidSignatureError) as error:
        fault = Fault("certificate", "a certificate of a quorum", str(error), height)
        raise FaultError(fault) from error
    if certificate.height != height:
        found = f"one of block {certificate.height}"
        fault = Fault("certificate", f"a certificate of block {height}", found, height)
        raise FaultError(fault)
    return certificate


def certified_hashes(
    blocks: Mapping[int, Block], certificates: Mapping[int, CheckpointCertificate]
) -> dict[int, bytes]:
    """The hashes for which quorums stand, by height: of certified blocks, and of those that these lead back to."""
    hashes = {height: each.block_hash for height, each in certificates.items()}
    for height in sorted(blocks, reverse=True):
        if hashes.get(height) == blocks[height].hash:
            hashes.setdefault(height - 1, blocks[height].header.previous_hash)
    return hashes


def take_block(ledger: Ledger, block: Block, certified_hash: bytes, now_ms: int) -> Fault | None:
    """Check and execute the next block, and add it to the own copy; what is wrong with what was answered.

    Where a quorum's block comes out although the answer was altered, it is added all the same: it is right.
    """
    height = block.header.height
    submissions = _admitted(block, ledger.keyring)
    if isinstance(submissions, Fault):
        return submissions
    try:
        own = ledger.append(
            height,
            block.header.time_ms,
            submissions,
            durable=False,
            expected_hash=certified_hash,
        )
    except InvalidBlockError:
        return _wrong_block(ledger, block, submissions, certified_hash)
    if own != block:
        return _wrong_execution(own, block)
    if block.header.time_ms > now_ms + CLOCK_TOLERANCE_MS:
        expected = f"a time until {now_ms + CLOCK_TOLERANCE_MS} by this machine's clock"
        return Fault("clock", expected, f"{block.header.time_ms} (Unix ms)", height)
    return None


def compare_block(ledger: Ledger, block: Block, record: bytes) -> Fault | None:
    """What is wrong with an answer for a block that was checked before; None: it is the same, byte for byte."""
    height = block.header.height
    if record == ledger.block_bytes(height):
        return None
    submissions = _admitted(block, ledger.keyring)
    if isinstance(submissions, Fault):
        return submissions
    own = ledger.block(height)
    if [each.data for each in own.submissions] == [each.data for each in block.submissions]:
        is_other_time = own.header.time_ms != block.header.time_ms
        return _fork(own.hash, block) if is_other_time else _wrong_execution(own, block)
    if own.hash == block.hash:
        return _not_covered(height)
    return _fork(own.hash, block)


def compare_certificate(
    ledger: Ledger, certificate: CheckpointCertificate, url: str
) -> Fault | None:
    """A quorum's certificate of another block than the one that is held at its height: a fork that is proved."""
    height = certificate.height
    own_hash = ledger.block_hash(height)
    if certificate.block_hash == own_hash:
        return None
    found = f"a certificate of {certificate.block_hash.hex()}"
    return Fault(
        "fork",
        f"block {own_hash.hex()}",
        found,
        height,
        blamed=blamed_for(ledger, certificate, url),
    )


def blamed_for(ledger: Ledger, certificate: CheckpointCertificate, url: str) -> tuple[Blamed, ...]:
    """The offices that signed this and, in the own copy, another block of the same height."""
    own = ledger.certificate(certificate.height)
    if own is None:
        return ()
    histories = (History("here", (), (own,), ""), History(url, (), (certificate,), ""))
    return tuple(blame(histories, ledger.keyring))


def blamed_in(ledger: Ledger, content: bytes, url: str) -> tuple[Blamed, ...]:
    """As `blamed_for`, for the bytes of a certificate that is none: who signed in it signed all the same."""
    try:
        certificate = decode_certificate(content)
    except MalformedBytesError:
        return ()
    known = 0 < certificate.height <= ledger.height
    return blamed_for(ledger, certificate, url) if known else ()


def _admitted(block: Block, keyring: Keyring) -> list[Submission] | Fault:
    submissions: list[Submission] = []
    entry = 0
    for number, each in enumerate(block.submissions):
        try:
            submissions.append(admit(each.data, keyring))
        except (MalformedSubmissionError, InvalidSubmissionError) as error:
            expected = f"submission {number}, signed by its office"
            return Fault("signature", expected, str(error), block.header.height, entry)
        entry += len(each.outcomes)
    return submissions


def _wrong_block(
    ledger: Ledger, block: Block, submissions: list[Submission], certified_hash: bytes
) -> Fault:
    """Why executing a block does not lead to the certified hash."""
    if block.hash == certified_hash and not is_covered(block):
        return _not_covered(block.header.height)  # the quorum certified the header, and not these
    executed = ledger.draft(block.header.time_ms, submissions)
    if executed == block:
        return _fork(certified_hash, block)
    fault = _wrong_execution(executed, block)
    if block.hash == certified_hash:
        return fault._replace(found=f"{fault.found}; a quorum certified it")
    return fault


def _not_covered(height: int) -> Fault:
    return Fault("altered", "the submissions that its header covers", "other ones", height)


def _wrong_execution(executed: Block, found: Block) -> Fault:
    member, entry = first_difference(executed, found)
    expected = f"{executed.hash.hex()}, to which executing it leads"
    said = f"{header_hash(found.header).hex()}: another {member}"
    return Fault("execution", expected, said, found.header.height, entry)


def _fork(expected_hash: bytes, found: Block) -> Fault:
    expected = f"block {expected_hash.hex()}, which a quorum certified"
    return Fault("fork", expected, f"block {found.hash.hex()}", found.header.height)
