"""What an office may execute and call stable, given what it was shown: rules 2.4, 4.2 and 7.2."""

from simulations.rules.breach import expect
from simulations.rules.office import Office
from simulations.rules.shown import Place

Submissions = tuple[bytes, ...]
"""Digests, in the order of a block."""


def check_executed(
    office: Office, height: int, block_hash: bytes, submissions: Submissions | None
) -> None:
    """Blocks come in order, each decided by a quorum of commits that came, or proved by a certificate.

    `submissions`: what the block holds, where it is known.
    """
    if office.executed is not None:
        expect("2.4", height == office.executed + 1, f"executed {height} after {office.executed}")
    else:
        in_order = height <= office.height + 1
        expect("2.4", in_order, f"executed {height} after {office.height} and a restart")
    known = office.blocks.get(height, block_hash)
    expect("3.2", known == block_hash, f"executed a second block {height}")
    if office.shown.certified.get(height) == block_hash:
        return
    own = set(office.journal.commits(height))
    places = [
        place
        for place in own.union(office.shown.commit_places(height))
        if _is_decided(office, place, commits_itself=place in own)
    ]
    reason = f"executed {height} without a quorum of commits or a certificate"
    expect("2.4", places, reason)
    if submissions is None:
        return
    decided = [office.listed(place) for place in places]
    expect("2.4", submissions in decided, f"block {height} holds other submissions than decided")


def check_stable(office: Office, height: int) -> None:
    """A stable height was executed, and a quorum signed its block (4.2)."""
    block_hash = office.blocks.get(height)
    expect("4.2", block_hash is not None, f"calls {height} stable, which it did not execute")
    assert block_hash is not None
    if office.shown.certified.get(height) == block_hash:
        return
    signers = office.shown.checkpointed(height, block_hash) | {office.office}
    enough = len(signers) >= office.keyring.quorum
    expect("4.2", enough, f"calls {height} stable with checkpoints of {sorted(signers)}")


def _is_decided(office: Office, place: Place, *, commits_itself: bool) -> bool:
    """Whether a quorum committed it, and the office knows what."""
    offices = office.shown.committed(place) | ({office.office} if commits_itself else set())
    return len(offices) >= office.keyring.quorum and office.listed(place) is not None
