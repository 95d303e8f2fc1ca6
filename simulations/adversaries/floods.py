"""Too much of everything: messages of far views and sequences, of old ones, and questions without end."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import ClassVar

from consensus.messages import (
    Checkpoint,
    Commit,
    FetchSubmissions,
    FetchViewChanges,
    Message,
    NewView,
    Prepare,
    PrePrepare,
    Proposal,
    Status,
    SubmissionBody,
    ViewChange,
)
from crypto.digest import sha256
from node.catchup import CatchUpMessage, FetchBlocks
from simulations.adversaries.forging import UNSIGNED, frame_of
from simulations.adversaries.strategy import Liar, Lie, Strategy

_OLD_FRAMES = 256
_DIGEST = sha256(b"nothing that anyone has")


class Floods(Strategy):
    """Beside every status a burst of one kind."""

    kind = "floods"
    burst: ClassVar[int] = 24
    """Frames that one status brings with it."""

    def __init__(self, liar: Liar) -> None:
        super().__init__(liar)
        self._bodies: deque[bytes] = deque(maxlen=self.burst)
        self._made = 0
        self._real = [sha256(b"%d" % number) for number in range(8)]
        """Digests of view changes that others can be asked for."""

    def hears(self, message: Message | CatchUpMessage) -> bool:
        """Learn what can be asked for; everything is heard."""
        if isinstance(message, NewView):
            self._real = [digest for _, digest in message.view_changes]
        return True

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """The frame, and much more."""
        yield 0, frame
        if isinstance(message, SubmissionBody):
            self._bodies.append(frame)
        elif isinstance(message, Status):
            burst = self.rng.choice(
                (self._votes, self._proposals, self._checkpoints, self._changes, self._questions)
            )
            for _ in range(self.burst):
                self._made += 1
                yield 0, burst(message)
            yield from ((0, body) for body in self._bodies)

    def _votes(self, at: Status) -> bytes:
        kind: Callable[..., Message] = self.rng.choice((Prepare, Commit))
        view, sequence = at.view + self.rng.choice((0, 1, self._made)), at.executed + self._made
        return frame_of(kind(view, sequence, _DIGEST, self.forger.office, UNSIGNED))

    def _proposals(self, at: Status) -> bytes:
        proposal = Proposal(self._made, (_DIGEST,) * 32)
        return frame_of(PrePrepare(at.view + 1, at.stable + 1 + self._made, proposal, UNSIGNED))

    def _checkpoints(self, at: Status) -> bytes:
        vote = Checkpoint(at.stable + self._made, _DIGEST, self.forger.office, UNSIGNED)
        return self.forger.frame(vote) if self._made % 4 == 0 else frame_of(vote)

    def _changes(self, at: Status) -> bytes:
        change = ViewChange(at.view + self._made, None, (), self.forger.office, UNSIGNED)
        return self.forger.frame(change) if self._made % 4 == 0 else frame_of(change)

    def _questions(self, at: Status) -> bytes:
        wanted = tuple(self._real)
        return self.rng.choice(
            (
                frame_of(FetchSubmissions(wanted)),
                frame_of(FetchViewChanges(wanted)),
                frame_of(FetchBlocks(1)),
                frame_of(at),
            )
        )


class StaleReplays(Strategy):
    """Says again what it said long ago, view changes among it, to whomever."""

    kind = "stale replays"

    def __init__(self, liar: Liar) -> None:
        super().__init__(liar)
        self._old: deque[bytes] = deque(maxlen=_OLD_FRAMES)
        self._changes: deque[bytes] = deque(maxlen=_OLD_FRAMES)

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """The frame, and now and then old ones."""
        yield 0, frame
        if self._old and self.chance(0.3):
            yield 0, self.rng.choice(self._old)
        if self._changes and self.chance(0.1):
            yield 0, self.rng.choice(self._changes)
        self._old.append(frame)
        if isinstance(message, ViewChange):
            self._changes.append(frame)
