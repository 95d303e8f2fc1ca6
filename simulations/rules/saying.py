"""What an office may send, given what it stored and executed: the rules of sections 2, 3, 4 and 6."""

from consensus.messages import (
    Checkpoint,
    Commit,
    Message,
    NewView,
    Prepare,
    PrePrepare,
    Status,
    ViewChange,
)
from consensus.signatures import proposal_digest, view_change_digest
from node.catchup import CatchUpMessage
from simulations.rules import proofs
from simulations.rules.breach import expect
from simulations.rules.office import Office


def check_said(office: Office, message: Message | CatchUpMessage) -> None:
    """The rules of everything that an office says itself; what it only passes on binds it to nothing."""
    match message:
        case PrePrepare():
            if proofs.leader_of(message.view, office.keyring) == office.office:
                _check_vote(office, message.view)
                _check_accepted(office, message, proposal_digest(message.proposal))
        case Prepare():
            expect("2.6", message.office == office.office, f"votes for {message.office}")
            leader = proofs.leader_of(message.view, office.keyring)
            expect("2.3", leader != office.office, "prepares as the primary")
            _check_vote(office, message.view)
            _check_accepted(office, message, message.digest)
        case Commit():
            expect("2.6", message.office == office.office, f"votes for {message.office}")
            _check_vote(office, message.view)
            _check_committed(office, message)
        case Checkpoint():
            expect("2.6", message.office == office.office, f"votes for {message.office}")
            _check_checkpoint(office, message)
        case ViewChange() if message.office == office.office:
            durable = office.journal.left.get(message.view) == view_change_digest(message)
            expect("3.1", durable, f"sends a view change for {message.view} that is not durable")
            office.view_left = max(office.view_left, message.view)
        case NewView():
            durable = office.journal.entered.get(message.view) == message
            expect("3.1", durable, f"sends a new view {message.view} that is not durable")
        case Status():
            _check_status(office, message)
        case _:
            pass


def check_told(office: Office, height: int, block_hash: bytes, durable: int | None) -> None:
    """Rule 3.1 for a client that is told that something is final."""
    expect("3.1", office.blocks.get(height) == block_hash, f"tells of block {height}, not executed")
    if durable is not None:
        expect("3.1", height <= durable, f"tells of block {height}, durable up to {durable}")


def _check_vote(office: Office, view: int) -> None:
    left = office.view_left
    expect("5.2", view >= left, f"sends a vote of view {view} after it left for {left}")


def _check_accepted(office: Office, message: PrePrepare | Prepare, digest: bytes) -> None:
    place = message.view, message.sequence
    if isinstance(message, PrePrepare) and office.journal.opened_with(message):
        return
    known = office.journal.accepted.get(place)
    if known is None and message.sequence <= office.stable_once:
        return  # Stable, and forgotten.
    expect("3.1", known is not None, f"sends a vote at {place} that is not durable")
    expect("3.2", known == digest, f"votes for a second digest at {place}")


def _check_committed(office: Office, message: Commit) -> None:
    place = message.view, message.sequence
    record = office.journal.prepared.get(place)
    if record is None and message.sequence <= office.stable_once:
        return
    expect("3.1", record is not None, f"commits at {place} without a durable certificate")
    assert record is not None
    same = proposal_digest(record.certificate.proposal) == message.digest
    expect("3.2", same, f"commits to a second digest at {place}")


def _check_checkpoint(office: Office, message: Checkpoint) -> None:
    height, block_hash = message.height, message.block_hash
    known = office.checkpoints.setdefault(height, block_hash)
    expect("3.2", known == block_hash, f"votes for a second block at {height}")
    executed = office.blocks.get(height)
    expect("4.1", executed == block_hash, f"votes for block {height}, which it did not execute")


def _check_status(office: Office, message: Status) -> None:
    standing = office.standing
    expect("6.1", message.view <= standing.view, f"tells view {message.view} in {standing.view}")
    height = office.height
    expect("6.1", message.executed <= height, f"tells height {message.executed}, is at {height}")
    stable = office.stable_once
    expect("6.1", message.stable <= stable, f"tells stable {message.stable}, is at {stable}")
