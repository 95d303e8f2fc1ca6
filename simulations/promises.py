"""All promises of the register, judged in one place: every kind of run has every oracle.

What each demands is in `docs/testing.md`; what a kind of run demands besides, its own module says.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import partial
from typing import TypeAlias

from consensus.settings import ReplicaSettings
from simulations.answers import Answers
from simulations.bounds import check_bounds
from simulations.cluster import Cluster
from simulations.evidence_oracle import EvidenceOracle
from simulations.node import SimulatedNode
from simulations.oracles import Chain, Signatures, check_honesty, check_replay
from simulations.rules import rules_of
from simulations.trace import Observer, kinds_of
from simulations.traffic import Traffic
from simulations.true_votes import TrueVotes


class Promise(StrEnum):
    """What the register promises, in the words of a report."""

    CHAIN = "One chain at all offices; nothing is executed twice, nothing acknowledged is lost or untrue"
    SIGNATURES = "No office contradicts itself; every vote is durable before it is sent"
    VOTES = "Certificates hold only votes that were cast; no commit is forgotten"
    ANSWERS = "Whoever filed at an office that did not stop has an answer"
    TRAFFIC = "What offices say to one another about views stays within its bound"
    EVIDENCE = "Evidence is kept of whoever contradicts itself, and of nobody else"
    RULES = (
        "Everything that an office stores, says and executes keeps the rules of docs/protocol.md"
    )
    BOUNDS = "No office holds more than docs/protocol.md, section 9, allows"
    HONESTY = "Nothing that honest offices say is refused"
    REPLAY = "The ledger files alone lead to the same state"


Check: TypeAlias = Callable[[], None]
Judging: TypeAlias = Callable[[Promise, Observer], Observer]
"""What makes an oracle the observer that the cluster is given."""


def _at_once(_promise: Promise, oracle: Observer) -> Observer:
    """The oracle itself: a broken promise ends the run."""
    return oracle


class Promises:
    """Every oracle, watching a cluster from now on."""

    def __init__(
        self,
        cluster: Cluster,
        settings: ReplicaSettings | None = None,
        judging: Judging = _at_once,
        *,
        follows_rules: bool = True,
    ) -> None:
        """`settings`: as the cluster was given them. `follows_rules`: to check them takes a sixth of a run's time."""
        settings = settings or ReplicaSettings()
        self._cluster = cluster
        self._settings = settings
        self.chain = Chain(cluster)
        self.answers = Answers(cluster)
        self.traffic = Traffic(cluster, settings.heartbeat_ms)
        self.evidence = EvidenceOracle(cluster, settings)
        oracles: tuple[tuple[Promise, Observer], ...] = (
            (Promise.CHAIN, self.chain),
            (Promise.ANSWERS, self.answers),
            (Promise.SIGNATURES, Signatures(cluster)),
            (Promise.VOTES, TrueVotes(cluster)),
            (Promise.TRAFFIC, self.traffic),
            (Promise.EVIDENCE, self.evidence),
        )
        if follows_rules:
            oracles += ((Promise.RULES, rules_of(cluster, settings)),)
        for promise, oracle in oracles:
            cluster.watch(judging(promise, oracle), kinds=kinds_of(oracle))

    def checks_during(self) -> tuple[tuple[Promise, Check], ...]:
        """What holds between any two events, beside what the oracles watch."""
        return (
            (Promise.BOUNDS, partial(check_bounds, self._cluster, self._settings)),
            (Promise.HONESTY, partial(check_honesty, self._cluster)),
        )

    def checks_at_end(self, replayed: Iterable[SimulatedNode]) -> tuple[tuple[Promise, Check], ...]:
        """What holds besides when everything is healed and final; `replayed`: whose files are replayed."""
        return (
            (Promise.CHAIN, self.chain.check_nothing_lost),
            (Promise.ANSWERS, self.answers.check_waiting),
            (Promise.EVIDENCE, self.evidence.check),
            *self.checks_during(),
            *((Promise.REPLAY, partial(check_replay, node)) for node in replayed),
        )

    def check(self) -> None:
        """Judge where everyone stands now.

        Raises:
            BrokenPromiseError: a promise is broken.
        """
        for _, check in self.checks_during():
            check()

    def check_at_end(self, *replayed: SimulatedNode) -> None:
        """Judge when everything is healed and final; `replayed`: whose files are replayed.

        Raises:
            BrokenPromiseError: a promise is broken.
        """
        for _, check in self.checks_at_end(replayed):
            check()
