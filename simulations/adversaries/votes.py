"""Lies in the normal case: about proposals, votes and checkpoints, and about when and to whom to speak."""

from collections.abc import Iterator

from msgspec.structs import replace

from consensus.messages import Checkpoint, Commit, Message, Prepare, PrePrepare, SubmissionBody
from consensus.signatures import primary_of
from ledger.errors import InvalidSubmissionError, MalformedSubmissionError
from node.catchup import CatchUpMessage
from simulations.adversaries.forging import UNSIGNED, frame_of
from simulations.adversaries.strategy import Liar, Lie, Strategy, office_of


class Equivocation(Strategy):
    """Two stories: one proposal and its votes for one half of the offices, another for the other half.

    Now and then one office hears both.
    """

    kind = "equivocation"

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:
        """The frame, its rival, or both."""
        rival = self._rival(message)
        if rival is None:
            yield 0, frame
            return
        is_deceived = to in self.conspiracy.deceived
        if not is_deceived or self.chance(0.2):
            yield 0, frame
        if is_deceived or self.chance(0.2):
            yield 0, rival

    def _rival(self, message: Message | CatchUpMessage) -> bytes | None:
        office = self.forger.office
        match message:
            case PrePrepare() if primary_of(message.view, self.conspiracy.keyring) == office:
                other = self.conspiracy.rival(message.proposal)
                return self.forger.frame(replace(message, proposal=other))
            case Prepare() | Commit():
                digest = self.conspiracy.rival_digest(message.digest)
                return self.forger.frame(replace(message, digest=digest))
        return None


class Withholding(Strategy):
    """Proposes to some offices only, and sends no votes."""

    kind = "withholding"

    def __init__(self, liar: Liar) -> None:
        super().__init__(liar)
        self._told = frozenset(self.rng.sample(self.offices, self.rng.randint(0, 3)))

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:
        """The frame, or nothing."""
        is_vote = isinstance(message, Prepare | Commit)
        if not is_vote and (to in self._told or not isinstance(message, PrePrepare)):
            yield 0, frame


class SelectiveSilence(Strategy):
    """Speaks to some offices, and never to the others."""

    kind = "selective silence"

    def __init__(self, liar: Liar) -> None:
        super().__init__(liar)
        most = len(self.offices) - 1
        self._shunned = frozenset(self.rng.sample(self.offices, self.rng.randint(1, most)))

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """The frame, or nothing."""
        if to not in self._shunned:
            yield 0, frame


class Slowness(Strategy):
    """Is late with everything, by just less than the time-out after which the others leave its view."""

    kind = "slowness"

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """The frame, late."""
        yield self.conspiracy.settings.view_timeout_ms - 100, frame


class Miserliness(Strategy):
    """Proposes one submission at a time, as late as it dares: it makes progress, and as little as it can."""

    kind = "miserliness"

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """The proposal, with one submission, late."""
        keyring, office = self.conspiracy.keyring, self.forger.office
        if isinstance(message, PrePrepare) and primary_of(message.view, keyring) == office:
            first = replace(message.proposal, submissions=message.proposal.submissions[:1])
            delay_ms = self.conspiracy.settings.view_timeout_ms - 100
            yield delay_ms, self.forger.frame(replace(message, proposal=first))
        else:
            yield 0, frame


class Censorship(Strategy):
    """Never knows a submission of one office, and so never lists it as the primary."""

    kind = "censorship"

    def hears(self, message: Message | CatchUpMessage) -> bool:
        """Whether this is anything but a submission of the office that is censored."""
        if not isinstance(message, SubmissionBody):
            return True
        try:
            return office_of(message, self.conspiracy.keyring) != self.conspiracy.censored
        except (MalformedSubmissionError, InvalidSubmissionError):
            return True


class CorruptCheckpoints(Strategy):
    """Votes for blocks that nobody has, for other heights, and for two blocks at one height."""

    kind = "corrupt checkpoints"

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:
        """The checkpoint, or a false one, or both."""
        if not isinstance(message, Checkpoint) or self.chance(0.3):
            yield 0, frame
            return
        if self.chance(0.5):
            lie = replace(message, block_hash=message.block_hash[::-1])
        else:
            height = max(0, message.height + self.rng.choice((-1, 1, 2, 40)))
            lie = replace(message, height=height)
        yield 0, self.forger.frame(lie)
        if to in self.conspiracy.deceived:
            yield 0, frame
        if self.chance(0.1):
            yield 0, frame_of(replace(lie, signature=UNSIGNED))
