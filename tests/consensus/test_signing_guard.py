import pytest
from builders.replica_network import OFFICES, key_of, keyring_of

from consensus.errors import ContradictionError
from consensus.messages import NULL_PROPOSAL, PreparedCertificate, Proposal, ViewChange
from consensus.output import AcceptedRecord, PreparedRecord, ViewChangeRecord
from consensus.safety import Signer
from consensus.signatures import proposal_digest
from crypto.digest import sha256

A, B = sha256(b"A"), sha256(b"B")


def signer(office: str = "AU") -> Signer:
    return Signer(office, key_of(office), keyring_of(OFFICES[:4]))


def leaving(view: int) -> ViewChange:
    return ViewChange(view, None, (), "AU", bytes(64))


def test_a_second_digest_for_one_view_and_sequence_is_never_signed() -> None:
    guard = signer()
    guard.prepare(0, 1, A)
    guard.commit(0, 1, A)
    with pytest.raises(ContradictionError, match="second digest at view 0, sequence 1"):
        guard.commit(0, 1, B)


def test_another_view_may_decide_anew() -> None:
    guard = signer()
    guard.prepare(0, 1, A)
    guard.view_change(leaving(1))
    guard.enter(1)
    assert guard.prepare(1, 1, B).digest == B


def test_no_vote_follows_a_view_change_in_the_view_that_was_left() -> None:
    guard = signer()
    guard.view_change(leaving(1))
    with pytest.raises(ContradictionError, match="vote in view 0 after leaving for view 1"):
        guard.prepare(0, 1, A)
    with pytest.raises(ContradictionError, match="vote in view 1 after leaving for view 1"):
        guard.prepare(1, 1, A)


def test_only_the_primary_signs_a_pre_prepare() -> None:
    with pytest.raises(ContradictionError, match="EP is not the primary of view 0"):
        signer("EP").pre_prepare(0, 1, NULL_PROPOSAL)


def test_a_second_block_hash_at_one_height_is_never_signed() -> None:
    guard = signer()
    guard.checkpoint(1, A)
    with pytest.raises(ContradictionError, match="second block hash at height 1"):
        guard.checkpoint(1, B)


def test_what_was_promised_before_a_restart_still_binds() -> None:
    proposal = Proposal(1, (A,))
    before = signer()
    accepted = AcceptedRecord(before.pre_prepare(0, 1, proposal))
    prepared = PreparedRecord(
        PreparedCertificate(0, 2, proposal, before.pre_prepare(0, 2, proposal).signature, ())
    )
    left = ViewChangeRecord(before.view_change(leaving(3)))
    after = signer()
    for record in (accepted, prepared):
        after.recall(record)
    for sequence in (1, 2):
        with pytest.raises(ContradictionError):
            after.prepare(0, sequence, B)
    assert after.commit(0, 1, proposal_digest(proposal)).sequence == 1
    after.recall(left)
    with pytest.raises(ContradictionError):
        after.commit(0, 1, proposal_digest(proposal))
