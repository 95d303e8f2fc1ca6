"""Collects checkpoint votes until a quorum agrees on one block hash (Castro & Liskov 1999, section 4.3)."""

from consensus.messages import Checkpoint
from crypto.certificate import CheckpointCertificate


class CheckpointVotes:
    """Checkpoint votes above the stable height; one vote an office and height. Signatures are checked before.

    The bound: heights come from inside the watermarks only, so at most watermark_range * offices votes are
    held.
    """

    def __init__(self, quorum: int) -> None:
        self._quorum = quorum
        self._votes: dict[int, dict[str, Checkpoint]] = {}

    def has(self, height: int, office: str) -> bool:
        """Whether the office's vote for this height is here."""
        return office in self._votes.get(height, {})

    def add(self, vote: Checkpoint) -> CheckpointCertificate | None:
        """Take a vote in; returns a certificate when this vote completes a quorum."""
        votes = self._votes.setdefault(vote.height, {})
        if votes.setdefault(vote.office, vote) is not vote:
            return None
        agreeing = sorted(
            (item.office, item.signature)
            for item in votes.values()
            if item.block_hash == vote.block_hash
        )
        if len(agreeing) != self._quorum:
            return None
        return CheckpointCertificate(vote.height, vote.block_hash, tuple(agreeing))

    def advance(self, stable: int) -> None:
        """Drop the votes at or below the stable height."""
        self._votes = {height: votes for height, votes in self._votes.items() if height > stable}
