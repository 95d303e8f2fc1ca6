"""What a new view must propose again, computed from its view changes alone (Castro & Liskov 1999, section 4.4.

TM-590 `compute-O`).

Pure functions: every replica computes the same and compares.
"""

from consensus.errors import InvalidMessageError
from consensus.messages import NULL_PROPOSAL, NewView, PreparedCertificate, Proposal, ViewChange
from consensus.signatures import (
    new_view_message,
    primary_of,
    proposal_digest,
    stable_height,
    verify_pre_prepare,
    verify_view_change,
)
from crypto.certificate import CheckpointCertificate
from crypto.errors import InvalidSignatureError
from crypto.keyring import Keyring


def highest_stable(view_changes: tuple[ViewChange, ...]) -> CheckpointCertificate | None:
    """The highest stable checkpoint that the view changes prove; none when all stand at height 0."""
    return max(view_changes, key=stable_height).stable


def proposals_of(view_changes: tuple[ViewChange, ...]) -> tuple[tuple[int, Proposal], ...]:
    """(sequence, proposal) for every sequence above the highest stable height up to the highest prepared one.

    Of several certificates for one sequence the one of the highest view wins; a sequence without any gets the
    null proposal.
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
    """Check a new view whole.

    The primary's signature, a quorum of valid view changes, and that it proposes what they demand.

    Raises:
        InvalidMessageError: it does not.
    """
    primary = primary_of(message.view, keyring)
    try:
        keyring.verify(primary, "new-view", new_view_message(message), message.signature)
    except InvalidSignatureError as error:
        raise InvalidMessageError(f"new view {message.view} of {primary}: {error}") from error
    offices = tuple(view_change.office for view_change in message.view_changes)
    if offices != tuple(sorted(set(offices))) or len(offices) < keyring.quorum:
        raise InvalidMessageError(
            f"new view {message.view}: expected view changes of {keyring.quorum} offices, sorted, got {offices}"
        )
    for view_change in message.view_changes:
        if view_change.view != message.view:
            raise InvalidMessageError(
                f"new view {message.view}: got a view change for view {view_change.view}"
            )
        verify_view_change(view_change, keyring, watermark_range)
    _verify_pre_prepares(message, keyring)


def _verify_pre_prepares(message: NewView, keyring: Keyring) -> None:
    expected = proposals_of(message.view_changes)
    got = tuple((item.sequence, item.proposal) for item in message.pre_prepares)
    if got != expected:
        raise InvalidMessageError(
            f"new view {message.view}: expected the proposals that its view changes demand "
            f"for {[s for s, _ in expected]}, "
            f"got others for {[s for s, _ in got]}"
        )
    for item in message.pre_prepares:
        if item.view != message.view:
            raise InvalidMessageError(f"new view {message.view}: a pre-prepare of view {item.view}")
        verify_pre_prepare(item, proposal_digest(item.proposal), keyring)
