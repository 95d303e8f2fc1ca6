import msgspec
import pytest
from builders.replica_network import NETWORK, OFFICES, key_of, keyring_of

from consensus.errors import InvalidMessageError
from consensus.messages import (
    NULL_PROPOSAL,
    NewView,
    PreparedCertificate,
    Proposal,
    ViewChange,
)
from consensus.settings import ReplicaSettings
from consensus.signatures import (
    new_view_message,
    proposal_digest,
    verify_view_change,
    view_change_digest,
    view_change_message,
    vote_message,
)
from consensus.view_change import OpenedView, opened_view, proposals_of, verify_new_view
from consensus.wire import FRAME_SIZE_MAX, encode_message
from crypto.certificate import CheckpointCertificate, checkpoint_message
from crypto.digest import sha256
from crypto.signing import Purpose, bound_message

KEYRING = keyring_of(OFFICES[:4])  # AU, EP, JP, US: AU leads view 0, EP view 1
RANGE = 64
A, B = Proposal(1, (sha256(b"A"),)), Proposal(2, (sha256(b"B"),))


def sign(office: str, purpose: Purpose, text: bytes) -> bytes:
    return key_of(office).sign(bound_message(purpose, NETWORK, text))


def stable_at(height: int) -> CheckpointCertificate:
    block_hash = sha256(b"block %d" % height)
    text = checkpoint_message(height, block_hash)
    signatures = tuple((o, sign(o, "checkpoint", text)) for o in ("AU", "EP", "JP"))
    return CheckpointCertificate(height, block_hash, signatures)


def prepared(view: int, sequence: int, proposal: Proposal) -> PreparedCertificate:
    text = vote_message(view, sequence, proposal_digest(proposal))
    primary = KEYRING.offices[view % 4]
    backups = [office for office in KEYRING.offices if office != primary][:2]
    return PreparedCertificate(
        view,
        sequence,
        proposal,
        sign(primary, "pre-prepare", text),
        tuple((office, sign(office, "prepare", text)) for office in backups),
    )


def view_change(
    office: str,
    *certificates: PreparedCertificate,
    view: int = 1,
    stable: CheckpointCertificate | None = None,
) -> ViewChange:
    return signed(ViewChange(view, stable, certificates, office, bytes(64)))


def signed(message: ViewChange) -> ViewChange:
    unsigned = msgspec.structs.replace(message, signature=bytes(64))
    return msgspec.structs.replace(
        unsigned, signature=sign(message.office, "view-change", view_change_message(unsigned))
    )


def new_view(*changes: ViewChange, view: int = 1) -> NewView:
    primary = KEYRING.offices[view % 4]
    signatures = tuple(
        (
            sequence,
            sign(primary, "pre-prepare", vote_message(view, sequence, proposal_digest(proposal))),
        )
        for sequence, proposal in proposals_of(changes)
    )
    named = tuple((change.office, view_change_digest(change)) for change in changes)
    return signed_new_view(NewView(view, named, signatures, bytes(64)))


def signed_new_view(message: NewView) -> NewView:
    unsigned = msgspec.structs.replace(message, signature=bytes(64))
    primary = KEYRING.offices[message.view % 4]
    return msgspec.structs.replace(
        unsigned, signature=sign(primary, "new-view", new_view_message(unsigned))
    )


def check(message: NewView, *changes: ViewChange) -> OpenedView:
    """What a replica does with a new view and the view changes that it has."""
    for change in changes:
        verify_view_change(change, KEYRING, RANGE)
    verify_new_view(message, KEYRING, RANGE)
    return opened_view(message, changes, KEYRING)


def test_the_certificate_of_the_highest_view_decides_a_sequence() -> None:
    changes = (
        view_change("AU", prepared(0, 1, A), view=2),
        view_change("EP", prepared(1, 1, B), view=2),
        view_change("JP", view=2),
    )
    assert proposals_of(changes) == ((1, B),)


def test_a_sequence_without_a_certificate_gets_the_null_proposal() -> None:
    changes = (view_change("AU", prepared(0, 3, A)), view_change("EP"), view_change("JP"))
    assert proposals_of(changes) == ((1, NULL_PROPOSAL), (2, NULL_PROPOSAL), (3, A))


def test_nothing_at_or_below_the_highest_stable_checkpoint_is_proposed_again() -> None:
    """Fabric issue 1111: view changes with differing stable checkpoints."""
    for heights in ((0, 10, 20), (10, 10, 20), (0, 0, 20), (20, 20, 20)):
        changes = tuple(
            view_change(
                office,
                prepared(0, height + 15, A),
                stable=stable_at(height) if height else None,
            )
            for office, height in zip(("AU", "EP", "JP"), heights, strict=True)
        )
        sequences = [sequence for sequence, _ in proposals_of(changes)]
        assert sequences == list(range(21, 36))
        opened = check(new_view(*changes), *changes)
        assert opened.floor == stable_at(20)


CHANGES = (view_change("AU", prepared(0, 1, A)), view_change("EP"), view_change("US"))


def test_a_valid_new_view_proves_itself() -> None:
    opened = check(new_view(*CHANGES), *CHANGES)
    assert [(item.sequence, item.proposal) for item in opened.pre_prepares] == [(1, A)]


