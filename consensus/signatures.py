"""What exactly is signed in each message, and the checks of everything that carries signatures.

`verify_…` returns when all is well and raises `InvalidMessageError` otherwise. Rules: docs/protocol.md,
sections 1 and 5.
"""

import msgspec

from consensus.errors import InvalidMessageError
from consensus.messages import (
    Checkpoint,
    Commit,
    NewView,
    Prepare,
    PreparedCertificate,
    PrePrepare,
    Proposal,
    ViewChange,
)
from crypto.certificate import checkpoint_message, verify_certificate
from crypto.digest import DIGEST_SIZE, sha256
from crypto.errors import CryptoError, InvalidSignatureError
from crypto.keyring import Keyring
from crypto.signing import Purpose

_encoder = msgspec.msgpack.Encoder()
_UNSIGNED = bytes(64)


def proposal_digest(proposal: Proposal) -> bytes:
    """The digest that votes name: SHA-256 over every field of the proposal."""
    return sha256(b"ipregister/proposal\0" + _encoder.encode(proposal))


def vote_message(view: int, sequence: int, digest: bytes) -> bytes:
    """What pre-prepare, prepare and commit sign, each for its own purpose.

    View and sequence (8 bytes each), then the digest.
    """
    return view.to_bytes(8, "big") + sequence.to_bytes(8, "big") + digest


def view_change_message(view_change: ViewChange) -> bytes:
    """What a view change signs: a digest over every field but the signature."""
    return sha256(_encoder.encode(msgspec.structs.replace(view_change, signature=_UNSIGNED)))


def view_change_digest(view_change: ViewChange) -> bytes:
    """By this a new view names a view change: SHA-256 over all of it, its signature included."""
    return sha256(b"ipregister/view-change\0" + _encoder.encode(view_change))


def new_view_message(new_view: NewView) -> bytes:
    """What a new view signs: a digest over every field but the signature."""
    return sha256(_encoder.encode(msgspec.structs.replace(new_view, signature=_UNSIGNED)))


def primary_of(view: int, keyring: Keyring) -> str:
    """The office that leads a view: offices in sorted order take turns (Castro & Liskov 1999, section 4)."""
    return keyring.offices[view % len(keyring)]


def verify_pre_prepare(message: PrePrepare, digest: bytes, keyring: Keyring) -> None:
    """Check that the primary of its view signed this pre-prepare; `digest` is its proposal's."""
    _verify(
        keyring,
        primary_of(message.view, keyring),
        "pre-prepare",
        vote_message(message.view, message.sequence, digest),
        message.signature,
    )


def verify_vote(message: Prepare | Commit, keyring: Keyring) -> None:
    """Check the signature of a prepare or commit."""
    if len(message.digest) != DIGEST_SIZE:
        raise InvalidMessageError(f"expected a digest of 32 bytes, got {len(message.digest)}")
    _verify(
        keyring,
        message.office,
        "prepare" if isinstance(message, Prepare) else "commit",
        vote_message(message.view, message.sequence, message.digest),
        message.signature,
    )


def expect_own(sender: str, message: Prepare | Commit | Checkpoint) -> None:
    """Votes come from their own office: so nobody makes others check signatures in its name."""
    if message.office != sender:
        raise InvalidMessageError(f"expected a vote of {sender}, got one of {message.office}")


def verify_checkpoint(message: Checkpoint, keyring: Keyring) -> None:
    """Check the signature of a checkpoint vote."""
    _verify(
        keyring,
        message.office,
        "checkpoint",
        checkpoint_message(message.height, message.block_hash),
        message.signature,
    )


def verify_prepared(certificate: PreparedCertificate, keyring: Keyring) -> None:
    """Check that the pre-prepare and the prepares of other offices make a quorum for one digest."""
    primary = primary_of(certificate.view, keyring)
    backups = tuple(office for office, _ in certificate.prepares)
    if backups != tuple(sorted(set(backups) - {primary})):
        raise InvalidMessageError(
            f"prepared certificate {certificate.sequence}: expected sorted backups, each "
            f"once and none the primary {primary}, got {backups}"
        )
    if len(backups) + 1 < keyring.quorum:
        raise InvalidMessageError(
            f"prepared certificate {certificate.sequence}: expected {keyring.quorum} offices, got {len(backups) + 1}"
        )
    digest = proposal_digest(certificate.proposal)
    text = vote_message(certificate.view, certificate.sequence, digest)
    _verify(keyring, primary, "pre-prepare", text, certificate.primary_signature)
    for office, signature in certificate.prepares:
        _verify(keyring, office, "prepare", text, signature)


def verify_view_change_signature(message: ViewChange, keyring: Keyring) -> None:
    """Check that the office signed this view change; what it claims is not looked at."""
    _verify(keyring, message.office, "view-change", view_change_message(message), message.signature)


def verify_new_view_signature(message: NewView, keyring: Keyring) -> None:
    """Check that the primary of its view signed this new view; what it names is not looked at."""
    primary = primary_of(message.view, keyring)
    _verify(keyring, primary, "new-view", new_view_message(message), message.signature)


def verify_view_change(message: ViewChange, keyring: Keyring, watermark_range: int) -> None:
    """Check a view change whole.

    Its signature, its stable checkpoint and every prepared certificate in its watermarks.
    """
    verify_view_change_signature(message, keyring)
    stable = stable_height(message)
    if message.stable is not None:
        try:
            verify_certificate(message.stable, keyring)
        except CryptoError as error:
            raise InvalidMessageError(f"view change of {message.office}: {error}") from error
    sequences = [certificate.sequence for certificate in message.prepared]
    if sequences != sorted(set(sequences)):
        raise InvalidMessageError(
            f"view change of {message.office}: expected sorted sequences, each once, got {sequences}"
        )
    for certificate in message.prepared:
        if not stable < certificate.sequence <= stable + watermark_range:
            raise InvalidMessageError(
                f"view change of {message.office}: sequence {certificate.sequence} is "
                f"outside ({stable}, {stable + watermark_range}]"
            )
        if not certificate.view < message.view:
            raise InvalidMessageError(
                f"view change of {message.office}: a certificate of view {certificate.view} "
                f"cannot precede view {message.view}"
            )
        verify_prepared(certificate, keyring)


def stable_height(message: ViewChange) -> int:
    """The stable height that a view change claims; 0 where it claims none."""
    return 0 if message.stable is None else message.stable.height


def _verify(keyring: Keyring, office: str, purpose: Purpose, text: bytes, signature: bytes) -> None:
    try:
        keyring.verify(office, purpose, text, signature)
    except InvalidSignatureError as error:
        raise InvalidMessageError(f"{purpose} of {office}: {error}") from error
