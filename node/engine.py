"""The engine of a node: replica, ledger and journal joined, synchronously and deterministically.

`node.runner` drives it with sockets, files and the clock; `simulations` drives the same class with a seeded
network, disk and clock. Inputs are `receive`, `submit`, `connected` and `tick`; then `flush` makes everything
durable that they caused, in one go, and hands out what may leave.
"""

from collections import Counter

from consensus.errors import (
    InvalidMessageError,
    MalformedMessageError,
    UnreadMessageError,
    UntimelyProposalError,
)
from consensus.evidence import Equivocation
from consensus.messages import FetchReadIndex, Message, ReadIndex, Status, SubmissionBody
from consensus.output import (
    Decision,
    Instant,
    Output,
    Position,
    PreparedRecord,
    Record,
)
from consensus.pool import Pending
from consensus.reads import Reads
from consensus.replica import Replica
from consensus.settings import ReplicaSettings
from consensus.wire import decode_message
from crypto.digest import sha256
from crypto.signing import SigningKey
from ledger.errors import InvalidSubmissionError, MalformedSubmissionError
from ledger.ledger import Ledger
from ledger.submission import Submission, admit
from node.block_transfer import InvalidBlocksError, import_blocks, serve_blocks
from node.bodies import Bodies
from node.catchup import Blocks, CatchUp, FetchBlocks, decode_catch_up
from node.effects import Effects, EngineStatus, Executed, results_of
from node.journal import Journal
from node.journal_upkeep import JournalUpkeep
from node.outgoing import Outgoing

JOURNAL_BYTES_MAX = 64 * 1024 * 1024
"""Above this the journal is compacted at the next stable checkpoint."""
FAULTS_PER_HEARTBEAT = 64
"""Faulty frames of one peer after which it is not heard for the rest of a heartbeat."""


class SubmissionRefusedError(Exception):
    """The pool has no room for another submission of this office now; try again when some are final."""


