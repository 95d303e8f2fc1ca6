"""What an office stands for by its records: what is durable, and what a crash may still take (docs/protocol.md 3)."""

from collections.abc import Iterator

from consensus.messages import NewView, PrePrepare, Proposal, ViewChange
from consensus.output import AcceptedRecord, NewViewRecord, PreparedRecord, Record, ViewChangeRecord
from consensus.signatures import proposal_digest, view_change_digest
from simulations.rules import proofs
from simulations.rules.breach import expect


class Standing:
    """The view an office is in, as its records say."""

    def __init__(self) -> None:
        self.view = 0
        self.votes = True
        """False on the way into the view."""
        self.floor = 0
        self.demanded: dict[int, Proposal] = {}
        """What the view's new view proposes again, by sequence."""

    def follow(self, record: Record) -> None:
        """Take a record up."""
        if isinstance(record, ViewChangeRecord):
            self._move(record.view_change.view, votes=False)
        elif isinstance(record, NewViewRecord):
            self._move(record.new_view.view, votes=True)
            self.floor, self.demanded = proofs.demanded_by(record.view_changes)

    def _move(self, view: int, *, votes: bool) -> None:
        self.view, self.votes = view, votes
        self.floor, self.demanded = 0, {}


class Journal:
    """Every record that an office ever stored. What became durable binds it for ever."""

    def __init__(self) -> None:
        self._ever: set[Record] = set()
        self._pending: list[Record] = []
        self.proposals: dict[bytes, Proposal] = {}
        """What was accepted, by digest."""
        self.accepted: dict[tuple[int, int], bytes] = {}
        self.prepared: dict[tuple[int, int], PreparedRecord] = {}
        self.left: dict[int, bytes] = {}
        self.entered: dict[int, NewView] = {}

    def has(self, record: Record) -> bool:
        """Whether this record was ever stored, durable or not."""
        return record in self._ever

    def add(self, record: Record) -> None:
        """A record was stored, or found after a restart; durable after the next sync."""
        self._ever.add(record)
        self._pending.append(record)
        if isinstance(record, AcceptedRecord):
            proposal = record.pre_prepare.proposal
            self.proposals[proposal_digest(proposal)] = proposal

    def sync(self) -> None:
        """Everything stored so far is durable.

        Raises:
            Breach: it contradicts what was durable before.
        """
        pending, self._pending = self._pending, []
        for record in pending:
            self._bind(record)

    def crash(self) -> None:
        """What was not synced may be gone; what is left is found again."""
        self._pending = []

    def is_accepted(self, view: int, sequence: int, digest: bytes) -> bool:
        """Whether a pre-prepare was accepted here, durable or not."""
        return self.accepted.get((view, sequence)) == digest or any(
            isinstance(record, AcceptedRecord)
            and (record.pre_prepare.view, record.pre_prepare.sequence) == (view, sequence)
            and proposal_digest(record.pre_prepare.proposal) == digest
            for record in self._pending
        )

    def opened_with(self, message: PrePrepare) -> bool:
        """Whether the durable new view of its view holds this pre-prepare (5.4), whose bodies may still lack here."""
        opened = self.entered.get(message.view)
        return opened is not None and (message.sequence, message.signature) in opened.signatures

    def certificates(self) -> dict[int, PreparedRecord]:
        """By sequence, the prepared certificate of the highest view, durable or not."""
        pending = [record for record in self._pending if isinstance(record, PreparedRecord)]
        found: dict[int, PreparedRecord] = {}
        for record in (*self.prepared.values(), *pending):
            sequence = record.certificate.sequence
            if sequence not in found or found[sequence].certificate.view < record.certificate.view:
                found[sequence] = record
        return found

    def commits(self, sequence: int) -> Iterator[tuple[int, int, bytes]]:
        """(view, sequence, digest) of what the office is prepared for at a sequence, durable or not."""
        for record in (*self.prepared.values(), *self._pending):
            if isinstance(record, PreparedRecord) and record.certificate.sequence == sequence:
                digest = proposal_digest(record.certificate.proposal)
                yield record.certificate.view, sequence, digest

    @property
    def view_left(self) -> int:
        """The highest view that the office durably left for or entered."""
        return max((*self.left, *self.entered), default=0)

    def forget(self, sequence: int) -> None:
        """Drop what concerns sequences up to this one, which are stable."""
        self.accepted = {key: value for key, value in self.accepted.items() if key[1] > sequence}
        self.prepared = {key: value for key, value in self.prepared.items() if key[1] > sequence}

    def _bind(self, record: Record) -> None:
        if isinstance(record, AcceptedRecord):
            message = record.pre_prepare
            place, digest = (message.view, message.sequence), proposal_digest(message.proposal)
            known = self.accepted.setdefault(place, digest)
            expect("3.2", known == digest, f"a second digest accepted at {place}")
        elif isinstance(record, PreparedRecord):
            certificate = record.certificate
            self.prepared[certificate.view, certificate.sequence] = record
        elif isinstance(record, ViewChangeRecord):
            self._left(record.view_change)
        else:
            message_known = self.entered.setdefault(record.new_view.view, record.new_view)
            expect("3.2", message_known == record.new_view, "a second new view entered by")

    def _left(self, change: ViewChange) -> None:
        digest = view_change_digest(change)
        known = self.left.setdefault(change.view, digest)
        expect("3.2", known == digest, f"a second view change for view {change.view}")
