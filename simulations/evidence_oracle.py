"""Who contradicts itself before an honest office is named by it, with proof; and nobody else ever is (protocol 2.6)."""

from collections import defaultdict, deque
from collections.abc import Iterator
from typing import ClassVar, Final

from consensus.errors import InvalidMessageError, MalformedMessageError
from consensus.evidence import Equivocation, verify_equivocation
from consensus.messages import Checkpoint, Commit, NewView, Prepare, PrePrepare, ViewChange
from consensus.output import AcceptedRecord, NewViewRecord, PreparedRecord
from consensus.proposing import check_proposal
from consensus.settings import ReplicaSettings
from consensus.signatures import (
    new_view_message,
    primary_of,
    proposal_digest,
    verify_checkpoint,
    verify_new_view_signature,
    verify_pre_prepare,
    verify_view_change,
    verify_vote,
    view_change_message,
)
from consensus.view_change import highest_stable, proposals_of
from consensus.views import CHECKED_PER_HEARTBEAT
from node.engine import Engine
from node.journal_records import JournalRecord
from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError
from simulations.node import SimulatedNode
from simulations.trace import Delivered, Disturbed, Event, Stored, message_in

_Statement = PrePrepare | Prepare | Commit | Checkpoint | ViewChange | NewView
_STATEMENTS: Final = (PrePrepare, Prepare, Commit, Checkpoint, ViewChange, NewView)
_Subject = tuple[object, ...]


class _Memory:
    """What this oracle knows of one honest node since its last start."""

    def __init__(self) -> None:
        self.said: dict[_Subject, bytes] = {}
        self.prepared: set[tuple[int, int]] = set()
        self.committers: defaultdict[int, set[str]] = defaultdict(set)
        self.voters: defaultdict[int, set[str]] = defaultdict(set)
        self.highest_change: dict[str, int] = {}
        self.changes_at: defaultdict[str, deque[int]] = defaultdict(
            lambda: deque(maxlen=CHECKED_PER_HEARTBEAT)
        )
        """When each office last sent view changes, whosever they are, by the clock of this node."""
        self.floor = 0
        self.first_free = 1
        self.owed: set[str] = set()

    def opened(self, record: NewViewRecord, primary: str) -> None:
        """The node is in this view now: what it proposes again, and another new view of it would be a contradiction."""
        stable, new_view = highest_stable(record.view_changes), record.new_view
        self.floor = 0 if stable is None else stable.height
        self.first_free = self.floor + 1 + len(new_view.signatures)
        subject, digest = _said(new_view)
        self.said[primary, *subject] = digest
        for sequence, proposal in proposals_of(record.view_changes):
            self.said[primary, "pre-prepare", new_view.view, sequence] = proposal_digest(proposal)