class Engine:
    """One office's node without the world around it.

    Invariants: 1. What `flush` hands out rests on durable records and blocks only. 2. Nothing a peer sends
    raises out of `receive`; it is counted. 3. A body stays here from its arrival until the block that executed
    it is stable.
    """

    def __init__(
        self,
        *,
        office: str,
        signing_key: SigningKey,
        ledger: Ledger,
        journal: Journal,
        settings: ReplicaSettings,
        now: Instant,
        journal_bytes_max: int = JOURNAL_BYTES_MAX,
    ) -> None:
        self.office = office
        self._ledger = ledger
        self._keyring = ledger.keyring
        self._bodies = Bodies()
        self._journal = JournalUpkeep(journal, ledger, self._bodies, journal_bytes_max)
        self._counters: Counter[str] = Counter()
        self._outgoing = Outgoing(self._counters)
        self._executed: list[Executed] = []
        self._catch_up = CatchUp(
            settings.heartbeat_ms, settings.watermark_range // 2, ledger.keyring.faults
        )
        self._reads = Reads(office, ledger.keyring.quorum, settings.heartbeat_ms)
        self._faults: dict[str, int] = {}
        self._faults_since = now.monotonic_ms
        self._heartbeat_ms = settings.heartbeat_ms
        self._prepared_lately: set[int] = set()
        """Sequence numbers of certificates that are not durable yet."""
        self._now = now
        records = self._journal.read()
        self._replica = Replica(
            office=office,
            key=signing_key,
            keyring=self._keyring,
            settings=settings,
            position=self._position(),
            records=records,
            body_size=self._bodies.size,
            now=now,
        )
        self._restore_bodies()
        self._absorb(self._replica.tick(now))

    # -- inputs ----------------------------------------------------------------------------------

    def receive(self, sender: str, frame: bytes, now: Instant) -> None:
        """A frame of an authenticated peer; whatever is wrong with it is counted and dropped.

        A peer with many faulty frames is not heard for the rest of a heartbeat: checking them costs.

        Raises:
            DivergedError: a quorum certified another block than this node's; it must stop.
        """
        self._now = now
        if self._is_muted(sender):
            self._counters["mutedFrames"] += 1
            return
        try:
            if frame[:1] == b"\x00":
                self._receive_catch_up(sender, frame[1:])
            elif frame[:1] == b"\x01":
                self._receive_message(sender, decode_message(frame[1:]))
            else:  # There are two kinds; of another one nothing is taken for a message.
                self._fault(sender, "malformedFrames")
        except MalformedMessageError:
            self._fault(sender, "malformedFrames")
        except UntimelyProposalError:
            self._counters["untimelyProposals"] += 1
        except UnreadMessageError:
            self._counters["unreadMessages"] += 1
        except InvalidMessageError:
            self._fault(sender, "invalidMessages")
        except (MalformedSubmissionError, InvalidSubmissionError):
            self._fault(sender, "refusedSubmissions")
        except InvalidBlocksError:
            self._fault(sender, "invalidBlocks")
            self._catch_up.answered(now, in_vain=True)

    def submit(self, submission: Submission, now: Instant) -> None:
        """An admitted submission of this node's own clients: pass it to every replica.

        One that was executed within its validity is reported again, with its first result.

        Raises:
            SubmissionRefusedError: this office has too many pending; nothing was changed.
        """
        self._now = now
        executed_height = self._ledger.executed_height(submission.digest)
        if executed_height is not None:
            self._report_again(submission.digest, executed_height)
            return
        if submission.digest in self._replica.pool:
            return
        pool, size = self._replica.pool, len(submission.data)
        account = pool.account_for(submission.office, size, submission.office)
        if account is None:
            raise SubmissionRefusedError(
                f"expected room for a submission of {submission.office}, got {len(pool)} pending"
            )
        self._outgoing.send(None, SubmissionBody(submission.data))
        self._take_in(submission, account)

    def read(self, nonce: bytes, now: Instant) -> int:
        """A linearizable read begins: it may be answered once `Effects.readable` reaches this number.

        The nonce: 16 random bytes. The reads of a round share one.
        """
        self._now = now
        return self._reads.begin(nonce)

    def connected(self, peer: str, now: Instant) -> None:
        """A link to this peer came up: say where this node stands, and give it what is pending of this office.

        What is beyond the peer's share of this flush it gets when it is overdue (docs/protocol.md 2.5).
        """
        self._now = now
        self._absorb(self._replica.connected(peer, now))
        for digest, pending in self._replica.pool:
            if pending.office == self.office:
                self._relay(peer, digest)

    def tick(self, now: Instant) -> None:
        """Time has passed."""
        self._now = now
        self._absorb(self._replica.tick(now))
        self._ask_for_blocks()

    def flush(self) -> Effects:
        """Make everything since the last flush durable (one sync for all of it), then hand out what may leave."""
        self._care_for_reads()
        self._sync()
        deadlines = (
            self._replica.next_wake_ms(),
            self._catch_up.next_ms(self._now),
            self._reads.next_ms(),
        )
        effects = Effects(
            self._outgoing.take(),
            tuple(self._executed),
            self._reads.ended,
            min(at_ms for at_ms in deadlines if at_ms is not None),
        )
        self._executed = []
        return effects

    def _sync(self) -> None:
        self._ledger.sync()  # First: what the journal calls stable is then durable.
        self._journal.sync()
        self._prepared_lately.clear()

    @property
    def view(self) -> int:
        """The view this node is in, or on its way into."""
        return self._replica.view

    @property
    def is_active(self) -> bool:
        """Whether it takes part in its view; false while it waits for the new view."""
        return self._replica.is_active

    @property
    def stable(self) -> int:
        """The height of the last stable checkpoint."""
        return self._replica.stable

    @property
    def pending(self) -> int:
        """Submissions that wait here to be executed."""
        return len(self._replica.pool)

    def held(self) -> dict[str, int]:
        """How much of each kind this node holds in memory: every one is bounded (docs/protocol.md 9)."""
        held = {"bodies": len(self._bodies), "body bytes": self._bodies.size_bytes}
        return self._replica.held() | held

    def equivocations(self) -> tuple[Equivocation, ...]:
        """What this node holds against offices that contradicted themselves: signed, so it proves itself."""
        return tuple(self._replica.evidence)

    def status(self) -> EngineStatus:
        """Where this node stands."""
        replica = self._replica
        return EngineStatus(
            view=replica.view,
            is_active=replica.is_active,
            primary=replica.primary,
            height=self._ledger.height,
            stable=replica.stable,
            pending=len(replica.pool),
            catch_up_target=max(self._catch_up.target, self._ledger.height),
            peers=dict(replica.peers),
            counters=dict(self._counters),
            evidence=self.equivocations(),
        )

    # -- messages --------------------------------------------------------------------------------

    def _receive_message(self, sender: str, message: Message) -> None:
        if isinstance(message, SubmissionBody):
            self._receive_body(sender, message.data)
            return
        if isinstance(message, FetchReadIndex):
            self._reads.asked(sender, message)
            return
        if isinstance(message, ReadIndex):
            self._reads.answered(sender, message)
            return
        self._absorb(self._replica.receive(sender, message, self._now))
        if isinstance(message, Status):
            self._ask_for_blocks()

    def _receive_body(self, sender: str, data: bytes) -> None:
        """Admit a submission once; one that a pre-prepare waits for is taken in even where there is no room."""
        digest = sha256(data)
        if digest in self._bodies:
            return
        if self._ledger.executed_height(digest) is not None:
            if self._replica.wants(digest, len(data)):
                self._bodies.add_again(admit(data, self._keyring))
                self._absorb(self._replica.body_arrived(self._now))
            return
        submission = admit(data, self._keyring)
        account = self._replica.pool.account_for(submission.office, len(data), sender)
        if account is None and not self._replica.wants(digest, len(data)):
            self._counters["overflowingSubmissions"] += 1
            return
        self._take_in(submission, account or submission.office)

    def _take_in(self, submission: Submission, account: str) -> None:
        self._bodies.add(submission)
        pending = Pending(submission.office, len(submission.data), self._now.monotonic_ms, account)
        self._absorb(self._replica.submit(submission.digest, pending, self._now))

    def _receive_catch_up(self, sender: str, frame: bytes) -> None:
        message = decode_catch_up(frame)
        if isinstance(message, FetchBlocks):
            if self._outgoing.may_answer_with_blocks(sender):
                answer = serve_blocks(self._ledger, message.from_height)
                if answer is not None:
                    self._outgoing.give_blocks(sender, answer)
        elif self._catch_up.is_awaited(sender):
            self._import(message)

    def _is_muted(self, sender: str) -> bool:
        if self._now.monotonic_ms - self._faults_since >= self._heartbeat_ms:
            self._faults_since = self._now.monotonic_ms
            self._faults.clear()
        return self._faults.get(sender, 0) >= FAULTS_PER_HEARTBEAT

    def _fault(self, sender: str, name: str) -> None:
        self._faults[sender] = self._faults.get(sender, 0) + 1
        self._counters[name] += 1

    # -- what the replica asks for ---------------------------------------------------------------

    def _absorb(self, output: Output) -> None:
        """Carry out one output; decisions are executed here and their checkpoints follow at once."""
        if output.stable is not None:
            self._journal.store_stable(output.stable)
        for record in output.store:
            self._store(record)
        for send in output.send:
            self._outgoing.send(send.to, send.message)
        for to, digest in output.relay:
            self._relay(to, digest)
        for decision in output.decided:
            self._execute(decision)
        if output.stable is not None:
            self._ledger.attach_certificate(output.stable)
            self._bodies.forget_stable(output.stable.height, self._replica.listed())
            if self._journal.is_large:
                self._journal.rewrite(self._replica.live_records())

    def _relay(self, to: str | None, digest: bytes) -> None:
        submission = self._bodies.get(digest)
        if submission is not None:
            others = [peer for peer in self._keyring.offices if peer != self.office]
            self._outgoing.give_body(others if to is None else [to], submission.data)

    def _store(self, record: Record) -> None:
        if isinstance(record, PreparedRecord):
            self._prepared_lately.add(record.certificate.sequence)
        self._journal.store(record)

    def _execute(self, decision: Decision) -> None:
        if decision.sequence in self._prepared_lately:
            # This node's own vote may have decided it, and a block can outlive what is not synced.
            self._sync()
        submissions = [self._bodies[digest] for digest in decision.submissions]
        block = self._ledger.append(decision.sequence, decision.time_ms, submissions, durable=False)
        self._bodies.executed(decision.sequence, decision.submissions)
        self._catch_up.progressed()
        self._executed += results_of(block, decision.submissions)
        self._absorb(self._replica.block_executed(decision.sequence, block.hash, self._now))

    def _report_again(self, digest: bytes, height: int) -> None:
        block = self._ledger.block(height)
        digests = tuple(sha256(item.data) for item in block.submissions)
        self._executed += [item for item in results_of(block, digests) if item.digest == digest]

    def _care_for_reads(self) -> None:
        """Answer and ask what concerns linearizable reads, once for everything that came since the last flush."""
        if self._reads.is_idle:
            return
        sends = self._reads.turn(
            executed=self._ledger.height,
            prepared=self._replica.highest_prepared,
            now=self._now,
        )
        for send in sends:
            self._outgoing.send(send.to, send.message)

    # -- catching up -----------------------------------------------------------------------------

    def _ask_for_blocks(self) -> None:
        peer = self._catch_up.whom_to_ask(
            self._ledger.height, self._replica.stable, self._replica.peers, self._now
        )
        if peer is not None:
            self._outgoing.send_catch_up(peer, FetchBlocks(self._ledger.height + 1))

    def _import(self, message: Blocks) -> None:
        imported = import_blocks(self._ledger, message)
        self._catch_up.answered(self._now, in_vain=imported is None)
        if imported is None:
            return
        self._ledger.attach_certificate(imported.certificate)
        executed: list[bytes] = []
        for block, digests in imported.blocks:
            self._executed += results_of(block, digests)
            executed += digests
        self._absorb(self._replica.caught_up(imported.certificate, executed, self._now))
        self._bodies.drop(executed, self._replica.listed())
        self._counters["blocksCaughtUp"] += len(imported.blocks)
        self._ask_for_blocks()

    # -- the start -------------------------------------------------------------------------------

    def _restore_bodies(self) -> None:
        """After a restart: keep the bodies that something lists, and let those not executed be pending."""
        self._journal.rewrite(self._replica.live_records())
        self._bodies.keep_journaled()
        for height in range(self._replica.stable + 1, self._ledger.height + 1):
            block = self._ledger.block(height)
            digests = tuple(sha256(item.data) for item in block.submissions)
            self._bodies.executed(height, digests)
        for submission in self._bodies.not_executed():
            if self._ledger.executed_height(submission.digest) is None:
                self._take_in(submission, submission.office)

    def _position(self) -> Position:
        stable = self._ledger.latest_certificate()
        height = 0 if stable is None else stable.height
        hashes = tuple(
            (above, self._ledger.block_hash(above))
            for above in range(height + 1, self._ledger.height + 1)
        )
        return Position(self._ledger.height, hashes, stable)
