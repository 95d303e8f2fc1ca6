"""A PBFT replica as a value machine: messages, submissions and the time in; one `Output` out.

Castro & Liskov 1999 with signed messages throughout, digests in the pre-prepare, a checkpoint at every sequence
number, and retransmission by status messages (Castro & Liskov 2002, section 5.2). It holds no clock, socket or
file, and never the bodies of submissions: the shell keeps those. The rules are numbered in docs/protocol.md.
"""

from collections.abc import Callable, Iterable, Sequence

from consensus.checkpoints import Checkpoints
from consensus.early_votes import EarlyVotes
from consensus.errors import InvalidMessageError
from consensus.evidence import Evidence, contradicts
from consensus.log import Log
from consensus.messages import (
    Checkpoint,
    Commit,
    FetchReadIndex,
    FetchSubmissions,
    FetchViewChanges,
    Message,
    NewView,
    Prepare,
    PrePrepare,
    ReadIndex,
    Status,
    SubmissionBody,
    ViewChange,
)
from consensus.ordering import Ordering
from consensus.output import Instant, Outbox, Output, Position, Record
from consensus.pool import Pending, Pool
from consensus.proposing import Proposer, check_proposal
from consensus.retransmission import Retransmission
from consensus.safety import Signer
from consensus.settings import ReplicaSettings
from consensus.signatures import expect_own, primary_of, proposal_digest, verify_pre_prepare
from consensus.timers import Timers
from consensus.view_change import OpenedView
from consensus.views import Views
from crypto.certificate import CheckpointCertificate
from crypto.keyring import Keyring
from crypto.signing import SigningKey


