"""The kinds of seeded runs that the bench hunts bugs with: those of the simulations, and a few made for one question.

Each raises `BrokenPromiseError` when a promise of the register is broken, and returns otherwise.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from consensus.messages import Commit, Prepare
from consensus.settings import ReplicaSettings
from ledger.audit import audit
from ledger.files import MemoryLedger
from ledger.memory import MemoryStore
from ledger.submission import Submission
from simulations import read_run
from simulations.adversaries.strategy import Conspiracy, Liar, Strategy
from simulations.adversaries.votes import Censorship, Miserliness
from simulations.bug_bench.liars import STRATEGIES
from simulations.bug_bench.readers import Readers
from simulations.byzantine import run_byzantine
from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError
from simulations.network import NetworkConditions, SeededNetwork
from simulations.promises import Promises
from simulations.run import (
    HEALING_MS,
    OFFICES,
    await_quiet,
    check_in_step,
    next_submission,
    run_seed,
)
from simulations.trace import message_in

OUTAGES: Final = 3
IDLE_MS: Final = 300_000
ONE_ROUND_MS: Final = 1_000
"""A submission to a network at rest, whose links are whole and near, is final within so long."""
IMPATIENT: Final = ReplicaSettings(
    censorship_timeout_ms=3_000, submissions_per_block=1, window=1, gather_ms=0
)
"""Small blocks and short patience: what a slow primary can do to a loaded network then shows within minutes."""
WAIT_MAX_MS: Final = 40_000
"""Under these settings and a lying primary: six times the patience, and the view changes after it."""


class Run:
    """A cluster with all oracles around it."""

    def __init__(self, seed: int, offices: int, settings: ReplicaSettings | None = None) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self.cluster = Cluster(
            OFFICES[:offices],
            seed=seed,
            conditions=NetworkConditions(delay_ms=(1, self.rng.choice((5, 40)))),
            settings=settings,
        )
        self.names = sorted(self.cluster.nodes)
        self.settings = settings or ReplicaSettings()
        self.promises = Promises(self.cluster, settings)
        self._made = 0

    def submit(self, office: str) -> Submission:
        """Hand a new submission of the office to its node."""
        self._made += 1
        one = next_submission(self.cluster, office, self._made)
        self.cluster.submit(one, office)
        return one

    def corrupt(self, name: str, strategy: type[Strategy]) -> Liar:
        """Let an office lie in this way; it may be deaf, too."""
        cluster = self.cluster
        conspiracy = Conspiracy(self.rng, cluster.genesis.keyring(), self.settings)
        liar = Liar(name, self.rng, conspiracy, Counter())
        liar.adopt(strategy)
        cluster.faulty.add(name)
        cluster.corrupted[name] = liar
        heard = cluster.is_lost
        cluster.is_lost = lambda sender, to, frame: (
            liar.ignores(frame) if to == name else heard(sender, to, frame)
        )
        return liar

    def finish(self) -> None:
        """All that is pending becomes final, everything is answered, and nothing is lost."""
        await_quiet(self.cluster)
        self._made += 1
        check_in_step(self.cluster, self.settings, self._made)
        self.promises.check_at_end()


def run_lies(seed: int) -> None:
    """Up to f offices lie, each in a way of its own, while all submit."""
    run = Run(seed, 4 if seed % 4 else 7)
    cluster, rng = run.cluster, run.rng
    for name in rng.sample(run.names, (len(run.names) - 1) // 3):
        run.corrupt(name, rng.choice(STRATEGIES))
    for _ in range(24):
        run.submit(rng.choice(run.names))
        cluster.run_for(rng.choice((100, 500, 1_000)))
        run.promises.check()
    run.finish()


def run_outages(seed: int) -> None:
    """The network is torn for long, three times, so that no view gets on, or a few offices are left behind."""
    settings = ReplicaSettings(watermark_range=8 if seed % 2 else 64)
    offices = 6 if seed % 5 == 4 else 4 if seed % 3 else 7  # noqa: PLR2004 - a fifth of the runs
    run = Run(seed, offices, settings)
    cluster, rng = run.cluster, run.rng
    for outage in range(OUTAGES):
        for _ in range(rng.choice((4, 20))):
            run.submit(rng.choice(run.names))
            cluster.run_for(20)
        some = set(rng.sample(run.names, rng.randint(1, len(run.names) - 1)))
        share = rng.choice((0.0, 0.3, 0.5))
        cluster.network.severed = frozenset(
            (a, b)
            for a in run.names
            for b in run.names
            if a != b and ((a in some) != (b in some) or rng.random() < share)
        )
        for _ in range(20):
            run.submit(rng.choice(run.names))
            cluster.run_for(100)
        cluster.run_for(rng.choice((1_000, 20_000, 100_000)))
        run.promises.check()
        if outage < OUTAGES - 1:
            cluster.heal_links()
            cluster.run_for(rng.choice((100, 2_000)))
    if rng.random() < 0.5:  # noqa: PLR2004 - as often as not f offices stay away for good
        for name in rng.sample(run.names, (len(run.names) - 1) // 3):
            cluster.faulty.add(name)
            cluster.crash(name)
    cluster.heal_links()
    run.finish()


def run_lost_votes(seed: int) -> None:
    """In each of the first views one office alone hears who prepared, and nobody hears a commit; then one goes away.

    So offices are prepared for what the others know nothing of, in one view after the other.
    """
    run = Run(seed, 4)
    cluster, rng = run.cluster, run.rng
    listeners = [rng.choice(run.names) for _ in range(rng.randint(1, 4))]

    def is_lost(_sender: str, receiver: str, frame: bytes) -> bool:
        message = message_in(frame)
        if not isinstance(message, Commit | Prepare) or message.view >= len(listeners):
            return False
        return isinstance(message, Commit) or receiver != listeners[message.view]

    def go_away() -> None:
        name = rng.choice(run.names)
        cluster.faulty.add(name)
        cluster.crash(name)

    cluster.is_lost = is_lost
    cluster.at(rng.randint(0, 20_000), go_away)
    for name in run.names:
        run.submit(name)
        cluster.run_for(rng.choice((5, 100)))
    cluster.run_for(20_000)
    run.finish()


def run_idle(seed: int) -> None:
    """Nothing is submitted for a long time, then one thing: it is final at once, and in the first view."""
    run = Run(seed, run_offices := 4 + seed % 4)
    cluster = run.cluster
    cluster.run_for(IDLE_MS)
    office = run.names[seed % run_offices]
    run.submit(office)
    cluster.run_for(ONE_ROUND_MS)
    run.promises.answers.check_waiting()
    views = {name: node.engine.view for name, node in cluster.nodes.items() if node.engine}
    if set(views.values()) != {0}:
        raise BrokenPromiseError(f"views changed while nothing was asked for: {views}")
    run.finish()


def run_slow_primary(seed: int) -> None:
    """The first primary proposes as late as the others bear it, while more comes in than it proposes."""
    run = Run(seed, 4, IMPATIENT)
    run.corrupt(run.names[0], Miserliness)
    _load(run, lambda: run.submit(run.rng.choice(run.names[1:])), every_ms=700)
    run.finish()


def run_censoring_primary(seed: int) -> None:
    """The first primary never hears of one office's submissions, while those of others come all the time."""
    run = Run(seed, 4, IMPATIENT)
    deaf, censored = run.names[0], run.names[1 + seed % 3]
    run.corrupt(deaf, Censorship).conspiracy.censored = censored
    others = [name for name in run.names if name not in {deaf, censored}]

    def submit() -> None:
        run.submit(run.rng.choice(others))
        if run.rng.random() < 0.2:  # noqa: PLR2004 - a fifth
            run.submit(censored)

    _load(run, submit, every_ms=700)
    run.finish()


