"""Linearizable reads over whole networks of production engines (docs/protocol.md 8)."""

import random
from collections.abc import Iterable

import pytest

from consensus.messages import FetchReadIndex, ReadIndex
from consensus.wire import encode_message
from simulations.campaign import run_campaign, totals
from simulations.cluster import Cluster
from simulations.history import Read, violations
from simulations.network import NetworkConditions
from simulations.read_run import Clients, run_reads
from simulations.run import next_submission
from simulations.trace import Acknowledged, Event, Sent, message_in

OFFICES = ("AU", "EP", "JP", "US")
STEADY = NetworkConditions(delay_ms=(1, 1))


@pytest.mark.timeout(600)
def test_no_read_is_stale_and_each_is_answered_in_many_runs_with_faults(
    record_property: pytest.FixtureRequest,
) -> None:
    reports = list(run_campaign("reads", range(100)))
    fired = totals(reports)
    counts = ", ".join(f"{kind} {times:,}" for kind, times in sorted(fired.items()))
    record_property("reads", f"{len(reports):,} runs with reads: {counts}")  # type: ignore[operator]
    assert min(fired["linearizable read"], fired["local read"]) > 1_000


def test_one_seed_gives_one_run() -> None:
    assert run_reads(5) == run_reads(5)


class LyingReadIndex:
    """Answers every question of a read with one number; else it is honest."""

    def __init__(self, number: int) -> None:
        self._number = number

    def outgoing(self, to: str, frame: bytes, now_ms: int) -> Iterable[tuple[int, bytes]]:
        message = message_in(frame)
        if isinstance(message, ReadIndex):
            lie = ReadIndex(message.nonce, self._number)
            return ((0, b"\x01" + encode_message(lie)),)
        return ((0, frame),)


@pytest.mark.parametrize("numbers", [(0, 0), (2**53, 2**53), (0, 2**53)])
def test_as_many_liars_as_may_be_make_no_read_stale_and_hold_none_up(
    numbers: tuple[int, int],
) -> None:
    offices = ("AU", "CN", "EP", "JP", "KR", "US", "ZA")
    cluster, rng = Cluster(offices, seed=1), random.Random(2)
    for liar, number in zip(("CN", "KR"), numbers, strict=True):
        cluster.corrupted[liar] = LyingReadIndex(number)
        cluster.faulty.add(liar)
    clients = Clients(cluster, rng)
    cluster.watch(clients)
    for number in range(100):
        office = rng.choice(offices)
        clients.register(next_submission(cluster, office, number), office)
        for _ in range(3):
            clients.read_linearizable(rng.choice(offices))
            clients.read_local(rng.choice(offices))
        cluster.run_for(rng.choice((1, 10, 50)))
    assert cluster.run_until(lambda: not clients.unanswered, 5_000)
    assert clients.did["linearizable read"] > 100
    assert violations(clients.whole_history()) == ()


def test_a_read_sees_at_once_what_another_office_acknowledged_and_a_local_one_may_not() -> None:
    cluster = Cluster(OFFICES, conditions=STEADY)
    clients = Clients(cluster, random.Random(0))
    cluster.watch(clients)
    cluster.is_lost = lambda sender, receiver, _: receiver == "US" and sender != "US"
    clients.register(next_submission(cluster, "EP", 1), "EP")
    assert cluster.run_until(lambda: bool(clients.history), 1_000)
    clients.read_local("US")
    clients.read_linearizable("US")
    cluster.is_lost = lambda *_: False
    assert cluster.run_until(lambda: not clients.unanswered, 5_000)
    assert [item.height for item in clients.history if isinstance(item, Read)] == [0, 1]
    assert violations(clients.whole_history()) == ()


class Watch:
    """When each submission was acknowledged at which node, and which questions and answers of reads were sent."""

    def __init__(self) -> None:
        self.acknowledged: list[tuple[int, str, bytes]] = []
        self.questions: list[int] = []
        self.answers: list[tuple[str, str | None]] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, Acknowledged):
            self.acknowledged.append((event.at_ms, event.office, event.executed.digest))
        elif isinstance(event, Sent):
            message = message_in(event.frame)
            if isinstance(message, FetchReadIndex):
                self.questions.append(event.at_ms)
            elif isinstance(message, ReadIndex):
                self.answers.append((event.office, event.to))


def under_attack(*, reading: bool) -> tuple[Watch, Clients]:
    """The primary keeps all it can from US and answers no read, while clients of all others register and read."""
    cluster, watch = Cluster(OFFICES, conditions=STEADY), Watch()
    clients = Clients(cluster, random.Random(0))
    cluster.watch(clients)
    cluster.watch(watch)
    cluster.faulty.add("AU")
    cluster.is_lost = lambda sender, receiver, frame: (
        sender == "AU" and (receiver == "US" or isinstance(message_in(frame), ReadIndex))
    )
    for number in range(90):
        office = OFFICES[1 + number % 3]
        clients.register(next_submission(cluster, office, number), office)
        for name in OFFICES[1:] if reading else ():
            clients.read_linearizable(name)
        cluster.run_for(20)
    cluster.run_for(10_000)
    return watch, clients


def test_reads_hold_up_no_write_where_a_primary_keeps_decisions_from_an_office() -> None:
    """The attack on the read-only short cut of PBFT (Berger, Reiser, Bessani 2021): here it gains nothing."""
    without, _ = under_attack(reading=False)
    beside, clients = under_attack(reading=True)
    assert sorted(beside.acknowledged) == sorted(without.acknowledged)
    assert {office for _, office, _ in beside.acknowledged} == set(OFFICES)
    assert len(beside.acknowledged) == 90 * len(OFFICES)
    assert not clients.unanswered
    assert clients.did["linearizable read"] > 250
    assert violations(clients.whole_history()) == ()


def test_a_flood_of_questions_is_answered_once_a_turn() -> None:
    cluster, watch = Cluster(OFFICES, conditions=STEADY), Watch()
    cluster.run_for(10)
    cluster.watch(watch)
    for number in range(2_000):
        question = FetchReadIndex(number.to_bytes(16, "big"))
        cluster.deliver("AU", "EP", b"\x01" + encode_message(question))
    cluster.run_for(10)
    assert watch.answers == [("EP", "AU")]


def test_without_a_quorum_no_read_is_answered_and_few_questions_are_asked() -> None:
    cluster, watch = Cluster(OFFICES, conditions=STEADY), Watch()
    clients = Clients(cluster, random.Random(0))
    cluster.watch(clients)
    cluster.watch(watch)
    clients.register(next_submission(cluster, "AU", 1), "AU")
    cluster.run_for(1_000)
    for name in ("JP", "US"):
        cluster.crash(name)
    for _ in range(60):
        clients.read_linearizable("AU")
        cluster.run_for(1_000)
    assert len(clients.unanswered) == 60
    assert len(watch.questions) <= 121
    cluster.start("JP")
    assert cluster.run_until(lambda: not clients.unanswered, 2_000)
    assert violations(clients.whole_history()) == ()
