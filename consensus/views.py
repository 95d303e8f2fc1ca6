"""Which view a replica is in, and how it gets from one to the next (Castro & Liskov 1999, section 4.4).

One view change is kept per office, the highest; messages of views to come are kept per sender in a short queue.
So memory is bounded whatever is sent.
"""

from collections import deque
from collections.abc import Iterator

from consensus.log import Log
from consensus.messages import Commit, Message, NewView, Prepare, PrePrepare, ViewChange
from consensus.output import NewViewRecord, Record, ViewChangeRecord
from consensus.safety import Signer
from consensus.settings import ReplicaSettings
from consensus.signatures import verify_view_change
from consensus.view_change import proposals_of, verify_new_view
from crypto.certificate import CheckpointCertificate
from crypto.keyring import Keyring

Early = PrePrepare | Prepare | Commit


class Views:
    """The current view, the view changes of all offices, and the proof of the current view.

    Invariants: 1. The view never falls. 2. A replica that left for a view votes in no lower one. 3. It is
    active only in view 0 or by a valid new view.
    """

    def __init__(
        self, keyring: Keyring, signer: Signer, log: Log, settings: ReplicaSettings
    ) -> None:
        self._keyring = keyring
        self._signer = signer
        self._log = log
        self._settings = settings
        self.view = 0
        self.is_active = True
        self.attempts = 0
        """View changes since something was executed."""
        self.reproposed: frozenset[int] = frozenset()
        """Sequences that the current new view proposed again; their time is not judged (protocol 2.2)."""
        self._changes: dict[str, ViewChange] = {}
        self._new_view: NewView | None = None
        self._early: dict[str, deque[Early]] = {}

    @property
    def highest_reproposed(self) -> int:
        """The highest sequence of the current new view; 0 when it has none."""
        return max(self.reproposed, default=0)

    def made_progress(self) -> None:
        """Something was executed in this view."""
        self.attempts = 0

    def keep_early(self, sender: str, message: Early) -> None:
        """Keep a message of a view that this replica is not in yet; of many the latest."""
        queue = self._early.get(sender)
        if queue is None:
            queue = self._early[sender] = deque(maxlen=self._settings.early_per_office)
        queue.append(message)

    def take_early(self) -> Iterator[tuple[str, Early]]:
        """(sender, message) of what was kept for the current view; what is for later views stays."""
        for sender, queue in sorted(self._early.items()):
            kept = tuple(queue)
            queue.clear()
            queue.extend(message for message in kept if message.view > self.view)
            for message in kept:
                if message.view == self.view:
                    yield sender, message

    def leave_for(self, view: int, stable: CheckpointCertificate | None) -> ViewChangeRecord:
        """Leave the current view; returns the record that holds the signed view change."""
        unsigned = ViewChange(view, stable, self._log.prepared_certificates(), "", b"")
        message = self._signer.view_change(unsigned)
        self.view = view
        self.is_active = False
        self.attempts += 1
        self.reproposed = frozenset()
        self._changes[self._signer.office] = message
        self._log.start_view()
        return ViewChangeRecord(message)

    def take_in(self, message: ViewChange) -> bool:
        """Keep a valid view change that is its office's highest and not behind this view.

        Returns whether it was kept.

        Raises:
            InvalidMessageError: it is not valid.
        """
        known = self._changes.get(message.office)
        if message.view < self.view or (message.view == self.view and self.is_active):
            return False
        if known is not None and known.view >= message.view:
            return False
        verify_view_change(message, self._keyring, self._settings.watermark_range)
        self._changes[message.office] = message
        return True

    def view_to_join(self) -> int | None:
        """The smallest higher view once f + 1 other offices left for higher ones.

        Castro & Liskov 1999, section 4.5.2.
        """
        higher = self.waiting_above().values()
        return min(higher) if len(higher) > self._keyring.faults else None

    def waiting_above(self) -> dict[str, int]:
        """Offices that left for a view above this one, with that view."""
        return {
            office: message.view
            for office, message in self._changes.items()
            if message.view > self.view
        }

    def has_quorum(self) -> bool:
        """Whether a quorum of offices is on its way into the current view."""
        return len(self._changes_here()) >= self._keyring.quorum

    def open(self) -> NewView:
        """The signed new view of this replica as the primary, from a quorum of view changes."""
        chosen = tuple(self._changes_here()[: self._keyring.quorum])
        self._signer.enter(self.view)
        pre_prepares = tuple(
            self._signer.pre_prepare(self.view, sequence, proposal)
            for sequence, proposal in proposals_of(chosen)
        )
        return self._signer.new_view(self.view, chosen, pre_prepares)

    def check(self, message: NewView) -> None:
        """Return when a new view proves itself.

        Raises:
            InvalidMessageError: it does not.
        """
        verify_new_view(message, self._keyring, self._settings.watermark_range)

    def enter(self, message: NewView) -> NewViewRecord:
        """Be active in the view of this (checked) new view; returns the record to store."""
        self._signer.enter(message.view)
        if message.view != self.view:
            self._log.start_view()
        self._take_up(message)
        return NewViewRecord(message)

    def proof_of_view(self) -> tuple[Message, ...]:
        """What brings a peer into this view.

        Its new view, or this office's view change while it is not open.
        """
        if self.is_active:
            return () if self._new_view is None else (self._new_view,)
        return (self._changes[self._signer.office],)

    def recall(self, record: Record) -> None:
        """Take in a stored record after a restart."""
        if isinstance(record, ViewChangeRecord) and record.view_change.view >= self.view:
            self.view = record.view_change.view
            self.is_active = False
            self._changes[self._signer.office] = record.view_change
        elif isinstance(record, NewViewRecord) and record.new_view.view >= self.view:
            self._take_up(record.new_view)

    def live_records(self) -> tuple[Record, ...]:
        """The records by which a restart finds the current view."""
        found: tuple[Record, ...] = ()
        if self._new_view is not None:
            found += (NewViewRecord(self._new_view),)
        if not self.is_active:
            found += (ViewChangeRecord(self._changes[self._signer.office]),)
        return found

    def _take_up(self, message: NewView) -> None:
        self.view = message.view
        self.is_active = True
        self._new_view = message
        self.reproposed = frozenset(item.sequence for item in message.pre_prepares)
        self._changes = {
            office: change for office, change in self._changes.items() if change.view > self.view
        }

    def _changes_here(self) -> list[ViewChange]:
        return [
            message for _, message in sorted(self._changes.items()) if message.view == self.view
        ]
