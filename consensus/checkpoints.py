"""Checkpoints: from one vote an office to a stable height (Castro & Liskov 1999, section 4.3).

Every block is a checkpoint. A quorum of matching votes is a certificate; a certified block that this
replica executed itself is stable.
"""

from collections.abc import Iterator

from consensus.errors import DivergedError
from consensus.evidence import Evidence
from consensus.messages import Checkpoint
from consensus.signatures import verify_checkpoint
from crypto.certificate import CheckpointCertificate
from crypto.keyring import Keyring


class Checkpoints:
    """Votes and certificates above the stable height.

    The bound: votes are taken in from inside the watermarks only, one an office and height, so at most
    watermark_range * offices of them are held.
    """

    def __init__(
        self, keyring: Keyring, stable: CheckpointCertificate | None, evidence: Evidence
    ) -> None:
        self._keyring = keyring
        self._evidence = evidence
        self.stable = stable
        """The certificate of the last stable height; none at height 0."""
        self._votes: dict[int, dict[str, Checkpoint]] = {}
        self._certificates: dict[int, CheckpointCertificate] = {}
        self._own: dict[int, Checkpoint] = {}

    @property
    def stable_height(self) -> int:
        """The last stable height; 0 at first."""
        return 0 if self.stable is None else self.stable.height

    @property
    def held(self) -> int:
        """How many votes are held."""
        return sum(map(len, self._votes.values()))

    def add_own(self, vote: Checkpoint) -> None:
        """Take in this replica's own vote, for a block that it executed."""
        self._own[vote.height] = vote
        self._count(vote)

    def add(self, vote: Checkpoint) -> None:
        """Take in another office's vote for a height inside the watermarks, while it can still matter.

        Raises:
            InvalidMessageError: the office did not sign it.
        """
        if vote.height in self._certificates:
            return
        earlier = self._votes.get(vote.height, {}).get(vote.office)
        if earlier is not None and (
            earlier.block_hash == vote.block_hash or vote.office in self._evidence
        ):
            return
        verify_checkpoint(vote, self._keyring)
        if earlier is None:
            self._count(vote)
        else:
            self._evidence.add(vote.office, earlier, vote)

    def add_certificate(self, certificate: CheckpointCertificate) -> None:
        """Take in a certificate that came with fetched blocks, and was checked."""
        self._certificates[certificate.height] = certificate

    def stabilise(self, height: int, executed: int) -> CheckpointCertificate | None:
        """The certificate of this height if it is newly stable: certified, and executed here.

        Raises:
            DivergedError: a quorum certified another block than this replica's.
        """
        certificate = self._certificates.get(height)
        if certificate is None or not self.stable_height < height <= executed:
            return None
        own = self._own.get(height)
        if own is not None and own.block_hash != certificate.block_hash:
            raise DivergedError(
                f"height {height}: a quorum certified block {certificate.block_hash.hex()}, "
                f"this node computed {own.block_hash.hex()}"
            )
        self.stable = certificate
        self._votes = {n: votes for n, votes in self._votes.items() if n > height}
        self._certificates = {n: item for n, item in self._certificates.items() if n > height}
        self._own = {n: vote for n, vote in self._own.items() if n > height}
        return certificate

    def own_above(self, height: int) -> Iterator[Checkpoint]:
        """This replica's votes above a height, lowest first."""
        return (vote for above, vote in sorted(self._own.items()) if above > height)

    def _count(self, vote: Checkpoint) -> None:
        votes = self._votes.setdefault(vote.height, {})
        votes.setdefault(vote.office, vote)
        if len(votes) < self._keyring.quorum or vote.height in self._certificates:
            return
        agreeing = sorted(
            (item.office, item.signature)
            for item in votes.values()
            if item.block_hash == vote.block_hash
        )
        if len(agreeing) >= self._keyring.quorum:
            self._certificates[vote.height] = CheckpointCertificate(
                vote.height, vote.block_hash, tuple(agreeing)
            )
