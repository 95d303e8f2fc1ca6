"""Linearizable reads without a write: how far a node must have executed before it may answer (docs/protocol.md 8).

A decided sequence number was committed by a quorum of offices, and each honest one of them was prepared for it. So a
quorum that is asked after a read began has one member at least that names this number or a higher one. Nobody is
believed for more than the one quorum that he belongs to: who names too low a number is outvoted by that honest
member, who names too high a one is passed over for another.
"""

from collections.abc import Iterator

from consensus.messages import FetchReadIndex, ReadIndex
from consensus.output import Instant, Send


class Reads:
    """One round of questions at a time, shared by all reads that began before it was asked.

    Invariants: 1. An answer counts only in the round whose nonce it repeats: it was given after every read of the
    round began. 2. A round ends only when this office has executed what each office of a quorum named: any quorum, and
    this office is of it only where it has executed all that it is prepared for. 3. At most
    one answer of an office, one question of an office and two nonces are held.
    """

    def __init__(self, office: str, quorum: int, patience_ms: int) -> None:
        self._office = office
        self._quorum = quorum
        self._patience_ms = patience_ms
        self.ended = 0
        """The last round that ended; rounds are numbered from 1. Its reads may be answered."""
        self._nonce: bytes | None = None
        """Of the round that is going on, if one is."""
        self._asked_at: int | None = None
        """When it was last asked; none before it was."""
        self._next_nonce: bytes | None = None
        """Of the round after it, if reads wait for that."""
        self._named: dict[str, int] = {}
        """The lowest number that each office named in this round."""
        self._questions: dict[str, bytes] = {}
        """The last question of each peer that is not answered yet."""

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to ask and nothing to answer."""
        return self._nonce is None and not self._questions

    def begin(self, nonce: bytes) -> int:
        """A read begins: the number of the round after which it may be answered.

        The nonce must be new, also after a restart; it is used unless another read waits for the same round already.
        """
        if self._nonce is None:
            self._nonce = nonce
            return self.ended + 1
        if self._asked_at is None:
            return self.ended + 1
        if self._next_nonce is None:
            self._next_nonce = nonce
        return self.ended + 2

    def asked(self, peer: str, question: FetchReadIndex) -> None:
        """A peer asks; it is answered in the next turn, and only its last question is."""
        self._questions[peer] = question.nonce

    def answered(self, peer: str, answer: ReadIndex) -> None:
        """A peer answers; a late answer to another round is nothing wrong and means nothing."""
        if answer.nonce == self._nonce:
            self._name(peer, answer.sequence)

    def turn(self, *, executed: int, prepared: int, now: Instant) -> Iterator[Send]:
        """What to send now; `ended` moves on with the rounds that are over.

        `executed` and `prepared`: the highest sequence number that this replica executed, and the highest that it is
        prepared for (`Replica.highest_prepared`).
        """
        index = max(executed, prepared)
        questions, self._questions = self._questions, {}
        for peer, nonce in sorted(questions.items()):
            yield Send(peer, ReadIndex(nonce, index))
        while self._nonce is not None and self._is_over(executed, index):
            self.ended += 1
            self._nonce, self._next_nonce = self._next_nonce, None
            self._asked_at, self._named = None, {}
        if self._nonce is not None and self._is_due(now):
            self._asked_at = now.monotonic_ms
            yield Send(None, FetchReadIndex(self._nonce))

    def next_ms(self) -> int | None:
        """When a question is to be repeated: it was lost, or what was named then is decided in another way."""
        return None if self._asked_at is None else self._asked_at + self._patience_ms

    def _is_over(self, executed: int, index: int) -> bool:
        self._name(self._office, index)
        return sum(number <= executed for number in self._named.values()) >= self._quorum

    def _is_due(self, now: Instant) -> bool:
        asked_at = self._asked_at
        return asked_at is None or now.monotonic_ms >= asked_at + self._patience_ms

    def _name(self, office: str, sequence: int) -> None:
        """Every answer of a round is right for it, so the lowest of an office is."""
        self._named[office] = min(sequence, self._named.get(office, sequence))
