"""The guard in front of the private key: it signs nothing that contradicts what this replica signed before.

It is the small, separately tested record that safety rests on (compare the `safety rules` of Diem and the
last-sign state of CometBFT). What it must remember over a crash is in the records of `consensus.output`: they
are stored before the signature leaves, and fed back through `recall`.

Invariants (docs/protocol.md 3.2): for one view and sequence there is one digest; no vote below the view that
was left for; one block hash a height.
"""

import msgspec

from consensus.errors import ContradictionError
from consensus.messages import (
    Checkpoint,
    Commit,
    NewView,
    Prepare,
    PrePrepare,
    Proposal,
    ViewChange,
)
from consensus.output import AcceptedRecord, NewViewRecord, PreparedRecord, Record, ViewChangeRecord
from consensus.signatures import (
    new_view_message,
    primary_of,
    proposal_digest,
    view_change_message,
    vote_message,
)
from crypto.certificate import checkpoint_message
from crypto.keyring import Keyring
from crypto.signing import Purpose, SigningKey, bound_message

_UNSIGNED = bytes(64)


class Signer:
    """Signs this office's messages, and raises `ContradictionError` rather than contradict an earlier one."""

    def __init__(self, office: str, key: SigningKey, keyring: Keyring) -> None:
        self.office = office
        self._key = key
        self._keyring = keyring
        self._view = 0
        self._is_leaving = False
        self._digests: dict[tuple[int, int], bytes] = {}
        self._blocks: dict[int, bytes] = {}

    def recall(self, record: Record) -> None:
        """Take in a stored record of this replica's own past."""
        match record:
            case AcceptedRecord(pre_prepare):
                digest = proposal_digest(pre_prepare.proposal)
                self._bind(pre_prepare.view, pre_prepare.sequence, digest)
            case PreparedRecord(certificate):
                digest = proposal_digest(certificate.proposal)
                self._bind(certificate.view, certificate.sequence, digest)
            case ViewChangeRecord(view_change):
                self._leave(view_change.view)
            case NewViewRecord(new_view, _):
                self._enter(new_view.view)

    def pre_prepare(self, view: int, sequence: int, proposal: Proposal) -> PrePrepare:
        """A signed pre-prepare of this replica as the primary of the view."""
        if primary_of(view, self._keyring) != self.office:
            raise ContradictionError(f"{self.office} is not the primary of view {view}")
        digest = proposal_digest(proposal)
        self._check_voting(view)
        self._bind(view, sequence, digest)
        text = vote_message(view, sequence, digest)
        return PrePrepare(view, sequence, proposal, self._sign("pre-prepare", text))

    def prepare(self, view: int, sequence: int, digest: bytes) -> Prepare:
        """A signed prepare."""
        self._check_voting(view)
        self._bind(view, sequence, digest)
        text = vote_message(view, sequence, digest)
        return Prepare(view, sequence, digest, self.office, self._sign("prepare", text))

    def commit(self, view: int, sequence: int, digest: bytes) -> Commit:
        """A signed commit."""
        self._check_voting(view)
        self._bind(view, sequence, digest)
        text = vote_message(view, sequence, digest)
        return Commit(view, sequence, digest, self.office, self._sign("commit", text))

    def checkpoint(self, height: int, block_hash: bytes) -> Checkpoint:
        """A signed checkpoint vote."""
        if self._blocks.setdefault(height, block_hash) != block_hash:
            raise ContradictionError(f"a second block hash at height {height}")
        text = checkpoint_message(height, block_hash)
        return Checkpoint(height, block_hash, self.office, self._sign("checkpoint", text))

    def view_change(self, unsigned: ViewChange) -> ViewChange:
        """The view change with this office's name and signature; no vote in a lower view follows it."""
        named = msgspec.structs.replace(unsigned, office=self.office, signature=_UNSIGNED)
        self._leave(named.view)
        signature = self._sign("view-change", view_change_message(named))
        return msgspec.structs.replace(named, signature=signature)

    def new_view(
        self,
        view: int,
        view_changes: tuple[tuple[str, bytes], ...],
        signatures: tuple[tuple[int, bytes], ...],
    ) -> NewView:
        """A signed new view of this replica as its primary."""
        unsigned = NewView(view, view_changes, signatures, _UNSIGNED)
        signature = self._sign("new-view", new_view_message(unsigned))
        return msgspec.structs.replace(unsigned, signature=signature)

    def enter(self, view: int) -> None:
        """From now on this replica votes in the view."""
        self._enter(view)

    def forget(self, stable: int) -> None:
        """Drop what concerns sequence numbers up to the stable one: no vote for them is asked for again."""
        self._digests = {key: value for key, value in self._digests.items() if key[1] > stable}
        self._blocks = {height: value for height, value in self._blocks.items() if height > stable}

    def _sign(self, purpose: Purpose, text: bytes) -> bytes:
        return self._key.sign(bound_message(purpose, self._keyring.network_id, text))

    def _bind(self, view: int, sequence: int, digest: bytes) -> None:
        if self._digests.setdefault((view, sequence), digest) != digest:
            raise ContradictionError(f"a second digest at view {view}, sequence {sequence}")

    def _check_voting(self, view: int) -> None:
        if view < self._view or (view == self._view and self._is_leaving):
            raise ContradictionError(f"a vote in view {view} after leaving for view {self._view}")

    def _leave(self, view: int) -> None:
        if view < self._view or (view == self._view and not self._is_leaving and view > 0):
            raise ContradictionError(f"a view change to {view} in view {self._view}")
        self._view, self._is_leaving = view, True

    def _enter(self, view: int) -> None:
        if view < self._view:
            raise ContradictionError(f"entering view {view} after view {self._view}")
        self._view, self._is_leaving = view, False
