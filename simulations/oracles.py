"""What must hold in every run, judged from outside the replicas: by what they store, send, execute and tell.

Each oracle is an observer (`simulations.trace`) and raises `BrokenPromiseError` at the event that breaks its promise.
Nothing is promised of offices that lie or whose disk was wiped (`Cluster.faulty`).
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar, Final

from consensus.messages import (
    Checkpoint,
    Commit,
    Message,
    NewView,
    Prepare,
    PrePrepare,
    ViewChange,
)
from consensus.output import AcceptedRecord, NewViewRecord, PreparedRecord, ViewChangeRecord
from consensus.signatures import primary_of, proposal_digest, view_change_digest
from consensus.view_change import proposals_of
from crypto.digest import sha256
from crypto.keyring import Keyring
from ledger import index as layout
from ledger.block import Block
from ledger.errors import CorruptLedgerError
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from node.catchup import CatchUpMessage
from node.effects import Executed
from node.journal_records import JournalRecord
from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError
from simulations.node import SimulatedNode
from simulations.trace import (
    Acknowledged,
    BlockExecuted,
    Disturbed,
    Event,
    Sent,
    Stored,
    Synced,
    ViewMoved,
    message_in,
)


class Chain:
    """Agreement, exactly once, true answers, and no loss of what was acknowledged.

    No two nodes ever execute different blocks at one height (their hashes cover results and state), heights follow
    one another without a gap, times never fall, and no submission is executed twice. What a node tells a client is what
    the block says of the submission, to the last outcome; no node forgets over a crash what it told, so whoever reads
    there never sees an older state.
    """

    kinds: ClassVar = (BlockExecuted, ViewMoved, Acknowledged)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._hashes: dict[int, bytes] = {0: bytes(32)}
        self._times: dict[int, int] = {0: 0}
        self._results: dict[int, dict[bytes, Executed]] = {}
        """What each block says of its submissions, by height and digest."""
        self._executed_at: dict[bytes, int] = {}
        self._acknowledged: dict[bytes, int] = {}
        self._told: dict[str, int] = {}
        """The greatest height that each node told its clients of."""

    @property
    def height(self) -> int:
        """The greatest height that anyone executed."""
        return len(self._hashes) - 1

    def __call__(self, event: Event) -> None:
        """Judge an event."""
        if isinstance(event, BlockExecuted):
            if event.office not in self._cluster.faulty:
                self._executed(event)
        elif isinstance(event, ViewMoved) and event.office not in self._cluster.faulty:
            height = self._cluster.nodes[event.office].ledger.height
            if height < self._told.get(event.office, 0):
                raise BrokenPromiseError(f"{_of(event)} forgot blocks that it told clients of")
        elif isinstance(event, Acknowledged) and event.office not in self._cluster.faulty:
            self._acknowledge(event)

    def _acknowledge(self, event: Acknowledged) -> None:
        told = event.executed
        self._told[event.office] = max(told.height, self._told.get(event.office, 0))
        if self._hashes.get(told.height) != told.block_hash:
            raise BrokenPromiseError(f"{_of(event)} acknowledged a block that nobody executed")
        result = self._results[told.height].get(told.digest)
        if told != result:
            raise BrokenPromiseError(f"{_of(event)} told a client {told}, its block says {result}")
        # One that was ordered again, and not executed again, is told with the height of that, too.
        height = self._acknowledged.setdefault(told.digest, told.height)
        if height != told.height and told.status == "executed":
            raise BrokenPromiseError(
                f"{_of(event)} acknowledged {told.digest.hex()[:16]} at height {told.height},"
                f" another node at {height}"
            )

    def _executed(self, event: BlockExecuted) -> None:
        known = self._hashes.get(event.height)
        if known is not None:
            if known != event.block_hash:
                raise BrokenPromiseError(f"{_of(event)} executed another block {event.height}")
            return
        if event.height != len(self._hashes):
            raise BrokenPromiseError(f"{_of(event)} executed block {event.height} out of order")
        self._hashes[event.height] = event.block_hash
        block = self._cluster.nodes[event.office].ledger.block(event.height)
        if block.header.previous_hash != self._hashes[event.height - 1]:
            raise BrokenPromiseError(f"{_of(event)}: block {event.height} breaks the chain")
        self._times[event.height] = block.header.time_ms
        if block.header.time_ms < self._times[event.height - 1]:
            raise BrokenPromiseError(f"{_of(event)}: the time falls at block {event.height}")
        self._results[event.height] = results = _results_in(block, event.block_hash)
        for digest, result in results.items():
            if result.status != "executed":
                continue
            if digest in self._executed_at:
                raise BrokenPromiseError(
                    f"one submission was executed at heights {self._executed_at[digest]}"
                    f" and {event.height}"
                )
            self._executed_at[digest] = event.height

    def check_nothing_lost(self) -> None:
        """Every node that runs holds what was acknowledged, in one and the same chain.

        Raises:
            BrokenPromiseError: it does not.
        """
        for name, node in self._cluster.nodes.items():
            if node.engine is None or name in self._cluster.faulty:
                continue
            for digest, height in self._acknowledged.items():
                if height > node.ledger.height:
                    raise BrokenPromiseError(
                        f"{name} lacks {digest.hex()[:16]}, acknowledged at height {height}"
                    )
            head = node.ledger.height
            if head and node.ledger.head_hash != self._hashes[head]:
                raise BrokenPromiseError(f"{name} holds another block {head}")


def _results_in(block: Block, block_hash: bytes) -> dict[bytes, Executed]:
    """What a client is to be told of each submission of a block, by its digest; read from the block alone."""
    height, time_ms, first_index = block.header.height, block.header.time_ms, 0
    results = {}
    for item in block.submissions:
        digest = sha256(item.data)
        results[digest] = Executed(
            digest, height, block_hash, time_ms, item.status, item.outcomes, first_index
        )
        first_index += len(item.outcomes)
    return results


class Signatures:
    """No honest office ever signs a contradiction that reaches the wire; and a vote is durable before it leaves."""

    kinds: ClassVar = (Sent, Stored, Synced, Disturbed)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._keyring = cluster.genesis.keyring()
        self._said: dict[tuple[object, ...], bytes] = {}
        self._stored: dict[str, set[tuple[object, ...]]] = defaultdict(set)
        self._durable: dict[str, set[tuple[object, ...]]] = defaultdict(set)

    def __call__(self, event: Event) -> None:
        """Judge an event."""
        if isinstance(event, Sent):
            if event.office not in self._cluster.faulty and event.frame[:1] == b"\x01":
                self._sent(event)
        elif isinstance(event, Stored):
            self._stored[event.office].update(_promises(event.record))
        elif isinstance(event, Synced):
            self._durable[event.office] |= self._stored.pop(event.office, set())
        elif isinstance(event, Disturbed) and event.kind == "crash":
            for name in event.offices:
                self._stored.pop(name, None)

    def _sent(self, event: Sent) -> None:
        said = _said(message_in(event.frame), event.office, self._keyring)
        if said is None:
            return
        promise, digest = said
        if self._said.setdefault((event.office, *promise), digest) != digest:
            raise BrokenPromiseError(f"{_of(event)} contradicted itself: {promise}")
        if promise[0] in _RECORDED and (*promise, digest) not in self._durable[event.office]:
            raise BrokenPromiseError(f"{_of(event)} sent before it was durable: {promise}")


_RECORDED = frozenset({"ordered", "prepared", "left"})
"""What must be in the journal before it is said; a new view's record holds what it proposes again. Blocks are in the
ledger files."""
_Promise = tuple[str, int, int] | tuple[str, int]


def _said(
    message: Message | CatchUpMessage, office: str, keyring: Keyring
) -> tuple[_Promise, bytes] | None:
    """(what about, which digest) of what the office itself says in a message; none where it passes on or asks."""
    said: tuple[_Promise, bytes] | None = None
    match message:
        case PrePrepare() if primary_of(message.view, keyring) == office:
            digest = proposal_digest(message.proposal)
            said = ("ordered", message.view, message.sequence), digest
        case Prepare():
            said = ("ordered", message.view, message.sequence), message.digest
        case Commit():
            said = ("prepared", message.view, message.sequence), message.digest
        case ViewChange() if message.office == office:
            said = ("left", message.view), view_change_digest(message)
        case Checkpoint():
            said = ("block", message.height), message.block_hash
        case NewView() if primary_of(message.view, keyring) == office:
            said = ("new view", message.view), message.signature
    return said


def _promises(record: JournalRecord) -> list[tuple[object, ...]]:
    match record:
        case AcceptedRecord(message):
            digest = proposal_digest(message.proposal)
            return [("ordered", message.view, message.sequence, digest)]
        case PreparedRecord(certificate):
            digest = proposal_digest(certificate.proposal)
            return [("prepared", certificate.view, certificate.sequence, digest)]
        case ViewChangeRecord(message):
            return [("left", message.view, view_change_digest(message))]
        case NewViewRecord(new_view, view_changes):
            return [
                ("ordered", new_view.view, sequence, proposal_digest(proposal))
                for sequence, proposal in proposals_of(view_changes)
            ]
    return []


FAULT_COUNTERS: Final = (
    "malformedFrames",
    "invalidMessages",
    "refusedSubmissions",
    "invalidBlocks",
    "mutedFrames",
    "oversizedSends",
)
"""What an engine counts when a peer breaks the protocol."""


def check_honesty(cluster: Cluster) -> None:
    """Where nobody lies, nothing that anyone says is refused: else an honest office would be unheard.

    Raises:
        BrokenPromiseError: something was.
    """
    if cluster.faulty:
        return
    for name, node in cluster.nodes.items():
        counters = node.engine.status().counters if node.engine is not None else {}
        refused = {kind: counters[kind] for kind in FAULT_COUNTERS if counters.get(kind)}
        if refused:
            raise BrokenPromiseError(f"{name} refused what honest offices said: {refused}")


def check_replay(node: SimulatedNode) -> None:
    """The node's ledger files alone lead to the state that it holds: chain, results and state root.

    Raises:
        BrokenPromiseError: they do not.
    """
    index = MemoryStore()
    try:
        replayed = Ledger(node.ledger.genesis, node.disk.files, index)
    except CorruptLedgerError as error:
        raise BrokenPromiseError(f"{node.name}: its files do not replay: {error}") from error
    if (replayed.height, replayed.head_hash) != (node.ledger.height, node.ledger.head_hash):
        raise BrokenPromiseError(
            f"{node.name}: replayed to {replayed.height}, held {node.ledger.height}"
        )
    facts = dict(_register_in(index))
    for key, value in _register_in(node.disk.index):
        if facts.pop(key, None) != value:
            raise BrokenPromiseError(f"{node.name} holds what does not replay: {key!r}")
    if facts:
        raise BrokenPromiseError(f"{node.name} lacks what replays: {min(facts)!r}")


def _register_in(index: MemoryStore) -> Iterator[tuple[bytes, bytes]]:
    """What the register and its trees hold: all but where the certificates stand, and what is durable."""
    certificates = layout.certificate_key(0).rstrip(b"\0")
    own = (layout.DURABLE_KEY, layout.LAST_CERTIFICATE_KEY, certificates)
    return ((key, value) for key, value in index.scan() if not key.startswith(own))


def _of(event: Acknowledged | BlockExecuted | Sent | ViewMoved) -> str:
    return f"at {event.at_ms} ms {event.office}"
