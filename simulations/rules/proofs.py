"""Whether signed things prove what they say: naive, straight from docs/protocol.md, sections 1, 2.4 and 5."""

from consensus.messages import (
    NULL_PROPOSAL,
    Checkpoint,
    Commit,
    NewView,
    Prepare,
    PreparedCertificate,
    PrePrepare,
    Proposal,
    ViewChange,
)
from consensus.signatures import (
    new_view_message,
    proposal_digest,
    view_change_digest,
    view_change_message,
    vote_message,
)
from crypto.certificate import CheckpointCertificate, checkpoint_message
from crypto.errors import InvalidSignatureError
from crypto.keyring import Keyring
from crypto.signing import Purpose
from simulations.rules.breach import expect


def leader_of(view: int, keyring: Keyring) -> str:
    """The office that leads a view (2.1)."""
    return sorted(keyring.offices)[view % len(keyring.offices)]


def is_signed(
    keyring: Keyring, office: str, purpose: Purpose, text: bytes, signature: bytes
) -> bool:
    """Whether the office signed the text for this purpose."""
    try:
        keyring.verify(office, purpose, text, signature)
    except InvalidSignatureError:
        return False
    return True


def is_vote_signed(vote: Prepare | Commit, keyring: Keyring) -> bool:
    """Whether the office that a vote names signed it."""
    purpose: Purpose = "prepare" if isinstance(vote, Prepare) else "commit"
    text = vote_message(vote.view, vote.sequence, vote.digest)
    return is_signed(keyring, vote.office, purpose, text, vote.signature)


def is_checkpoint_signed(vote: Checkpoint, keyring: Keyring) -> bool:
    """Whether the office that a checkpoint names signed it."""
    text = checkpoint_message(vote.height, vote.block_hash)
    return is_signed(keyring, vote.office, "checkpoint", text, vote.signature)


def is_pre_prepare_signed(message: PrePrepare, keyring: Keyring) -> bool:
    """Whether the primary of its view signed a pre-prepare."""
    text = vote_message(message.view, message.sequence, proposal_digest(message.proposal))
    office = leader_of(message.view, keyring)
    return is_signed(keyring, office, "pre-prepare", text, message.signature)


def is_certified(certificate: CheckpointCertificate, keyring: Keyring) -> bool:
    """Whether a quorum of offices signed a checkpoint (4.2)."""
    text = checkpoint_message(certificate.height, certificate.block_hash)
    signers = {
        office
        for office, signature in certificate.signatures
        if is_signed(keyring, office, "checkpoint", text, signature)
    }
    return len(signers) >= keyring.quorum


def check_prepared(certificate: PreparedCertificate, keyring: Keyring) -> None:
    """The pre-prepare and matching prepares of other backups make a quorum (2.4)."""
    view, sequence = certificate.view, certificate.sequence
    digest = proposal_digest(certificate.proposal)
    pre_prepare = PrePrepare(view, sequence, certificate.proposal, certificate.primary_signature)
    leader = leader_of(view, keyring)
    expect("2.4", is_pre_prepare_signed(pre_prepare, keyring), f"expected {leader}'s pre-prepare")
    backups = {
        office
        for office, signature in certificate.prepares
        if is_vote_signed(Prepare(view, sequence, digest, office, signature), keyring)
    }
    backups.discard(leader)
    expect(
        "2.4",
        len(backups) + 1 >= keyring.quorum,
        f"expected prepares that make {keyring.quorum} offices with {leader}, got {sorted(backups)}",
    )


def check_view_change(change: ViewChange, keyring: Keyring, watermark_range: int) -> None:
    """A view change proves all it says (5.2)."""
    text = view_change_message(change)
    signed = is_signed(keyring, change.office, "view-change", text, change.signature)
    expect("5.2", signed, f"expected a view change signed by {change.office}")
    height = height_of(change)
    if change.stable is not None:
        expect("5.2", is_certified(change.stable, keyring), "expected a quorum's certificate")
    sequences = [certificate.sequence for certificate in change.prepared]
    expect("5.2", len(set(sequences)) == len(sequences), f"expected each once, got {sequences}")
    for certificate in change.prepared:
        inside = height < certificate.sequence <= height + watermark_range
        expect("5.2", inside, f"expected sequences above {height}, got {certificate.sequence}")
        expect("5.2", certificate.view < change.view, "expected certificates of earlier views")
        check_prepared(certificate, keyring)


def height_of(change: ViewChange) -> int:
    """The stable height of a view change."""
    return 0 if change.stable is None else change.stable.height


def demanded_by(changes: tuple[ViewChange, ...]) -> tuple[int, dict[int, Proposal]]:
    """(floor, proposal by sequence) that a quorum of view changes demands (5.4)."""
    floor = max(map(height_of, changes))
    above = [
        certificate
        for change in changes
        for certificate in change.prepared
        if certificate.sequence > floor
    ]
    demanded = {}
    for sequence in range(floor + 1, max((item.sequence for item in above), default=floor) + 1):
        here = [item for item in above if item.sequence == sequence]
        highest = max(here, key=lambda item: item.view, default=None)
        demanded[sequence] = NULL_PROPOSAL if highest is None else highest.proposal
    return floor, demanded


def check_new_view(
    message: NewView, changes: tuple[ViewChange, ...], keyring: Keyring, watermark_range: int
) -> None:
    """A new view is of a quorum of view changes and proposes exactly what they demand (5.4)."""
    leader = leader_of(message.view, keyring)
    text = new_view_message(message)
    signed = is_signed(keyring, leader, "new-view", text, message.signature)
    expect("5.4", signed, f"expected a new view signed by {leader}")
    offices = {change.office for change in changes}
    expect("5.4", len(offices) >= keyring.quorum, f"expected a quorum, got {sorted(offices)}")
    named = {(change.office, view_change_digest(change)) for change in changes}
    expect("5.4", named == set(message.view_changes), "expected the view changes that it names")
    for change in changes:
        expect("5.4", change.view == message.view, f"expected view {message.view}: {change.view}")
        check_view_change(change, keyring, watermark_range)
    _, demanded = demanded_by(changes)
    signatures = dict(message.signatures)
    expect(
        "5.4",
        sorted(signatures) == sorted(demanded),
        f"expected proposals for {sorted(demanded)}, got {sorted(signatures)}",
    )
    for sequence, proposal in demanded.items():
        pre_prepare = PrePrepare(message.view, sequence, proposal, signatures[sequence])
        expect(
            "5.4",
            is_pre_prepare_signed(pre_prepare, keyring),
            f"expected what the view changes demand at {sequence}",
        )
