"""Offices that lie, in the few ways that the bugs of the bench need.

Each runs the production engine and makes something else of its frames; it holds its office's key.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from consensus.messages import (
    Commit,
    Message,
    Prepare,
    PrePrepare,
    Status,
    SubmissionBody,
    ViewChange,
)
from consensus.signatures import (
    primary_of,
    proposal_digest,
    view_change_message,
    vote_message,
)
from consensus.wire import encode_message
from crypto.digest import sha256
from crypto.signing import bound_message
from node.catchup import CatchUpMessage
from simulations.cluster import Cluster
from simulations.identities import key_of
from simulations.trace import message_in

Lie = tuple[int, bytes]
"""(milliseconds to wait, frame)."""
BURST: Final = 64
_ANSWER_MS: Final = 60
"""After so long what a proposal lists is asked for; sent then, it is taken."""


class Liar:
    """One that tells the truth."""

    def __init__(self, cluster: Cluster, office: str, rng: random.Random) -> None:
        self.office = office
        self.rng = rng
        self.keyring = cluster.genesis.keyring()

    def outgoing(self, to: str, frame: bytes, now_ms: int) -> Iterable[Lie]:  # noqa: ARG002
        """What one receiver gets instead of a frame."""
        return self.lies(to, message_in(frame), frame)

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """What one receiver gets instead of a message."""
        yield 0, frame

    def leads(self, message: PrePrepare) -> bool:
        """Whether this office is the primary that may sign such a message."""
        return primary_of(message.view, self.keyring) == self.office

    def signed(self, message: PrePrepare) -> bytes:
        """The frame of a pre-prepare with this office's signature."""
        digest = proposal_digest(message.proposal)
        text = vote_message(message.view, message.sequence, digest)
        bound = bound_message("pre-prepare", self.keyring.network_id, text)
        return framed(replace(message, signature=key_of(self.office).sign(bound)))


class TwoStories(Liar):
    """As the primary proposes one thing to some and another to the others; to some of them both."""

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:
        """The proposal, or another one of the same submissions."""
        if not isinstance(message, PrePrepare) or not self.leads(message):
            yield 0, frame
            return
        proposal = replace(message.proposal, time_ms=message.proposal.time_ms + 1)
        other = self.signed(replace(message, proposal=proposal))
        is_deceived = self.keyring.offices.index(to[:2]) % 2 == 0
        stories = (other, frame) if is_deceived else (frame, other)
        yield 0, stories[0]
        if self.rng.random() < 0.5:  # noqa: PLR2004 - as often as not
            yield 20, stories[1]


class Repetition(Liar):
    """As the primary proposes again what was executed before, and has the bodies ready for who asks."""

    def __init__(self, cluster: Cluster, office: str, rng: random.Random) -> None:
        super().__init__(cluster, office, rng)
        self._bodies: dict[bytes, bytes] = {}
        self._listed: list[bytes] = []

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """The proposal with something old in it."""
        if isinstance(message, SubmissionBody):
            self._bodies[sha256(message.data)] = frame
        if not isinstance(message, PrePrepare) or not self.leads(message):
            yield 0, frame
            return
        fresh = message.proposal.submissions
        again = tuple(digest for digest in self._listed if digest not in fresh)[:1]
        self._listed += [digest for digest in fresh if digest in self._bodies]
        proposal = replace(message.proposal, submissions=fresh + again)
        yield 0, self.signed(replace(message, proposal=proposal))
        for digest in again:
            yield _ANSWER_MS, self._bodies[digest]


class BrokenFrames(Liar):
    """Sends frames of which some bytes are others, or the end is missing."""

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """The frame, and now and then one like it."""
        yield 0, frame
        if self.rng.random() < 0.2:  # noqa: PLR2004 - a fifth
            place = self.rng.randrange(1, len(frame))
            other = bytes([self.rng.randrange(256)])
            yield 0, self.rng.choice((frame[:place], frame[:place] + other + frame[place + 1 :]))


class Flood(Liar):
    """Sends votes of views and sequences that nobody is near."""

    def __init__(self, cluster: Cluster, office: str, rng: random.Random) -> None:
        super().__init__(cluster, office, rng)
        self._made = 0

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """Beside every status a burst."""
        yield 0, frame
        if isinstance(message, Status):
            for _ in range(BURST):
                self._made += 1
                view, sequence = message.view + 1 + self._made, message.stable + 1 + self._made
                vote = self.rng.choice((Prepare, Commit))
                yield 0, framed(vote(view, sequence, bytes(32), self.office, bytes(64)))


class OtherNetwork(Liar):
    """Repeats here what the same offices, with the same keys, signed in a network that they try things out in."""

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:
        """Beside a status now and then: everyone's view change from there."""
        yield 0, frame
        if isinstance(message, Status) and self.rng.random() < 0.1:  # noqa: PLR2004 - a tenth
            for office in self.keyring.offices:
                if office != to:
                    change = ViewChange(message.view + 1, None, (), office, bytes(64))
                    text = bound_message("view-change", _OTHER_ID, view_change_message(change))
                    signature = key_of(office).sign(text)
                    yield 0, framed(replace(change, signature=signature))


_OTHER_ID: Final = sha256(b"the network in which the offices try things out")


class Slowness(Liar):
    """As the primary sends each proposal just before the others would lose patience."""

    delay_ms = 1_700

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """The frame, proposals late."""
        yield self.delay_ms if isinstance(message, PrePrepare) else 0, frame


STRATEGIES: Final[tuple[Callable[[Cluster, str, random.Random], Liar], ...]] = (
    TwoStories,
    Repetition,
    BrokenFrames,
    Flood,
    OtherNetwork,
)


def framed(message: Message) -> bytes:
    """The frame of a message of consensus."""
    return b"\x01" + encode_message(message)
