"""Serving blocks to a peer that fell behind, and taking in blocks from one (docs/protocol.md 7).

Blocks are believed for the certificate above them: their headers must chain from this node's head to the
certified hash, their submissions must match their headers, and executing each must give the very same block.
"""

from typing import NamedTuple

from consensus.errors import DivergedError
from crypto.certificate import (
    CheckpointCertificate,
    decode_certificate,
    encode_certificate,
    verify_certificate,
)
from ledger.block import Block, decode_block, submissions_digest
from ledger.errors import InvalidBlockError
from ledger.ledger import Ledger
from ledger.submission import Submission, admit
from node.catchup import ANSWER_BYTES_MAX, Blocks


class InvalidBlocksError(Exception):
    """The blocks of an answer do not lead to the certificate that came with them."""


class Imported(NamedTuple):
    """What an answer added to the ledger."""

    blocks: tuple[tuple[Block, tuple[bytes, ...]], ...]
    """(block, digests of its submissions)."""
    certificate: CheckpointCertificate


def serve_blocks(ledger: Ledger, from_height: int) -> Blocks | None:
    """Blocks from this height up to a certified one, within the answer's size; none where nothing is certified."""
    blocks: list[bytes] = []
    size = 0
    best: tuple[int, CheckpointCertificate] | None = None
    for height in range(from_height, ledger.height + 1):
        data = ledger.block_bytes(height)
        if best is not None and size + len(data) > ANSWER_BYTES_MAX:
            break
        blocks.append(data)
        size += len(data)
        certificate = ledger.certificate(height)
        if certificate is not None:
            best = (len(blocks), certificate)
    if best is None:
        latest = ledger.latest_certificate()
        return None if latest is None else Blocks((), encode_certificate(latest))
    return Blocks(tuple(blocks[: best[0]]), encode_certificate(best[1]))


def import_blocks(ledger: Ledger, answer: Blocks) -> Imported | None:
    """Check an answer whole, then execute its blocks; none when it holds nothing new.

    Raises:
        InvalidBlocksError: the answer does not prove itself; nothing was changed.
        DivergedError: it does, and this node computes something else.
    """
    try:
        certificate, fresh, bodies = _checked(ledger, answer)
    except (InvalidBlocksError, DivergedError, OSError):
        raise  # An OSError is this node's own disk.
    except Exception as error:
        # Nothing was changed yet: whatever a peer's bytes can provoke here is that peer's fault.
        raise InvalidBlocksError(f"{type(error).__name__}: {error}") from error
    executed: list[tuple[Block, tuple[bytes, ...]]] = []
    for block, submissions in zip(fresh, bodies, strict=True):
        header, digests = block.header, tuple(item.digest for item in submissions)
        try:
            own = ledger.append(
                header.height,
                header.time_ms,
                submissions,
                durable=False,
                expected_hash=block.hash,
            )
            # The header covers the outcomes that were computed here, not those that the peer wrote into its block.
            executed.append((own, digests))
        except InvalidBlockError as error:
            raise DivergedError(f"a quorum certified another block: {error}") from error
    if not fresh and ledger.certificate(certificate.height) is not None:
        return None
    return Imported(tuple(executed), certificate)


def _checked(
    ledger: Ledger, answer: Blocks
) -> tuple[CheckpointCertificate, list[Block], list[list[Submission]]]:
    """The certificate of an answer, the blocks in it that are new here, and their submissions."""
    certificate = decode_certificate(answer.certificate)
    verify_certificate(certificate, ledger.keyring)
    blocks = [decode_block(data) for data in answer.blocks]
    fresh = [block for block in blocks if block.header.height > ledger.height]
    _check_chain(ledger, fresh, certificate)
    return certificate, fresh, [_checked_submissions(ledger, block) for block in fresh]


def _check_chain(ledger: Ledger, blocks: list[Block], certificate: CheckpointCertificate) -> None:
    height, head = ledger.height, ledger.head_hash
    for block in blocks:
        if block.header.height != height + 1 or block.header.previous_hash != head:
            raise InvalidBlocksError(
                f"expected a block of height {height + 1} on {head.hex()[:16]}, got height {block.header.height}"
            )
        height, head = block.header.height, block.hash
    if certificate.height > height or (blocks and certificate.height != height):
        raise InvalidBlocksError(
            f"expected a certificate of height {height}, got {certificate.height}"
        )
    if _hash_at(ledger, certificate.height, height, head) != certificate.block_hash:
        if blocks:
            raise InvalidBlocksError(f"the blocks do not lead to the certified hash at {height}")
        raise DivergedError(
            f"height {certificate.height}: a quorum certified {certificate.block_hash.hex()}, "
            f"this node holds {ledger.block_hash(certificate.height).hex()}"
        )


def _hash_at(ledger: Ledger, wanted: int, height: int, head: bytes) -> bytes:
    """The hash at the wanted height: of the last new block, or of one that this ledger holds."""
    return head if wanted == height else ledger.block_hash(wanted)


def _checked_submissions(ledger: Ledger, block: Block) -> list[Submission]:
    submissions = [admit(item.data, ledger.keyring) for item in block.submissions]
    judged = [
        (submission.digest, item.status)
        for submission, item in zip(submissions, block.submissions, strict=True)
    ]
    if submissions_digest(judged) != block.header.submissions_digest:
        raise InvalidBlocksError(
            f"block {block.header.height}: its submissions are not those that its header covers"
        )
    return submissions