class Replica:
    """One office's replica.

    Invariants: 1. At most one digest is accepted for a view and sequence (`Signer`). 2. Decisions come in
    order, each once. 3. Every buffer is bounded per sender. 4. A refused message changes nothing.
    """

    def __init__(
        self,
        *,
        office: str,
        key: SigningKey,
        keyring: Keyring,
        settings: ReplicaSettings,
        position: Position,
        records: Sequence[Record],
        body_size: Callable[[bytes], int | None],
        now: Instant,
    ) -> None:
        self.office = office
        self._keyring = keyring
        self._settings = settings
        self._outbox = Outbox()
        self.evidence = Evidence()
        """Offices that contradicted themselves, with what they signed."""
        self._checkpoints = Checkpoints(keyring, position.stable, self.evidence)
        self._signer = Signer(office, key, keyring)
        self._log = Log(self._checkpoints.stable_height, settings.watermark_range)
        self.ordering = Ordering(
            keyring=keyring,
            signer=self._signer,
            log=self._log,
            outbox=self._outbox,
            evidence=self.evidence,
            ordered=position.executed,
            body_size=body_size,
            block_bytes=settings.block_bytes,
        )
        self.views = Views(keyring, self._signer, self._log, settings, self.evidence)
        self._early = EarlyVotes(settings.early_per_office)
        self.pool = Pool(settings)
        self._body_size = body_size
        self.executed = position.executed
        self._timers = Timers(settings, now, keyring.faults)
        self._retransmission = Retransmission(
            views=self.views,
            ordering=self.ordering,
            checkpoints=self._checkpoints,
            timers=self._timers,
            outbox=self._outbox,
        )
        self._proposer = Proposer(settings, self._log, self.pool, self._timers)
        self._recall(records)
        self._take_floor()
        self._proposer.next_sequence = self._first_free_sequence()
        for height, block_hash in position.block_hashes:
            self._vote_checkpoint(height, block_hash)

    # -- what it tells ---------------------------------------------------------------------------

    @property
    def view(self) -> int:
        """The view this replica is in, or on its way into."""
        return self.views.view

    @property
    def is_active(self) -> bool:
        """Whether it takes part in its view; false while it waits for the new view."""
        return self.views.is_active

    @property
    def primary(self) -> str:
        """The office that leads the view."""
        return primary_of(self.view, self._keyring)

    @property
    def stable(self) -> int:
        """The height of the last stable checkpoint."""
        return self._log.stable

    @property
    def highest_prepared(self) -> int:
        """The highest sequence above the stable one that this replica is prepared for; 0 for none.

        Leaves out what a view change left behind: no quorum committed it, and perhaps nothing comes there
        for long (docs/protocol.md 8.2).
        """
        first_free = self.views.first_free if self.is_active else None
        return max(
            (
                sequence
                for sequence, slot in self._log
                if slot.prepared is not None
                if first_free is None or sequence < first_free or slot.prepared.view == self.view
            ),
            default=0,
        )

    @property
    def peers(self) -> dict[str, Status]:
        """The last status of each peer, as heard; proves nothing."""
        return self._retransmission.peers

    def held(self) -> dict[str, int]:
        """How much of each kind is held: every one is bounded (docs/protocol.md 9)."""
        return {
            "slots": len(self._log),
            "checkpoint votes": self._checkpoints.held,
            "view changes": self.views.held_changes,
            "early votes": len(self._early),
            "pending submissions": len(self.pool),
        }

    def next_wake_ms(self) -> int:
        """The monotonic time at which `tick` is wanted next."""
        return self._timers.next_ms()

    def wants(self, digest: bytes, size: int) -> bool:
        """Whether a pre-prepare waits for this submission of so many bytes, which the shell does not hold."""
        return self.ordering.wants(digest, size)

    def live_records(self) -> tuple[Record, ...]:
        """The records that a restart still needs, oldest first: what a compacted journal holds."""
        return self.views.live_records() + self.ordering.live_records()

    # -- what it is told -------------------------------------------------------------------------

    def listed(self) -> set[bytes]:
        """Digests that something above the stable height lists: their bodies must be kept."""
        return self._log.listed()

    def submit(self, digest: bytes, pending: Pending, now: Instant) -> Output:
        """A submission whose body the shell holds, and has found room for (`pool.account_for`)."""
        if digest not in self.pool:
            self.pool.add(digest, pending)
            self.ordering.body_arrived()
        return self._finish(now)

    def body_arrived(self, now: Instant) -> Output:
        """A body that a pre-prepare lists came in, of a submission that was executed before: it is not pending."""
        self.ordering.body_arrived()
        return self._finish(now)

    def receive(self, sender: str, message: Message, now: Instant) -> Output:
        """A message of an authenticated peer.

        Raises:
            InvalidMessageError: it breaks the protocol; nothing was changed.
            DivergedError: a quorum certified another block than this node's.
        """
        self._timers.heard(sender, now)
        match message:
            case PrePrepare() | Prepare() | Commit():
                self._receive_ordering(sender, message, now)
            case Checkpoint():
                self._receive_checkpoint(sender, message)
            case ViewChange():
                self._receive_view_change(sender, message, now)
            case NewView():
                self._receive_new_view(sender, message, now)
            case Status():
                self._retransmission.receive_status(sender, message, now)
            case FetchSubmissions() | FetchViewChanges():
                self._retransmission.answer(sender, message, now)
            case SubmissionBody() | FetchReadIndex() | ReadIndex():
                raise InvalidMessageError("bodies and the questions of reads are the shell's")
        return self._finish(now)

    def block_executed(self, height: int, block_hash: bytes, now: Instant) -> Output:
        """The shell executed the decision at this height, durably; returns the checkpoint vote.

        Raises:
            DivergedError: a quorum certified another block at this height.
        """
        self._executed(height, block_hash, now)
        return self._finish(now)

    def caught_up(
        self, certificate: CheckpointCertificate, digests: Iterable[bytes], now: Instant
    ) -> Output:
        """Blocks were fetched and applied, with these submissions, up to this (checked) certificate."""
        self._remove_from_pool(digests, now)
        if certificate.height > self.executed:
            self._timers.progressed(now)
        self.executed = max(self.executed, certificate.height)
        self.ordering.skip_to(certificate.height)
        self._checkpoints.add_certificate(certificate)
        self._stabilise(certificate.height)
        self._proposer.next_sequence = max(
            self._proposer.next_sequence, self._first_free_sequence()
        )
        return self._finish(now)

    def connected(self, peer: str, now: Instant) -> Output:
        """A link to the peer came up: tell it where this replica stands, so that it sends what is lacking."""
        self._timers.heard(peer, now)
        self._outbox.send(self._status(), peer)
        return self._finish(now)

    def tick(self, now: Instant) -> Output:
        """Time has passed: heartbeats, missing bodies, and leaving a view that makes no progress."""
        if self._timers.heartbeat_due(now):
            self._outbox.send(self._status())
        self._care_for_bodies(now)
        if self.is_active:
            if self._timers.reachable(now) + 1 < self._keyring.quorum:
                self._timers.postpone(now)
            elif self._timers.view_expired(now, self.pool.oldest_by_office()):
                self._leave_for(self.view + 1, now)
            else:
                rejoin = self._timers.to_rejoin(now, self.views.waiting_nearby())
                if rejoin is not None:
                    self._leave_for(rejoin, now)
        elif self._timers.new_view_expired(now):
            self._leave_for(self.view + 1, now)
        else:
            is_stranded = self.views.is_stranded()
            waiting = self.views.waiting_nearby()
            follow = self._timers.to_follow(now, waiting, is_stranded=is_stranded)
            if follow is not None:
                self._leave_for(follow, now)
        return self._finish(now)

    # -- ordering --------------------------------------------------------------------------------

    def _receive_ordering(
        self, sender: str, message: PrePrepare | Prepare | Commit, now: Instant
    ) -> None:
        if message.view > self.view or (message.view == self.view and not self.is_active):
            self._early.keep(sender, message)
            return
        if message.view < self.view or not self._log.is_inside(message.sequence):
            return
        if message.sequence <= self.views.floor:
            return  # Stable when the view began: fixed for good, and perhaps unknown here (protocol 5.4).
        if isinstance(message, PrePrepare):
            self._receive_pre_prepare(message, now)
        else:
            expect_own(sender, message)
            self.ordering.vote(message)

    def _receive_pre_prepare(self, message: PrePrepare, now: Instant) -> None:
        """Accept the first one for its sequence; what the primary said before is compared before any rule is."""
        known = self.ordering.proposed(message.sequence)
        earlier = known or self.views.reproposed(message.sequence)
        if earlier is None:
            check_proposal(message, now, self._settings)
            self.ordering.accept(message)
        elif contradicts(earlier, message):
            self._accuse_primary(earlier, message)
        elif known is None:
            self.ordering.accept(earlier)

    def _accuse_primary(self, earlier: PrePrepare, message: PrePrepare) -> None:
        """Whoever passed the second one on is not to blame, unless the primary did not sign it."""
        primary = primary_of(message.view, self._keyring)
        if primary not in self.evidence:
            verify_pre_prepare(message, proposal_digest(message.proposal), self._keyring)
            self.evidence.add(primary, earlier, message)

    def _propose(self, now: Instant) -> None:
        """As the primary: propose what is due (protocol 2.1)."""
        self._timers.gathered()
        if self.is_active and self.primary == self.office:
            for sequence, proposal in self._proposer.proposals(self.executed, now):
                self.ordering.propose(self.view, sequence, proposal)

    def _care_for_bodies(self, now: Instant) -> None:
        """Ask for bodies that are missing here (protocol 2.3), pass on those that wait for long (2.5)."""
        if self._timers.fetch_due(now, has_missing=self.ordering.is_waiting()):
            lacking = sorted(self.ordering.missing())[: self._settings.submissions_per_block]
            if lacking:
                self._outbox.send(FetchSubmissions(tuple(lacking)))
        for digest, to_all in self._timers.overdue(now, self.pool):
            if to_all:
                self._outbox.relay(digest)
            elif self.primary != self.office:
                self._outbox.relay(digest, self.primary)

    # -- checkpoints -----------------------------------------------------------------------------

    def _executed(self, height: int, block_hash: bytes, now: Instant) -> None:
        assert height == self.executed + 1, f"height {height} after {self.executed}"
        self.executed = height
        slot = self._log.find(height)
        if slot is not None and slot.decided is not None:
            self._remove_from_pool(slot.decided.submissions, now)
        self.views.made_progress()
        self._timers.progressed(now)
        self._vote_checkpoint(height, block_hash)

    def _remove_from_pool(self, digests: Iterable[bytes], now: Instant) -> None:
        executed = set(digests)
        offices = {pending.office for digest, pending in self.pool if digest in executed}
        self._timers.served(offices, now)
        self.pool.remove(executed)

    def _vote_checkpoint(self, height: int, block_hash: bytes) -> None:
        if height > self.stable:
            vote = self._signer.checkpoint(height, block_hash)
            self._outbox.send(vote)
            self._checkpoints.add_own(vote)
            self._stabilise(height)

    def _receive_checkpoint(self, sender: str, message: Checkpoint) -> None:
        expect_own(sender, message)
        if self._log.is_inside(message.height):
            self._checkpoints.add(message)
            self._stabilise(message.height)

    def _stabilise(self, height: int) -> None:
        """Move the watermarks up to this height if it is stable now."""
        certificate = self._checkpoints.stabilise(height, self.executed)
        if certificate is not None:
            self._log.advance(height)
            self._signer.forget(height)
            self._outbox.stabilise(certificate)

    # -- views -----------------------------------------------------------------------------------

    def _leave_for(self, view: int, now: Instant) -> None:
        record = self.views.leave_for(view, self._checkpoints.stable)
        self._outbox.store(record)
        self._outbox.send(record.view_change)
        self._timers.left_view(now)
        self._try_new_view(now)

    def _receive_view_change(self, sender: str, message: ViewChange, now: Instant) -> None:
        if not self.views.take_in(sender, message, now):
            return
        self._try_enter_unless_invalid(now)
        joined = self.views.view_to_join()
        if joined is not None:
            self._leave_for(joined, now)
        else:
            self._try_new_view(now)

    def _try_new_view(self, now: Instant) -> None:
        """With a quorum on its way here: open the view as its primary, or expect it to be opened in time."""
        if self.is_active or not self.views.has_quorum():
            return
        if self.primary == self.office:
            opened = self.views.open()
            self._outbox.send(opened.new_view)
            self._enter(opened, now)
        else:
            self._timers.expect_new_view(now, self.views.attempts)

    def _receive_new_view(self, sender: str, message: NewView, now: Instant) -> None:
        """Await the view, and ask the sender for the view changes that lack."""
        if not self.views.consider(message):
            return
        lacking = self.views.lacking(message.view)
        primary = primary_of(message.view, self._keyring)
        if lacking and self._timers.may_ask_for_changes(primary, sender, now):
            self._outbox.send(FetchViewChanges(lacking), sender)
        self._try_enter(now)

    def _try_enter(self, now: Instant) -> None:
        """Enter an awaited view of which every view change is here."""
        opened = self.views.complete()
        if opened is not None:
            self._enter(opened, now)

    def _try_enter_unless_invalid(self, now: Instant) -> None:
        try:
            self._try_enter(now)
        except InvalidMessageError:
            return  # The new view was wrong, not the view change that completed it.

    def _enter(self, opened: OpenedView, now: Instant) -> None:
        record = self.views.enter(opened)
        self._outbox.store(record)
        self._timers.entered_view(now, self.views.attempts)
        self._take_floor()
        for pre_prepare in opened.pre_prepares:
            if self._log.is_inside(pre_prepare.sequence):
                self.ordering.accept(pre_prepare)
        self._proposer.next_sequence = self._first_free_sequence()
        for sender, early in self._early.take(self.view):
            try:
                self._receive_ordering(sender, early, now)
            except InvalidMessageError:
                continue  # It was kept unread; what is wrong with it harms nobody now.

    def _take_floor(self) -> None:
        """What the view began with as stable is stable here too, as soon as it is executed here."""
        opened = self.views.opened
        if opened is not None and opened.floor is not None and opened.floor.height > self.stable:
            self._checkpoints.add_certificate(opened.floor)
            self._stabilise(opened.floor.height)

    def _first_free_sequence(self) -> int:
        last = max((n for n, slot in self._log if slot.pre_prepare is not None), default=0)
        return max(max(last, self.executed, self.stable) + 1, self.views.first_free)

    # -- every step ------------------------------------------------------------------------------

    def _status(self) -> Status:
        return Status(self.view, self.is_active, self.executed, self.stable)

    def _recall(self, records: Sequence[Record]) -> None:
        for record in records:
            self._signer.recall(record)
            self.views.recall(record)
        for record in records:
            self.ordering.recall(self.view if self.is_active else None, record)

    def _finish(self, now: Instant) -> Output:
        self._propose(now)
        self._timers.watch(
            now,
            has_work=self.is_active and (bool(len(self.pool)) or self.ordering.has_unexecuted()),
            has_missing=self.ordering.is_waiting(),
        )
        return self._outbox.take()
