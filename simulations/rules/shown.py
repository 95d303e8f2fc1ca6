"""What an office was shown since it started: every message that reached it, by what it can prove."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TypeVar

from consensus.errors import MalformedMessageError
from consensus.messages import (
    Checkpoint,
    Commit,
    NewView,
    Prepare,
    PrePrepare,
    SubmissionBody,
    ViewChange,
)
from consensus.signatures import proposal_digest, view_change_digest
from crypto.certificate import CheckpointCertificate, decode_certificate
from crypto.digest import sha256
from crypto.errors import CryptoError
from crypto.keyring import Keyring
from ledger.block import decode_block
from ledger.errors import MalformedBlockError
from node.catchup import Blocks, CatchUpMessage
from simulations.rules import proofs
from simulations.trace import message_in

Place = tuple[int, int, bytes]
"""(view, sequence, digest)."""


Vote = TypeVar("Vote", Prepare, Commit)


class Shown:
    """Messages as they came; whether a signature is right is looked up when it matters."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self.pre_prepares: dict[Place, PrePrepare] = {}
        self.judged: dict[Place, set[int]] = defaultdict(set)
        """What the office's clock showed when a pre-prepare came (Unix ms)."""
        self._prepares: dict[Place, dict[str, Prepare]] = defaultdict(dict)
        self._commits: dict[Place, dict[str, Commit]] = defaultdict(dict)
        self._checkpoints: dict[tuple[int, bytes], dict[str, Checkpoint]] = defaultdict(dict)
        self.changes: dict[bytes, ViewChange] = {}
        """By digest."""
        self.left_ms: dict[str, int] = {}
        """Since when each office is known to be on its way into higher views, whichever."""
        self.new_views: set[NewView] = set()
        self.bodies: dict[bytes, int] = {}
        """Bytes of each body."""
        self.certified: dict[int, bytes] = {}
        """Block hashes that certificates and the chains below them prove, by height."""

    def take_in(
        self, sender: str, frame: bytes, at_ms: int, clock: Callable[[], int | None]
    ) -> None:
        """A frame arrived; `clock` tells what the office's clock shows now (Unix ms), where that is known."""
        try:
            message = message_in(frame)
        except MalformedMessageError:
            return
        if isinstance(message, Blocks):
            self._blocks(message)
        elif isinstance(message, SubmissionBody):
            self.bodies[sha256(message.data)] = len(message.data)
        elif isinstance(message, PrePrepare):
            place = (message.view, message.sequence, proposal_digest(message.proposal))
            # Of two that differ in the signature alone, one may be no primary's.
            known = self.pre_prepares.get(place)
            if known is None or not proofs.is_pre_prepare_signed(known, self._keyring):
                self.pre_prepares[place] = message
            unix_ms = clock()
            if unix_ms is not None:
                self.judged[place].add(unix_ms)
        else:
            self._vote_or_view(sender, message, at_ms)

    def entered(self, view: int, unix_ms: int | None) -> None:
        """The office enters a view: what came early for it is judged now, what came for lower ones is over."""
        self.changes = {key: change for key, change in self.changes.items() if change.view >= view}
        ahead = {change.office for change in self.changes.values() if change.view > view}
        self.left_ms = {name: ms for name, ms in self.left_ms.items() if name in ahead}
        self.new_views = {message for message in self.new_views if message.view >= view}
        if unix_ms is None:
            return
        for place in self.pre_prepares:
            if place[0] == view:
                self.judged[place].add(unix_ms)

    def has_prepare(self, place: Place, office: str) -> bool:
        """Whether this office's own, signed prepare came."""
        vote = self._prepares[place].get(office)
        return vote is not None and proofs.is_vote_signed(vote, self._keyring)

    def committed(self, place: Place) -> set[str]:
        """The offices whose signed commits came."""
        votes = self._commits.get(place, {})
        return {who for who, vote in votes.items() if proofs.is_vote_signed(vote, self._keyring)}

    def commit_places(self, sequence: int) -> Iterator[Place]:
        """Where commits for a sequence came, with the digest."""
        return (place for place in self._commits if place[1] == sequence)

    def checkpointed(self, height: int, block_hash: bytes) -> set[str]:
        """The offices whose signed checkpoints of this block came."""
        votes = self._checkpoints.get((height, block_hash), {})
        keyring = self._keyring
        return {who for who, vote in votes.items() if proofs.is_checkpoint_signed(vote, keyring)}

    def add_certificate(self, certificate: CheckpointCertificate | None) -> None:
        """A certificate is at hand: in a view change, say."""
        if certificate is None or self.certified.get(certificate.height) == certificate.block_hash:
            return
        if proofs.is_certified(certificate, self._keyring):
            self.certified[certificate.height] = certificate.block_hash

    def forget(self, sequence: int) -> None:
        """Drop what concerns sequences up to this one."""
        for places in (self.pre_prepares, self.judged, self._prepares, self._commits):
            for place in [place for place in places if place[1] <= sequence]:
                del places[place]
        for key in [key for key in self._checkpoints if key[0] <= sequence]:
            del self._checkpoints[key]
        for height in [height for height in self.certified if height < sequence]:
            del self.certified[height]

    def _vote_or_view(self, sender: str, message: object, at_ms: int) -> None:
        if isinstance(message, Prepare) and message.office == sender:
            self._keep(self._prepares, message)
        elif isinstance(message, Commit) and message.office == sender:
            self._keep(self._commits, message)
        elif isinstance(message, Checkpoint) and message.office == sender:
            checkpoints = self._checkpoints[message.height, message.block_hash]
            known = checkpoints.get(sender)
            if known is None or not proofs.is_checkpoint_signed(known, self._keyring):
                checkpoints[sender] = message
        elif isinstance(message, ViewChange):
            self.changes.setdefault(view_change_digest(message), message)
            self.left_ms.setdefault(message.office, at_ms)
            self.add_certificate(message.stable)
        elif isinstance(message, NewView):
            self.new_views.add(message)

    def _keep(self, votes: dict[Place, dict[str, Vote]], vote: Vote) -> None:
        """Keep a vote, unless a signed one of its office is here: a forged one takes no other's place."""
        by_office = votes[vote.view, vote.sequence, vote.digest]
        known = by_office.get(vote.office)
        if known is None or not proofs.is_vote_signed(known, self._keyring):
            by_office[vote.office] = vote

    def _blocks(self, message: CatchUpMessage) -> None:
        """Of blocks that lead to a certificate, each is proved by the one above it (7.2)."""
        assert isinstance(message, Blocks)
        try:
            certificate = decode_certificate(message.certificate)
            blocks = [decode_block(data) for data in message.blocks]
        except (CryptoError, MalformedBlockError):
            return
        self.add_certificate(certificate)
        proved = self.certified.get(certificate.height)
        for block in reversed(blocks):
            if proved is None or block.hash != proved:
                return
            self.certified[block.header.height] = proved
            proved = block.header.previous_hash
