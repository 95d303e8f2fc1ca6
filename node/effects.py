"""What comes out of the engine: frames to send, results of submissions, and where the node stands."""

from typing import NamedTuple

from consensus.evidence import Equivocation
from consensus.messages import Status
from ledger.block import Block
from ledger.register.outcome import Outcome


class Executed(NamedTuple):
    """What became of a submission in a block that is final and durable."""

    digest: bytes
    height: int
    block_hash: bytes
    time_ms: int
    status: str
    outcomes: tuple[Outcome, ...]
    first_index: int
    """Index in the block of the submission's first entry."""


class Effects(NamedTuple):
    """What may leave, now that all it rests on is durable."""

    sends: tuple[tuple[str | None, bytes], ...]
    """(office, or none for all others; frame)."""
    executed: tuple[Executed, ...]
    readable: int
    """The last round of reads that ended: what a linearizable read of it asks may be answered now."""
    wake_at_ms: int
    """Monotonic: when `tick` is wanted at the latest."""


class EngineStatus(NamedTuple):
    """Where this node stands in the agreement."""

    view: int
    is_active: bool
    primary: str
    height: int
    stable: int
    pending: int
    catch_up_target: int
    """The height the peers claim to be stable while this node fetches blocks; else its own height."""
    peers: dict[str, Status]
    counters: dict[str, int]
    evidence: tuple[Equivocation, ...]
    """What offices signed that contradicts itself, one pair an office."""


def results_of(block: Block, digests: tuple[bytes, ...]) -> list[Executed]:
    """What became of each submission of a block; `digests` are theirs, in order."""
    header, block_hash, index = block.header, block.hash, 0
    results = []
    for digest, item in zip(digests, block.submissions, strict=True):
        results.append(
            Executed(
                digest,
                header.height,
                block_hash,
                header.time_ms,
                item.status,
                item.outcomes,
                index,
            )
        )
        index += len(item.outcomes)
    return results
