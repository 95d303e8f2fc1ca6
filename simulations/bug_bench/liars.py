"""Ways to lie that only the bugs of the bench fall for; the others are in `simulations.adversaries`."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from consensus.messages import (
    Commit,
    Message,
    Prepare,
    PrePrepare,
    Proposal,
    Status,
    SubmissionBody,
    ViewChange,
)
from consensus.signatures import primary_of
from crypto.digest import sha256
from node.catchup import CatchUpMessage
from simulations.adversaries.forging import UNSIGNED, Forger, frame_of
from simulations.adversaries.strategy import Liar, Lie, Strategy

BURST: Final = 64
_ASKED_FOR_MS: Final = 60
"""After so long the others ask for what a proposal lists and they lack; sent then, it is taken."""
_OTHER_NETWORK: Final = sha256(b"the network in which the offices try things out")


class Repetition(Strategy):
    """As the primary proposes again what was executed before, and has the bodies ready for who asks."""

    kind = "repetition"

    def __init__(self, liar: Liar) -> None:
        super().__init__(liar)
        self._bodies: dict[bytes, bytes] = {}
        self._listed: list[bytes] = []
        self._proposals: dict[tuple[int, int], Proposal] = {}

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """The proposal with something old in it."""
        if isinstance(message, SubmissionBody):
            self._bodies[sha256(message.data)] = frame
        if not isinstance(message, PrePrepare) or not self._leads(message.view):
            yield 0, frame
            return
        proposal = self._repeated(message)
        yield 0, self.forger.frame(replace(message, proposal=proposal))
        for digest in proposal.submissions:
            if digest not in message.proposal.submissions:
                yield _ASKED_FOR_MS, self._bodies[digest]

    def _leads(self, view: int) -> bool:
        return primary_of(view, self.conspiracy.keyring) == self.forger.office

    def _repeated(self, message: PrePrepare) -> Proposal:
        key = message.view, message.sequence
        if key not in self._proposals:
            fresh = message.proposal.submissions
            again = tuple(digest for digest in self._listed if digest not in fresh)[:1]
            self._listed += [digest for digest in fresh if digest in self._bodies]
            self._proposals[key] = replace(message.proposal, submissions=fresh + again)
        return self._proposals[key]


class FarVotes(Strategy):
    """Sends more votes of views that nobody is near than anyone should keep."""

    kind = "far votes"

    def __init__(self, liar: Liar) -> None:
        super().__init__(liar)
        self._made = 0

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """Beside every status a burst."""
        yield 0, frame
        if isinstance(message, Status):
            for _ in range(BURST):
                self._made += 1
                view, sequence = message.view + 1 + self._made, message.stable + 1 + self._made
                vote = self.rng.choice((Prepare, Commit))
                yield 0, frame_of(vote(view, sequence, bytes(32), self.forger.office, UNSIGNED))


class OtherNetwork(Strategy):
    """Repeats here what the same offices, with the same keys, signed in a network that they try things out in."""

    kind = "other network"

    def __init__(self, liar: Liar) -> None:
        super().__init__(liar)
        self._there = {office: Forger(office, _OTHER_NETWORK) for office in self.offices}

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:
        """Beside a status now and then: everyone's view change from there."""
        yield 0, frame
        if isinstance(message, Status) and self.chance(0.1):
            for office in self.offices:
                if office != to:
                    change = ViewChange(message.view + 1, None, (), office, UNSIGNED)
                    yield 0, self._there[office].frame(change)


STRATEGIES: Final[tuple[type[Strategy], ...]] = (Repetition, FarVotes, OtherNetwork)