class EvidenceOracle:
    """Watches what reaches each honest node while it still matters there.

    It judges by what a node is given and stores, and takes a message to matter only where that is certain: so it never
    expects too much, and what it expects must be there.
    """

    kinds: ClassVar = (Delivered, Stored, Disturbed)

    def __init__(self, cluster: Cluster, settings: ReplicaSettings) -> None:
        self._cluster = cluster
        self._settings = settings
        self._keyring = cluster.genesis.keyring()
        self._memories: defaultdict[str, _Memory] = defaultdict(_Memory)
        self._liars_from_the_start: set[str] | None = None
        self._reached: defaultdict[str, set[_Statement]] = defaultdict(set)
        """What such liars signed and a node was given, by the node's name; over its restarts."""
        self.named = 0
        """Contradictions of which evidence was owed, and found."""

    def __call__(self, event: Event) -> None:
        """Take note of an event."""
        if isinstance(event, Delivered):
            if event.frame[:1] == b"\x01" and event.office not in self._cluster.faulty:
                self._delivered(event)
        elif isinstance(event, Stored):
            self._stored(self._memories[event.office], event)
        elif isinstance(event, Disturbed) and event.kind in {"crash", "restart"}:
            for name in event.offices:
                self._memories.pop(name, None)

    def check(self) -> None:
        """Evidence is where it is owed, proves itself, and names no honest office.

        Raises:
            BrokenPromiseError: it is not, does not, or does.
        """
        liars = {self._cluster.nodes[name].office for name in self._cluster.faulty}
        for name, node in self._cluster.nodes.items():
            if node.engine is None or name in self._cluster.faulty:
                continue
            found = {item.office: item for item in node.engine.equivocations()}
            if not set(found) <= liars:
                raise BrokenPromiseError(f"{name} accuses honest offices: {sorted(found)}")
            for item in found.values():
                self._check_proof(name, item)
            owed = self._memories[name].owed
            if "mutedFrames" in node.engine.status().counters:
                continue
            if not owed <= set(found):
                raise BrokenPromiseError(
                    f"{name} was told contradictions by {sorted(owed)}, and names {sorted(found)}"
                )
            self.named += len(owed)

    def _check_proof(self, name: str, item: Equivocation) -> None:
        try:
            verify_equivocation(item, self._keyring)
        except InvalidMessageError as error:
            raise BrokenPromiseError(f"{name} holds evidence of nothing: {error}") from error
        if item.office not in (self._liars_from_the_start or ()):
            return
        for message in (item.first, item.second):
            if message not in self._reached[name]:
                raise BrokenPromiseError(
                    f"{name} holds evidence of nothing: what never reached it: {message!r:.200}"
                )

    def _delivered(self, event: Delivered) -> None:
        if self._liars_from_the_start is None:  # An office that is wiped later said more before.
            self._liars_from_the_start = self._liars()
        try:
            message = message_in(event.frame)
        except MalformedMessageError:
            return
        memory = self._memories[event.office]
        if self._cluster.faulty and isinstance(message, _STATEMENTS):
            self._judge(memory, event, message)
        if isinstance(message, Commit):
            memory.committers[message.sequence].add(event.sender)
        elif isinstance(message, Checkpoint):
            memory.voters[message.height].add(event.sender)
        elif isinstance(message, ViewChange):
            sender, node = self._cluster.nodes[event.sender], self._cluster.nodes[event.office]
            memory.changes_at[sender.office].append(self._clock_of(node))

    def _judge(self, memory: _Memory, event: Delivered, message: _Statement) -> None:
        """Take note of what a liar says, where it matters."""
        signer, sender = self._signer(message), self._cluster.nodes[event.sender].office
        if signer not in self._liars():
            return
        self._reached[event.office].add(message)
        is_own = sender == signer
        if not is_own and not isinstance(message, PrePrepare | ViewChange | NewView):
            return
        node = self._cluster.nodes[event.office]
        if self._matters(memory, node, sender, message) and self._is_signed(message):
            self._take_note(memory, signer, message)
        highest = memory.highest_change.get(signer, 0)
        if isinstance(message, ViewChange) and message.view > highest and self._is_signed(message):
            # Perhaps it was left unread; if it was not, it is the one that is kept from now on.
            memory.highest_change[signer] = message.view

    def _take_note(self, memory: _Memory, signer: str, message: _Statement) -> None:
        subject, digest = _said(message)
        if memory.said.setdefault((signer, *subject), digest) != digest:
            memory.owed.add(signer)

    def _signer(self, message: _Statement) -> str:
        if isinstance(message, PrePrepare | NewView):
            return primary_of(message.view, self._keyring)
        return message.office

    def _liars(self) -> set[str]:
        return {self._cluster.nodes[name].office for name in self._cluster.faulty}

    def _stored(self, memory: _Memory, event: Stored) -> None:
        record = event.record
        if isinstance(record, PreparedRecord):
            memory.prepared.add((record.certificate.view, record.certificate.sequence))
        elif isinstance(record, NewViewRecord):
            memory.opened(record, primary_of(record.new_view.view, self._keyring))
        if self._cluster.faulty:
            self._reached[event.office].update(_statements_in(record))

    def _is_signed(self, message: _Statement) -> bool:
        try:
            match message:
                case PrePrepare():
                    digest = proposal_digest(message.proposal)
                    verify_pre_prepare(message, digest, self._keyring)
                case Prepare() | Commit():
                    verify_vote(message, self._keyring)
                case Checkpoint():
                    verify_checkpoint(message, self._keyring)
                case ViewChange():
                    verify_view_change(message, self._keyring, self._settings.watermark_range)
                case NewView():
                    verify_new_view_signature(message, self._keyring)
        except InvalidMessageError:
            return False
        return True

    # -- what matters where ----------------------------------------------------------------------

    def _matters(
        self, memory: _Memory, node: SimulatedNode, sender: str, message: _Statement
    ) -> bool:
        """Whether it is certain that the node looks at this message."""
        engine, quorum = node.engine, self._keyring.quorum
        if engine is None:
            return False
        match message:
            case PrePrepare():
                subject = primary_of(message.view, self._keyring), *_said(message)[0]
                is_first = message.sequence >= memory.first_free and self._is_proper(node, message)
                return self._is_voted_on(memory, engine, message) and (
                    subject in memory.said or is_first
                )
            case Prepare():
                return (
                    self._is_voted_on(memory, engine, message)
                    and message.office != primary_of(message.view, self._keyring)
                    and (message.view, message.sequence) not in memory.prepared
                )
            case Commit():
                heard = memory.committers[message.sequence] | {message.office, node.office}
                return (
                    self._is_voted_on(memory, engine, message)
                    and message.sequence > node.ledger.height
                    and len(heard) < quorum
                )
            case Checkpoint():
                heard = memory.voters[message.height] | {message.office, node.office}
                # Above what it executed, a new view's floor may have certified the block.
                is_executed = message.height <= node.ledger.height
                return (
                    self._is_inside(engine, message.height) and is_executed and len(heard) < quorum
                )
            case ViewChange() | NewView():
                is_read = isinstance(message, NewView) or self._is_read(memory, node, sender)
                return is_read and _is_for_its_view(memory, engine, message)

    def _is_read(self, memory: _Memory, node: SimulatedNode, sender: str) -> bool:
        """Whether it is certain that a view change of this sender is not left unread (protocol 5.8)."""
        earlier = memory.changes_at[sender]
        return (
            len(earlier) < CHECKED_PER_HEARTBEAT
            or self._clock_of(node) - earlier[0] >= self._settings.heartbeat_ms
        )

    def _clock_of(self, node: SimulatedNode) -> int:
        return node.clock.read(self._cluster.now_ms).monotonic_ms

    def _is_inside(self, engine: Engine, sequence: int) -> bool:
        return engine.stable < sequence <= engine.stable + self._settings.watermark_range

    def _is_voted_on(
        self, memory: _Memory, engine: Engine, message: PrePrepare | Prepare | Commit
    ) -> bool:
        return (
            (message.view, True) == (engine.view, engine.is_active)
            and self._is_inside(engine, message.sequence)
            and message.sequence > memory.floor
        )

    def _is_proper(self, node: SimulatedNode, message: PrePrepare) -> bool:
        try:
            check_proposal(message, node.clock.read(self._cluster.now_ms), self._settings)
        except InvalidMessageError:
            return False
        return True


