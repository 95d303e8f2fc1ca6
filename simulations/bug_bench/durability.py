"""Bugs of what must survive a crash."""

from collections.abc import Iterator
from typing import Final

from consensus.messages import Status
from consensus.ordering import Ordering
from consensus.output import Instant, PreparedRecord, Record
from ledger.ledger import Ledger
from node.catchup import CatchUp
from node.effects import Effects
from node.engine import Engine
from node.journal_format import CorruptJournalError, scan
from simulations.bug_bench.bug import Bug, Everywhere, InClass, replaced
from simulations.disk import SimulatedJournal

_recall = Ordering.recall
_live_records = Ordering.live_records
_flush = Engine.flush
_whom_to_ask = CatchUp.whom_to_ask


def _store_nothing(engine: Engine, record: Record) -> None:
    """Votes are remembered in memory alone."""


def _recall_no_certificate(ordering: Ordering, view: int | None, record: Record) -> None:
    if not isinstance(record, PreparedRecord):
        _recall(ordering, view, record)


def _flush_before_sync(engine: Engine) -> Effects:
    with replaced(SimulatedJournal, "sync", _sync_nothing):
        return _flush(engine)


def _sync_nothing(_log: object) -> None:
    """Leave it to the system when to write."""


def _scan_strictly(data: bytes, name: str) -> Iterator[tuple[int, bytes]]:
    """The records of a journal, all of which must be whole."""
    end = 0
    for end, record in scan(data, name):
        yield end, record
    if end and end < len(data):
        raise CorruptJournalError(f"{name}: unexpected end of file in the record at byte {end}")


def _ask_when_many_agree(
    catch_up: CatchUp, executed: int, stable: int, peers: dict[str, Status], now: Instant
) -> str | None:
    believed = {
        office: status
        for office, status in peers.items()
        if sum(other.stable >= status.stable for other in peers.values()) > catch_up._faults
    }
    return _whom_to_ask(catch_up, executed, stable, believed, now)


BUGS: Final = (
    Bug(
        1,
        "votes in memory only",
        "Hyperledger Besu QBFT, Sawtooth PBFT (storage `memory`)",
        "no vote and no prepared certificate is written to disk",
        (InClass(Engine, "_store", _store_nothing),),
    ),
    Bug(
        1,
        "certificate lost in a restart",
        "Fabric 0.6 (#1731: P and Q sets)",
        "what was prepared is not read back, so a view change after a restart does not tell it",
        (InClass(Ordering, "recall", _recall_no_certificate),),
    ),
    Bug(
        2,
        "votes before durable",
        "Tendermint's log (Jepsen), BFT-SMaRt `sync_log=false`",
        "votes leave before the record of them is synced",
        (InClass(Engine, "flush", _flush_before_sync),),
    ),
    Bug(
        2,
        "answers before durable",
        "Indy `EnsureLedgerDurability=False`, BFT-SMaRt `log_to_disk=false`",
        "blocks are not synced before clients are told",
        (InClass(Ledger, "sync", _sync_nothing),),
    ),
    Bug(
        24,
        "torn tail refused",
        "Tendermint's log (Jepsen)",
        "a record that a power cut tore keeps the node from starting",
        (Everywhere(scan, _scan_strictly),),
    ),
    Bug(
        25,
        "survivor not believed",
        "Besu #8307",
        "a node with an empty disk asks for blocks only when f + 1 others claim to have them",
        (InClass(CatchUp, "whom_to_ask", _ask_when_many_agree),),
        campaign="wiped majority",
    ),
)