def forged_new_views() -> dict[str, tuple[NewView, tuple[ViewChange, ...]]]:
    good = new_view(*CHANGES)
    replace = msgspec.structs.replace
    other = signed(replace(CHANGES[0], prepared=()))
    elsewhere = (view_change("AU", view=2), *CHANGES[1:])
    b_signed = sign("EP", "pre-prepare", vote_message(1, 1, proposal_digest(B)))
    return {
        "two view changes": (new_view(*CHANGES[:2]), CHANGES[:2]),
        "one office twice": (
            signed_new_view(replace(good, view_changes=(good.view_changes[0],) * 3)),
            (CHANGES[0],) * 3,
        ),
        "an office that is none": (
            signed_new_view(replace(good, view_changes=(*good.view_changes, ("XX", bytes(32))))),
            CHANGES,
        ),
        "another proposal": (signed_new_view(replace(good, signatures=((1, b_signed),))), CHANGES),
        "a proposal left out": (signed_new_view(replace(good, signatures=())), CHANGES),
        "a proposal more": (
            signed_new_view(replace(good, signatures=(*good.signatures, (2, b_signed)))),
            CHANGES,
        ),
        "a view change for another view": (new_view(*elsewhere), elsewhere),
        "an unsigned pre-prepare": (
            signed_new_view(replace(good, signatures=((1, bytes(64)),))),
            CHANGES,
        ),
        "another signer": (
            replace(good, signature=sign("JP", "new-view", new_view_message(good))),
            CHANGES,
        ),
        "another view change than it names": (good, (other, *CHANGES[1:])),
    }


@pytest.mark.parametrize("forgery", sorted(forged_new_views()))
def test_a_forged_new_view_is_refused(forgery: str) -> None:
    message, changes = forged_new_views()[forgery]
    with pytest.raises(InvalidMessageError):
        check(message, *changes)


def test_a_new_view_that_proposes_more_than_the_watermarks_let_in_is_refused() -> None:
    signatures = tuple((sequence, bytes(64)) for sequence in range(1, RANGE + 2))
    message = signed_new_view(msgspec.structs.replace(new_view(*CHANGES), signatures=signatures))
    with pytest.raises(InvalidMessageError, match="expected at most 64 pre-prepares, got 65"):
        verify_new_view(message, KEYRING, RANGE)


def test_a_new_view_stays_small_whatever_the_number_of_offices() -> None:
    """It must fit a frame: view changes travel beside it (Castro & Liskov 2002, section 4.5)."""
    named = tuple((f"{number:02}", bytes(32)) for number in range(190))
    signatures = tuple((sequence, bytes(64)) for sequence in range(1, RANGE + 1))
    assert len(encode_message(NewView(1, named, signatures, bytes(64)))) < 20_000


def test_the_largest_view_change_of_190_offices_fits_a_frame() -> None:
    settings = ReplicaSettings()
    proposal = Proposal(1, tuple(sha256(b"%d" % n) for n in range(settings.submissions_per_block)))
    prepares = tuple((f"{number:02}", bytes(64)) for number in range(126))
    largest = ViewChange(
        1,
        CheckpointCertificate(0, bytes(32), prepares),
        tuple(
            PreparedCertificate(0, sequence, proposal, bytes(64), prepares)
            for sequence in range(1, settings.watermark_range + 1)
        ),
        "AU",
        bytes(64),
    )
    assert len(encode_message(largest)) < FRAME_SIZE_MAX


def forged_view_changes() -> dict[str, ViewChange]:
    certificate = prepared(0, 1, A)
    replace = msgspec.structs.replace
    stable = stable_at(5)
    return {
        "a certificate of the view to come": view_change("AU", prepared(1, 1, A)),
        "a certificate outside the watermarks": view_change("AU", prepared(0, RANGE + 1, A)),
        "a certificate below the stable height": view_change("AU", certificate, stable=stable),
        "one sequence twice": view_change("AU", certificate, certificate),
        "too few prepares": view_change(
            "AU", replace(certificate, prepares=certificate.prepares[:1])
        ),
        "one backup twice": view_change(
            "AU", replace(certificate, prepares=(certificate.prepares[0],) * 2)
        ),
        "another proposal in the certificate": view_change("AU", replace(certificate, proposal=B)),
        "another view in the certificate": view_change("AU", replace(certificate, view=4), view=5),
        "another sequence in the certificate": view_change("AU", replace(certificate, sequence=2)),
        "a stable height without a quorum": view_change(
            "AU", stable=CheckpointCertificate(5, stable.block_hash, stable.signatures[:2])
        ),
        "a stable height that was raised": view_change(
            "AU", stable=CheckpointCertificate(6, stable.block_hash, stable.signatures)
        ),
        "another office's name": replace(view_change("AU"), office="JP"),
    }


@pytest.mark.parametrize("forgery", sorted(forged_view_changes()))
def test_a_forged_view_change_is_refused(forgery: str) -> None:
    """Besu issue 6613: certificates with a wrong view or digest must never be accepted."""
    with pytest.raises(InvalidMessageError):
        verify_view_change(forged_view_changes()[forgery], KEYRING, RANGE)


def test_the_digest_changes_with_every_field() -> None:
    """Indy issue 2285: a digest that did not cover all fields."""
    assert len({proposal_digest(p) for p in (A, Proposal(2, A.submissions), B, NULL_PROPOSAL)}) == 4
    base = view_change("AU", prepared(0, 1, A))
    others = (
        view_change("EP", prepared(0, 1, A)),
        view_change("AU"),
        view_change("AU", prepared(0, 1, A), view=2),
        view_change("AU", prepared(0, 7, A), stable=stable_at(5)),
    )
    assert len({view_change_message(item) for item in (base, *others)}) == 5
