"""What all liars share: their key, what they agreed among themselves, and the strategy of the moment."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import ClassVar, TypeAlias

from msgspec.structs import replace

from consensus.errors import MalformedMessageError
from consensus.messages import Message, Proposal, SubmissionBody
from consensus.settings import ReplicaSettings
from consensus.signatures import proposal_digest
from crypto.keyring import Keyring
from ledger.submission import admit
from node.catchup import CatchUpMessage
from simulations.adversaries.forging import Forger
from simulations.trace import message_in

Lie: TypeAlias = tuple[int, bytes]
"""(milliseconds to wait, frame)."""


class Conspiracy:
    """What the liars of one run agreed on: whom to tell which story, and whom to censor."""

    def __init__(self, rng: random.Random, keyring: Keyring, settings: ReplicaSettings) -> None:
        self.keyring = keyring
        self.settings = settings
        offices = list(keyring.offices)
        self.deceived = frozenset(rng.sample(offices, len(offices) // 2))
        """Who is told the other story."""
        self.censored = rng.choice(offices)
        self._rivals: dict[bytes, bytes] = {}

    def rival(self, proposal: Proposal) -> Proposal:
        """The other story: a proposal as good as this one, and not it."""
        if len(proposal.submissions) > 1:
            other = replace(proposal, submissions=proposal.submissions[::-1])
        else:
            other = replace(proposal, time_ms=proposal.time_ms + 1)
        one_digest, other_digest = proposal_digest(proposal), proposal_digest(other)
        self._rivals[one_digest], self._rivals[other_digest] = other_digest, one_digest
        return other

    def rival_digest(self, digest: bytes) -> bytes:
        """The digest of the other story; of none that is known, an invented one."""
        return self._rivals.get(digest, digest[::-1])


class Strategy:
    """One way to lie; as it stands here, none."""

    kind: ClassVar[str]

    def __init__(self, liar: "Liar") -> None:
        self.liar = liar
        self.rng = liar.rng
        self.forger = liar.forger
        self.conspiracy = liar.conspiracy
        self.offices = liar.conspiracy.keyring.offices

    def lies(
        self,
        to: str,  # noqa: ARG002 - others look at it
        message: Message | CatchUpMessage,  # noqa: ARG002
        frame: bytes,
    ) -> Iterator[Lie]:
        """What one receiver gets instead of this frame."""
        yield 0, frame

    def hears(self, message: Message | CatchUpMessage) -> bool:  # noqa: ARG002
        """Take note of what arrived; returns whether the liar's own engine is to know of it."""
        return True

    def chance(self, share: float) -> bool:
        """Whether something happens that happens in this share of cases."""
        return self.rng.random() < share


class Liar:
    """One office that lies, by one or more strategies at a time: each makes something of what the one before left."""

    def __init__(
        self,
        office: str,
        rng: random.Random,
        conspiracy: Conspiracy,
        fired: Counter[str],
    ) -> None:
        self.office = office
        self.rng = rng
        self.conspiracy = conspiracy
        self.forger = Forger(office, conspiracy.keyring.network_id)
        self.fired = fired
        self._strategies: tuple[Strategy, ...] = ()

    def adopt(self, *strategies: type[Strategy]) -> None:
        """Lie in these ways from now on."""
        self._strategies = tuple(strategy(self) for strategy in strategies)

    def outgoing(self, to: str, frame: bytes, now_ms: int) -> Iterable[Lie]:  # noqa: ARG002
        """(milliseconds to wait, frame) of what one receiver gets instead."""
        told: tuple[Lie, ...] = ((0, frame),)
        for strategy in self._strategies:
            told = tuple(
                (waited_ms + delay_ms, lie)
                for waited_ms, said in told
                for delay_ms, lie in self._retold(strategy, to, said)
            )
        return told

    def _retold(self, strategy: Strategy, to: str, frame: bytes) -> tuple[Lie, ...]:
        try:
            message = message_in(frame)
        except MalformedMessageError:
            return ((0, frame),)  # A lie already, that nobody can read.
        told = tuple(strategy.lies(to, message, frame))
        if told != ((0, frame),):
            self.fired[strategy.kind] += 1
        return told

    def ignores(self, frame: bytes) -> bool:
        """Whether this office acts as if the frame never reached it."""
        try:
            message = message_in(frame)
        except MalformedMessageError:
            return False  # Another liar's.
        for strategy in self._strategies:
            if not strategy.hears(message):
                self.fired[strategy.kind] += 1
                return True
        return False


@lru_cache(maxsize=4_096)
def office_of(body: SubmissionBody, keyring: Keyring) -> str:
    """Whose submission this is."""
    return admit(body.data, keyring).office