def _load(run: Run, submit: Callable[[], object], every_ms: int) -> None:
    """Submit for two minutes; nobody waits for longer than is promised under a lying primary."""
    for _ in range(120_000 // every_ms):
        submit()
        run.cluster.run_for(every_ms)
        run.promises.answers.check_waiting(WAIT_MAX_MS)


def run_wiped_majority(seed: int) -> None:
    """All offices but one lose their disks, after everything was certified: the survivor brings all back."""
    run = Run(seed, 4 if seed % 2 else 7)
    cluster, rng = run.cluster, run.rng
    for _ in range(rng.randint(1, 12)):
        run.submit(rng.choice(run.names))
        cluster.run_for(100)
    run.finish()
    survivor = rng.choice(run.names)
    for name in run.names:
        cluster.crash(name)
        if name != survivor:
            cluster.nodes[name].wipe()
            cluster.faulty.add(name)  # It forgot what it signed; but all of that is certified.
    for name in run.names:
        cluster.start(name)
    _await_height(cluster, run.promises.chain.height)
    run.submit(survivor)
    _await_height(cluster, run.promises.chain.height + 1)


def _await_height(cluster: Cluster, height: int) -> None:
    if not cluster.run_until(
        lambda: all(node.ledger.height >= height for node in cluster.up()), HEALING_MS
    ):
        heights = {node.name: node.ledger.height for node in cluster.up()}
        raise BrokenPromiseError(f"still working {HEALING_MS} ms after the wipe: {heights}")


def run_reads(seed: int) -> None:
    """Clients file and read at all nodes, some of which lag behind; what they saw is what a register may show."""
    run = Run(seed, 4)
    cluster, rng = run.cluster, run.rng
    readers = Readers(cluster, rng)
    cluster.watch(readers)
    network = cluster.network
    assert isinstance(network, SeededNetwork)
    for _ in range(40):
        name = rng.choice(run.names)
        if rng.random() < 0.2:  # noqa: PLR2004 - a fifth
            network.severed = frozenset((name, other) for other in run.names)
        elif network.severed:
            cluster.heal_links()
        readers.file(rng.choice(run.names))
        cluster.run_for(rng.choice((5, 50, 500)))
        readers.read(3)
    cluster.heal_links()
    run.finish()
    readers.read(12)
    readers.check()


def run_audit(seed: int) -> None:
    """One byte of what a node stored is changed: an audit of the copy says so."""
    run = Run(seed, 4)
    rng = run.rng
    for _ in range(6):
        run.submit(rng.choice(run.names))
        run.cluster.run_for(200)
    run.finish()
    node = run.cluster.nodes[rng.choice(run.names)]
    records = [record for _, record in node.disk.files.blocks.records()]
    for changed in _changed(rng, records):
        copy = MemoryLedger()
        for record in changed:
            copy.blocks.append(record)
        if audit(run.cluster.genesis, copy, MemoryStore(), _in_silence).finding is None:
            raise BrokenPromiseError(
                "an audit found nothing in a copy of which one byte was changed"
            )


def _changed(rng: random.Random, records: list[bytes]) -> Iterator[list[bytes]]:
    for _ in range(8):
        number = rng.randrange(len(records))
        record = records[number]
        place = rng.randrange(len(record))
        other = bytes([record[place] ^ (1 << rng.randrange(8))])
        yield [
            *records[:number],
            record[:place] + other + record[place + 1 :],
            *records[number + 1 :],
        ]


def _in_silence(_done: int, _all: int) -> None:
    """Nobody watches the progress."""


CAMPAIGNS: Final[dict[str, Callable[[int], object]]] = {
    "faults": run_seed,
    "lies": run_lies,
    "outages": run_outages,
    "lost votes": run_lost_votes,
    "idle": run_idle,
    "slow primary": run_slow_primary,
    "censoring primary": run_censoring_primary,
    "wiped majority": run_wiped_majority,
    "reads": run_reads,
    "linearizable reads": read_run.run_reads,
    "byzantine": run_byzantine,
    "audit": run_audit,
}
