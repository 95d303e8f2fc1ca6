"""Bugs of checkpoints and of catching up."""

from collections.abc import Iterable
from typing import Final

from consensus.messages import Status
from consensus.output import Instant, Output
from consensus.replica import Replica
from crypto.certificate import CheckpointCertificate
from ledger.chain import Chain, Draft
from ledger.ledger import Ledger
from ledger.record_log import Location
from node.block_transfer import Imported, import_blocks
from node.catchup import Blocks, CatchUp
from simulations.bug_bench.bug import Bug, Everywhere, InClass, replaced

_whom_to_ask = CatchUp.whom_to_ask
_import_blocks = import_blocks
_take = Chain.take


def _catch_up_below_the_watermark(
    replica: Replica,
    certificate: CheckpointCertificate,
    digests: Iterable[bytes],
    now: Instant,
) -> Output:
    """Take over the blocks, and leave the watermarks where they are."""
    replica._remove_from_pool(digests, now)
    if certificate.height > replica.executed:
        replica._timers.progressed(now)
    replica.executed = max(replica.executed, certificate.height)
    replica.ordering.skip_to(certificate.height)
    replica._proposer.next_sequence = max(
        replica._proposer.next_sequence, replica._first_free_sequence()
    )
    return replica._finish(now)


def _catch_up_beside_the_ordering(
    replica: Replica,
    certificate: CheckpointCertificate,
    digests: Iterable[bytes],
    now: Instant,
) -> Output:
    """Take over the blocks, and let agreement go on where it was."""
    replica._remove_from_pool(digests, now)
    if certificate.height > replica.executed:
        replica._timers.progressed(now)
    replica.executed = max(replica.executed, certificate.height)
    replica._checkpoints.add_certificate(certificate)
    replica._stabilise(certificate.height)
    replica._proposer.next_sequence = max(
        replica._proposer.next_sequence, replica._first_free_sequence()
    )
    return replica._finish(now)


def _ask_when_far_behind(
    catch_up: CatchUp, executed: int, stable: int, peers: dict[str, Status], now: Instant
) -> str | None:
    """Ask only when the gap is so wide that the others can no longer have the votes."""
    far_ahead = {
        office: status
        for office, status in peers.items()
        if status.stable - executed > catch_up._gap_max
    }
    return _whom_to_ask(catch_up, executed, stable, far_ahead, now)


def _import_blocks_alone(ledger: Ledger, answer: Blocks) -> Imported | None:
    """Take the blocks over; of what they change only the last one's reaches the register."""
    last = len(answer.blocks) + ledger.height

    def take(chain: Chain, draft: Draft, location: Location) -> None:
        if draft.block.header.height < last:
            draft = draft._replace(execution=draft.execution._replace(facts={}, links={}))
        _take(chain, draft, location)

    with replaced(Chain, "take", take):
        return _import_blocks(ledger, answer)


BUGS: Final = (
    Bug(
        5,
        "watermarks stay behind",
        "Fabric 0.6 (#1857: `not in-wv`)",
        "after it caught up a node still looks at the sequence numbers of before",
        (InClass(Replica, "caught_up", _catch_up_below_the_watermark),),
        campaign="outages",
    ),
    Bug(
        6,
        "log collected too early",
        "concord-bft (#912, #927)",
        "votes below the checkpoint are gone, and blocks are only asked for when far behind",
        (InClass(CatchUp, "whom_to_ask", _ask_when_far_behind),),
        campaign="outages",
    ),
    Bug(
        7,
        "state transfer races agreement",
        "concord-bft (#2863, #1177), Sawtooth PBFT (#166)",
        "agreement goes on where it was before the blocks were fetched",
        (InClass(Replica, "caught_up", _catch_up_beside_the_ordering),),
    ),
    Bug(
        8,
        "chain complete, state not",
        "Fabric 0.6 (#1857, #1331)",
        "of several blocks that are fetched together only the last changes the register",
        (Everywhere(import_blocks, _import_blocks_alone),),
    ),
)
