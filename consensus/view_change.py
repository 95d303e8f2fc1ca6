"""What a new view must propose again, computed from its view changes alone (TM-590 `compute-O`).

Castro & Liskov 1999, section 4.4. Pure functions: every replica computes the same.
"""

from typing import NamedTuple

from consensus.errors import InvalidMessageError
from consensus.messages import (
    NULL_PROPOSAL,
    NewView,
    PreparedCertificate,
    PrePrepare,
    Proposal,
    ViewChange,
)
from consensus.signatures import (
    proposal_digest,
    stable_height,
    verify_new_view_signature,
    verify_pre_prepare,
    view_change_digest,
)
from crypto.certificate import CheckpointCertificate
from crypto.keyring import Keyring


class OpenedView(NamedTuple):
    """A new view with all that it stands on."""

    new_view: NewView
    view_changes: tuple[ViewChange, ...]
    floor: CheckpointCertificate | None
    """The highest stable checkpoint of the view changes. Nothing at or below it is voted on in this view."""
    pre_prepares: tuple[PrePrepare, ...]
    """What is proposed again, one for each sequence above the floor."""


def highest_stable(view_changes: tuple[ViewChange, ...]) -> CheckpointCertificate | None:
    """The highest stable checkpoint that the view changes prove; none when all stand at height 0."""
    return max(view_changes, key=stable_height).stable


def proposals_of(view_changes: tuple[ViewChange, ...]) -> tuple[tuple[int, Proposal], ...]:
    """(sequence, proposal) for every sequence above the floor up to the highest prepared one.

    Of several certificates for one sequence the one of the highest view wins; a sequence without any
    gets the null proposal.
    """
    stable = max(stable_height(message) for message in view_changes)
    chosen: dict[int, PreparedCertificate] = {}
    for message in view_changes:
        for certificate in message.prepared:
            best = chosen.get(certificate.sequence)
            if best is None or best.view < certificate.view:
                chosen[certificate.sequence] = certificate
    highest = max(chosen, default=stable)
    return tuple(
        (sequence, chosen[sequence].proposal if sequence in chosen else NULL_PROPOSAL)
        for sequence in range(stable + 1, highest + 1)
    )


def verify_new_view(message: NewView, keyring: Keyring, watermark_range: int) -> None:
    """Check what a new view says by itself.

    The primary signed it, it names a quorum of the network's offices, and proposes again no more than lies between
    the watermarks.

    Raises:
        InvalidMessageError: it does not hold.
    """
    offices = tuple(office for office, _ in message.view_changes)
    is_quorum = len(offices) >= keyring.quorum and all(office in keyring for office in offices)
    if not is_quorum or offices != tuple(sorted(set(offices))):
        raise InvalidMessageError(
            f"new view {message.view}: expected view changes of {keyring.quorum} offices of the "
            f"network, sorted, got {offices}"
        )
    if len(message.signatures) > watermark_range:
        raise InvalidMessageError(
            f"new view {message.view}: expected at most {watermark_range} pre-prepares, "
            f"got {len(message.signatures)}"
        )
    verify_new_view_signature(message, keyring)


def opened_view(
    message: NewView, view_changes: tuple[ViewChange, ...], keyring: Keyring
) -> OpenedView:
    """The new view (checked) with the view changes (checked) that it names.

    Raises:
        InvalidMessageError: the view changes are others, or the primary proposes anything else than they demand.
    """
    named = tuple((change.office, view_change_digest(change)) for change in view_changes)
    if named != message.view_changes:
        raise InvalidMessageError(f"new view {message.view}: got other view changes than it names")
    for change in view_changes:
        if change.view != message.view:
            raise InvalidMessageError(
                f"new view {message.view}: got a view change for view {change.view}"
            )
    proposals = proposals_of(view_changes)
    expected = [sequence for sequence, _ in proposals]
    if [sequence for sequence, _ in message.signatures] != expected:
        raise InvalidMessageError(
            f"new view {message.view}: expected pre-prepares for {expected}, "
            f"got {[sequence for sequence, _ in message.signatures]}"
        )
    pre_prepares = tuple(
        PrePrepare(message.view, sequence, proposal, signature)
        for (sequence, proposal), (_, signature) in zip(proposals, message.signatures, strict=True)
    )
    for item in pre_prepares:
        verify_pre_prepare(item, proposal_digest(item.proposal), keyring)
    return OpenedView(message, view_changes, highest_stable(view_changes), pre_prepares)