def _is_for_its_view(memory: _Memory, engine: Engine, message: ViewChange | NewView) -> bool:
    if isinstance(message, NewView):  # One that it is not in may have been wrong, and is forgotten.
        return (message.view, True) == (engine.view, engine.is_active)
    is_ahead = (message.view, not engine.is_active) >= (engine.view, True)
    return is_ahead and message.view >= memory.highest_change.get(message.office, 0)


def _said(message: _Statement) -> tuple[_Subject, bytes]:
    """(what about, what)."""
    match message:
        case PrePrepare():
            digest = proposal_digest(message.proposal)
            return ("pre-prepare", message.view, message.sequence), digest
        case Prepare() | Commit():
            return (type(message).__name__, message.view, message.sequence), message.digest
        case Checkpoint():
            return ("checkpoint", message.height), message.block_hash
        case ViewChange():
            return ("view change", message.view), view_change_message(message)
        case NewView():
            return ("new view", message.view), new_view_message(message)


def _statements_in(record: JournalRecord) -> Iterator[_Statement]:
    """The signed messages of others that a record holds, or that follow from it."""
    match record:
        case AcceptedRecord(message):
            yield message
        case PreparedRecord(certificate):
            digest = proposal_digest(certificate.proposal)
            for office, signature in certificate.prepares:
                yield Prepare(certificate.view, certificate.sequence, digest, office, signature)
        case NewViewRecord(new_view, view_changes):
            yield new_view
            yield from view_changes
            signatures = dict(new_view.signatures)
            for sequence, proposal in proposals_of(view_changes):
                yield PrePrepare(new_view.view, sequence, proposal, signatures[sequence])
