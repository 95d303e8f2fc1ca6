"""The normal case inside one view: pre-prepare, prepare, commit, decide (Castro & Liskov 1999, section 4.2).

Knows nothing of time, view changes or checkpoints; the replica around it does. Every vote that leaves goes
through the `Signer`.
"""

from collections.abc import Callable, Iterator
from typing import Final

from consensus.evidence import Evidence
from consensus.log import Log, Slot
from consensus.messages import (
    Commit,
    Message,
    Prepare,
    PreparedCertificate,
    PrePrepare,
    Proposal,
)
from consensus.output import AcceptedRecord, Decision, Outbox, PreparedRecord, Record
from consensus.safety import Signer
from consensus.signatures import primary_of, proposal_digest, verify_pre_prepare, verify_vote
from crypto.keyring import Keyring

SEQUENCES_SENT_AGAIN: Final = 16
"""Sequence numbers whose votes are repeated to a peer in one go."""


class Ordering:
    """Runs the sequence numbers between the watermarks through the three phases.

    Invariants: 1. A slot is prepared only after this replica accepted its pre-prepare and holds every body
    (protocol 2.3). 2. Decisions leave in order of sequence, each once. 3. A vote is checked only while it can
    still matter.
    """

    def __init__(
        self,
        *,
        keyring: Keyring,
        signer: Signer,
        log: Log,
        outbox: Outbox,
        evidence: Evidence,
        ordered: int,
        body_size: Callable[[bytes], int | None],
        block_bytes: int,
    ) -> None:
        self._keyring = keyring
        self._signer = signer
        self._log = log
        self._outbox = outbox
        self._evidence = evidence
        self._body_size = body_size
        self._block_bytes = block_bytes
        self.ordered = ordered
        """The last sequence that was handed out as a decision."""

    def propose(self, view: int, sequence: int, proposal: Proposal) -> None:
        """Make, accept and send a pre-prepare as the primary."""
        pre_prepare = self._signer.pre_prepare(view, sequence, proposal)
        self._outbox.send(pre_prepare)
        self._take_in(pre_prepare, proposal_digest(proposal))

    def proposed(self, sequence: int) -> PrePrepare | None:
        """The pre-prepare that was taken in for this sequence in the current view."""
        slot = self._log.find(sequence)
        return None if slot is None else slot.pre_prepare

    def accept(self, message: PrePrepare) -> None:
        """Take in the first pre-prepare of the current view for a sequence inside the watermarks.

        Raises:
            InvalidMessageError: its primary did not sign it.
        """
        digest = proposal_digest(message.proposal)
        verify_pre_prepare(message, digest, self._keyring)
        self._take_in(message, digest)

    def vote(self, message: Prepare | Commit) -> None:
        """Take in a vote of the current view inside the watermarks.

        Raises:
            InvalidMessageError: its office did not sign it.
        """
        slot = self._log.slot(message.sequence)
        if isinstance(message, Prepare):
            if slot.own_commit is None and self._count(slot.prepares, message):
                self._prepare_done(slot, message.sequence)
        elif slot.decided is None and self._count(slot.commits, message):
            self._commit_done(slot, message.sequence)

    def body_arrived(self) -> None:
        """Go on with the slots whose bodies may all be here now."""
        if not self.is_waiting():
            return
        for sequence, slot in self._log:
            if slot.pre_prepare is not None and not slot.is_accepted:
                self._prepare(slot, slot.pre_prepare)
                self._commit_done(slot, sequence)

    def is_waiting(self) -> bool:
        """Whether some pre-prepare of this view lists a body that is not here."""
        return any(slot.pre_prepare is not None and not slot.is_accepted for _, slot in self._log)

    def has_unexecuted(self) -> bool:
        """Whether some pre-prepare of this view is not handed out as a decision yet.

        It may be decided itself above a sequence that its primary left out.
        """
        return any(
            slot.pre_prepare is not None and sequence > self.ordered for sequence, slot in self._log
        )

    def skip_to(self, sequence: int) -> None:
        """Blocks up to this sequence came another way; go on behind them."""
        if sequence > self.ordered:
            self.ordered = sequence
            self._hand_out()

    def votes_above(self, executed: int) -> Iterator[Message]:
        """What a peer that executed up to there needs from this replica, lowest sequences first."""
        for sequence in range(executed + 1, executed + 1 + SEQUENCES_SENT_AGAIN):
            slot = self._log.find(sequence)
            if slot is None:
                continue
            for message in (slot.pre_prepare, slot.own_prepare, slot.own_commit):
                if message is not None:
                    yield message

    def missing(self) -> set[bytes]:
        """Digests that pre-prepares of this view list and whose bodies are not here."""
        return {
            digest
            for _, slot in self._log
            if not slot.is_accepted
            for digest in slot.listed
            if self._body_size(digest) is None
        }

    def wants(self, digest: bytes, size: int) -> bool:
        """Whether a pre-prepare waits for this submission of so many bytes, which is not here.

        Not where the bodies would make a block that is too large: nobody may accept that (protocol 2.2).
        """
        return any(
            self._body_bytes(slot) + size <= self._block_bytes or len(slot.listed) == 1
            for _, slot in self._log
            if digest in slot.listed and not slot.is_accepted
        )

    def recall(self, view: int | None, record: Record) -> None:
        """Take in a stored record after a restart; `view` is the one this replica is active in, if it is."""
        if isinstance(record, PreparedRecord):
            self._recall_prepared(view, record.certificate)
        elif isinstance(record, AcceptedRecord) and record.pre_prepare.view == view:
            message = record.pre_prepare
            if message.sequence > self._log.stable:
                self._recall_accepted(message)

    def live_records(self) -> tuple[Record, ...]:
        """The records of sequences above the stable one: acceptances of this view, and certificates."""
        found: list[Record] = []
        for _, slot in self._log:
            if slot.is_accepted and slot.pre_prepare is not None:
                found.append(AcceptedRecord(slot.pre_prepare))
            if slot.prepared is not None:
                found.append(PreparedRecord(slot.prepared))
        return tuple(found)

    def _recall_accepted(self, message: PrePrepare) -> None:
        slot = self._log.recalled_slot(message.sequence)
        slot.take(message, proposal_digest(message.proposal))
        slot.is_accepted = True
        if primary_of(message.view, self._keyring) != self._signer.office:
            vote = self._signer.prepare(message.view, message.sequence, slot.digest)
            slot.own_prepare = slot.prepares[vote.office] = vote
        if message.sequence <= self.ordered:
            slot.decided = message.proposal

    def _recall_prepared(self, view: int | None, certificate: PreparedCertificate) -> None:
        if certificate.sequence <= self._log.stable:
            return
        slot = self._log.recalled_slot(certificate.sequence)
        if slot.prepared is None or slot.prepared.view < certificate.view:
            slot.prepared = certificate
        if certificate.sequence <= self.ordered:
            slot.decided = certificate.proposal
        if certificate.view == view and slot.is_accepted:
            vote = self._signer.commit(view, certificate.sequence, slot.digest)
            slot.own_commit = slot.commits[vote.office] = vote

    def _take_in(self, message: PrePrepare, digest: bytes) -> None:
        slot = self._log.slot(message.sequence)
        slot.take(message, digest)
        self._prepare(slot, message)
        self._commit_done(slot, message.sequence)

    def _prepare(self, slot: Slot, message: PrePrepare) -> None:
        """Accept for good, once every body is here: from now on this replica stands for this digest."""
        if slot.is_accepted or not self._fits(message.proposal):
            return
        self._outbox.store(AcceptedRecord(message))
        slot.is_accepted = True
        if primary_of(message.view, self._keyring) != self._signer.office:
            vote = self._signer.prepare(message.view, message.sequence, slot.digest)
            slot.own_prepare = slot.prepares[vote.office] = vote
            self._outbox.send(vote)
        self._prepare_done(slot, message.sequence)

    def _body_bytes(self, slot: Slot) -> int:
        """Bytes of those bodies that a slot's pre-prepare lists and that are here."""
        return sum(self._body_size(digest) or 0 for digest in slot.listed)

    def _fits(self, proposal: Proposal) -> bool:
        """Whether every body is here and they make no block that is too large (protocol 2.2)."""
        total = 0
        for digest in proposal.submissions:
            size = self._body_size(digest)
            if size is None:
                return False
            total += size
        return total <= self._block_bytes or len(proposal.submissions) == 1

    def _prepare_done(self, slot: Slot, sequence: int) -> None:
        """TM-590 `prepared`: the pre-prepare and prepares of others make a quorum; commit."""
        if slot.own_commit is not None or not slot.is_accepted or slot.pre_prepare is None:
            return
        if len(slot.prepares) + 1 < self._keyring.quorum:
            return
        prepares = slot.matching_prepares()
        if len(prepares) + 1 < self._keyring.quorum:
            return
        message = slot.pre_prepare
        slot.prepared = PreparedCertificate(
            message.view, sequence, message.proposal, message.signature, prepares
        )
        self._outbox.store(PreparedRecord(slot.prepared))
        vote = self._signer.commit(message.view, sequence, slot.digest)
        slot.own_commit = vote
        slot.commits[vote.office] = vote
        self._outbox.send(vote)
        self._commit_done(slot, sequence)

    def _commit_done(self, slot: Slot, sequence: int) -> None:
        """TM-590 `committed`: a quorum committed one digest; with the bodies here it is decided."""
        if slot.decided is not None or slot.pre_prepare is None:
            return
        if len(slot.commits) < self._keyring.quorum:
            return
        if slot.matching_commits() < self._keyring.quorum:
            return
        if not self._fits(slot.pre_prepare.proposal):
            return
        slot.decided = slot.pre_prepare.proposal
        if sequence == self.ordered + 1:
            self._hand_out()

    def _hand_out(self) -> None:
        while True:
            slot = self._log.find(self.ordered + 1)
            if slot is None or slot.decided is None:
                return
            self.ordered += 1
            proposal = slot.decided
            self._outbox.decide(Decision(self.ordered, proposal.time_ms, proposal.submissions))

    def _count(
        self, votes: dict[str, Prepare] | dict[str, Commit], message: Prepare | Commit
    ) -> bool:
        """Take a vote of another office in, after its signature was checked.

        Returns whether it is its first.
        """
        earlier = votes.get(message.office)
        if earlier is not None and (
            earlier.digest == message.digest or message.office in self._evidence
        ):
            return False
        if isinstance(message, Prepare) and message.office == primary_of(
            message.view, self._keyring
        ):
            return False
        verify_vote(message, self._keyring)
        if earlier is not None:
            self._evidence.add(message.office, earlier, message)
            return False
        votes[message.office] = message  # type: ignore[assignment]
        return True
