"""Which view a replica is in, and how it gets from one to the next (Castro & Liskov 1999, section 4.4).

Bounded whatever is sent: one view change is kept per office, the highest; one awaited new view per primary, and
with it the view changes that it names besides.
"""

from collections.abc import Iterator
from typing import Final

from consensus.allowance import Allowance
from consensus.awaited import AwaitedViews, KeptChange, kept_change
from consensus.errors import UnreadMessageError
from consensus.evidence import Evidence, contradicts
from consensus.log import Log
from consensus.messages import Message, NewView, PrePrepare, ViewChange
from consensus.output import Instant, NewViewRecord, Record, ViewChangeRecord
from consensus.safety import Signer
from consensus.settings import ReplicaSettings
from consensus.signatures import (
    primary_of,
    verify_new_view_signature,
    verify_view_change,
    verify_view_change_signature,
    view_change_digest,
)
from consensus.view_change import OpenedView, opened_view, proposals_of, verify_new_view
from crypto.certificate import CheckpointCertificate
from crypto.keyring import Keyring

CHECKED_PER_HEARTBEAT: Final = 2
"""View changes of one sender that are checked in full in a heartbeat: each may hold a quorum of signatures for every
sequence between the watermarks."""


class Views:
    """The current view, the view changes of all offices, and the proof of the current view.

    Invariants: 1. The view never falls. 2. A replica that left for a view votes in no lower one. 3. It is
    active only in view 0 or by a valid new view.
    """

    def __init__(
        self,
        keyring: Keyring,
        signer: Signer,
        log: Log,
        settings: ReplicaSettings,
        evidence: Evidence,
    ) -> None:
        self._keyring = keyring
        self._evidence = evidence
        self._signer = signer
        self._log = log
        self._settings = settings
        self.view = 0
        self.is_active = True
        self.attempts = 0
        """View changes since something was executed."""
        self.opened: OpenedView | None = None
        """What the current view began with; none in view 0 and on the way into a view."""
        self._changes: dict[str, KeptChange] = {}
        """The highest view change of each office."""
        self._awaited = AwaitedViews(keyring)
        self._checked = Allowance(CHECKED_PER_HEARTBEAT, settings.heartbeat_ms)
        self._checked_named = Allowance(1, settings.heartbeat_ms)

    @property
    def floor(self) -> int:
        """Nothing at or below this height is voted on in the current view (protocol 5.4)."""
        opened = self.opened
        return 0 if opened is None or opened.floor is None else opened.floor.height

    def reproposed(self, sequence: int) -> PrePrepare | None:
        """What the current new view proposed again at this sequence; none where it proposed nothing."""
        place = sequence - self.floor - 1
        if self.opened is None or not 0 <= place < len(self.opened.pre_prepares):
            return None
        return self.opened.pre_prepares[place]

    @property
    def first_free(self) -> int:
        """The first sequence behind what the current new view fixed."""
        return self.floor + 1 + (0 if self.opened is None else len(self.opened.pre_prepares))

    @property
    def held_changes(self) -> int:
        """How many view changes are held."""
        return len(self._changes) + self._awaited.held

    def made_progress(self) -> None:
        """Something was executed in this view."""
        self.attempts = 0

    # -- leaving ---------------------------------------------------------------------------------

    def leave_for(self, view: int, stable: CheckpointCertificate | None) -> ViewChangeRecord:
        """Leave the current view; returns the record that holds the signed view change."""
        unsigned = ViewChange(view, stable, self._log.prepared_certificates(), "", b"")
        message = self._signer.view_change(unsigned)
        self.view = view
        self.is_active = False
        self.attempts += 1
        self.opened = None
        self._changes[self._signer.office] = kept_change(message)
        self._log.start_view()
        return ViewChangeRecord(message)

    def take_in(self, sender: str, message: ViewChange, now: Instant) -> bool:
        """Keep a valid view change that is its office's highest and not behind this view.

        One that an awaited new view names is kept besides. Returns whether it was kept.

        Raises:
            InvalidMessageError: it is not valid.
            UnreadMessageError: the sender's last ones were checked just before.
        """
        if message.view < self.view or (message.view == self.view and self.is_active):
            return False
        kept = self._changes.get(message.office)
        known = None if kept is None else kept.message
        if known == message:
            return False
        change = kept_change(message)
        is_higher = known is None or known.view < message.view
        is_named = self._awaited.lacks(change)
        if known is not None and known.view == message.view and contradicts(known, message):
            self._accuse(message, known)
        if not is_higher and not is_named:
            return False
        if not self._may_check(sender, message, now, is_named=is_named):
            raise UnreadMessageError(f"view change of {message.office}: too many by {sender}")
        verify_view_change(message, self._keyring, self._settings.watermark_range)
        if is_higher:
            self._changes[message.office] = change
        else:
            self._awaited.keep(change)
        return True

    def _may_check(self, sender: str, message: ViewChange, now: Instant, *, is_named: bool) -> bool:
        """Whether to check it in full now; one that is named is kept then, or its new view is wrong (protocol 5.8)."""
        named = primary_of(message.view, self._keyring), message.office
        return (is_named and self._checked_named.take(named, now)) or self._checked.take(
            sender, now
        )

    def view_to_join(self) -> int | None:
        """The smallest higher view once f + 1 other offices left for higher ones.

        Castro & Liskov 1999, section 4.5.2.
        """
        higher = self.waiting_above().values()
        return min(higher) if len(higher) > self._keyring.faults else None

    def waiting_above(self) -> dict[str, int]:
        """Offices that left for a view above this one, with that view."""
        return {
            office: kept.message.view
            for office, kept in self._changes.items()
            if kept.message.view > self.view
        }

    def waiting_nearby(self) -> dict[str, int]:
        """Those that can be joined: within one turn of all primaries, which no honest office is beyond."""
        last = self.view + len(self._keyring)
        return {office: view for office, view in self.waiting_above().items() if view <= last}

    # -- entering --------------------------------------------------------------------------------

    def has_quorum(self) -> bool:
        """Whether a quorum of offices is on its way into the current view."""
        return len(self._changes_here()) >= self._keyring.quorum

    def is_stranded(self) -> bool:
        """Whether a quorum of offices left for this view or higher ones, and for none of them a quorum (5.9).

        Then no lower view can go on either.
        """
        left = [kept for kept in self._changes.values() if kept.message.view >= self.view]
        return len(left) >= self._keyring.quorum and not self.has_quorum()

    def open(self) -> OpenedView:
        """The signed new view of this replica as the primary, from a quorum of view changes."""
        chosen = tuple(self._changes_here()[: self._keyring.quorum])
        self._signer.enter(self.view)
        signatures = tuple(
            (sequence, self._signer.pre_prepare(self.view, sequence, proposal).signature)
            for sequence, proposal in proposals_of(chosen)
        )
        names = tuple((change.office, self._changes[change.office].digest) for change in chosen)
        message = self._signer.new_view(self.view, names, signatures)
        return opened_view(message, chosen, self._keyring)

    def consider(self, message: NewView) -> bool:
        """Take in a new view for this view or a higher one; of each primary its highest is awaited.

        Returns whether this one is awaited now.

        Raises:
            InvalidMessageError: its primary did not sign it, or it names no quorum.
        """
        if message.view < self.view:
            return False
        primary = primary_of(message.view, self._keyring)
        awaited = self._awaited.of_primary(primary)
        if self.opened is not None and message.view == self.view:
            known: NewView | None = self.opened.new_view
        else:
            known = awaited
        if known is not None and known.view == message.view and contradicts(known, message):
            if primary not in self._evidence:
                verify_new_view_signature(message, self._keyring)
                self._evidence.add(primary, known, message)
            return False
        if message.view == self.view and self.is_active:
            return False
        if known is not None and known.view >= message.view:
            return known is awaited and known.view == message.view
        verify_new_view(message, self._keyring, self._settings.watermark_range)
        self._awaited.add(message)
        return True

    def lacking(self, view: int) -> tuple[bytes, ...]:
        """Digests of view changes that the awaited new view of this view names and that are not here."""
        return self._awaited.lacking(view, self._changes)

    def complete(self) -> OpenedView | None:
        """The highest awaited new view of which every view change is here; it is awaited no more.

        Raises:
            InvalidMessageError: it proposes anything else than they demand.
        """
        found = self._awaited.take_complete(self.view, self._changes)
        return None if found is None else opened_view(*found, self._keyring)

    def enter(self, opened: OpenedView) -> NewViewRecord:
        """Be active in the view that was opened; returns the record to store."""
        self._signer.enter(opened.new_view.view)
        if opened.new_view.view != self.view:
            self._log.start_view()
        self._take_up(opened)
        return NewViewRecord(opened.new_view, opened.view_changes)

    # -- proving ---------------------------------------------------------------------------------

    def proof_of_view(self) -> tuple[Message, ...]:
        """What leads a peer into this view: its new view, or this office's view change while it is not open."""
        if self.is_active:
            return () if self.opened is None else (self.opened.new_view,)
        return (self._changes[self._signer.office].message,)

    def view_changes(self, digests: tuple[bytes, ...]) -> Iterator[ViewChange]:
        """Those of the named view changes that the current view began with."""
        wanted = set(digests)
        for change in () if self.opened is None else self.opened.view_changes:
            if view_change_digest(change) in wanted:
                yield change

    def recall(self, record: Record) -> None:
        """Take in a stored record after a restart."""
        if isinstance(record, ViewChangeRecord) and record.view_change.view >= self.view:
            self.view = record.view_change.view
            self.is_active = False
            self.opened = None
            self._changes[self._signer.office] = kept_change(record.view_change)
        elif isinstance(record, NewViewRecord) and record.new_view.view >= self.view:
            self._take_up(opened_view(record.new_view, record.view_changes, self._keyring))

    def live_records(self) -> tuple[Record, ...]:
        """The records by which a restart finds the current view."""
        if not self.is_active:
            return (ViewChangeRecord(self._changes[self._signer.office].message),)
        if self.opened is None:
            return ()
        return (NewViewRecord(self.opened.new_view, self.opened.view_changes),)

    def _take_up(self, opened: OpenedView) -> None:
        self.view = opened.new_view.view
        self.is_active = True
        self.opened = opened
        self._awaited.forget(self.view)
        self._changes = {
            office: kept for office, kept in self._changes.items() if kept.message.view > self.view
        }

    def _accuse(self, message: ViewChange, known: ViewChange) -> None:
        if message.office not in self._evidence:
            verify_view_change_signature(message, self._keyring)
            self._evidence.add(message.office, known, message)

    def _changes_here(self) -> list[ViewChange]:
        return [
            kept.message
            for _, kept in sorted(self._changes.items())
            if kept.message.view == self.view
        ]
