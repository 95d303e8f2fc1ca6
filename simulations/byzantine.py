"""Seeded runs with offices that lie: up to f of them, each by a strategy that changes, and go on after the healing.

The other offices must agree, keep their promises, finish all that is pending among them, and name those that signed
contradictions.
"""

import random
from collections import Counter
from typing import Final

from consensus.settings import ReplicaSettings
from simulations.adversaries.catch_up import FalseBlocks, FalseHeights
from simulations.adversaries.floods import Floods, StaleReplays
from simulations.adversaries.mutations import Mutations
from simulations.adversaries.strategy import Conspiracy, Liar, Strategy
from simulations.adversaries.views import FalseNewViews, FalseViewChanges
from simulations.adversaries.votes import (
    Censorship,
    CorruptCheckpoints,
    Equivocation,
    Miserliness,
    SelectiveSilence,
    Slowness,
    Withholding,
)
from simulations.cluster import Cluster
from simulations.faults import Faults, draw_conditions
from simulations.network import NetworkConditions
from simulations.promises import Promises
from simulations.run import (
    OFFICES,
    RULES_EVERY,
    RunReport,
    await_quiet,
    check_in_step,
    greatest_view,
    honest,
    naming_the_seed,
    submit_one,
)

STRATEGIES: Final[tuple[type[Strategy], ...]] = (
    Equivocation,
    Withholding,
    SelectiveSilence,
    Slowness,
    Miserliness,
    Censorship,
    CorruptCheckpoints,
    FalseHeights,
    FalseBlocks,
    FalseViewChanges,
    FalseNewViews,
    Floods,
    StaleReplays,
    Mutations,
)
SIZES: Final = (4,) * 22 + (7,) * 5 + (5, 6, 8, 9, 10)
NEAR: Final = (NetworkConditions(delay_ms=(1, 3)), NetworkConditions())
STEPS: Final = (5,) * 31 + (30,)
"""Most runs are short, some long enough for what takes patience."""
HEALING_MS_PER_FAULT: Final = 120_000
"""Virtual time after the last fault, for each office that lies: each may lead a view and spoil it."""
REVIVAL_MS: Final = 700
"""After so long a liar whose engine stopped over its own lies begins anew, with an empty disk."""


def run_byzantine(seed: int) -> RunReport:
    """Run one seed whole.

    Raises:
        BrokenPromiseError: a promise was broken; the message names the seed.
    """
    return naming_the_seed(_run, seed)


def _run(seed: int) -> RunReport:
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    offices = OFFICES[: rng.choice(SIZES)]
    settings = _draw_settings(rng)
    has_faults = rng.random() < 0.4  # noqa: PLR2004 - two fifths
    conditions = draw_conditions(rng, offices) if has_faults else rng.choice(NEAR)
    cluster = Cluster(offices, seed=seed, conditions=conditions, settings=settings)
    promises = Promises(cluster, settings, follows_rules=seed % RULES_EVERY == 0)
    fired = Counter({strategy.kind: 0 for strategy in STRATEGIES})
    liars = corrupt(cluster, rng, settings, fired)
    faults = Faults(rng, cluster) if has_faults else None
    _revive_liars(cluster, liars)
    sent = 0
    for _ in range(rng.choice(STEPS)):
        if faults is not None:
            faults.disturb()
        for liar in liars.values():
            if rng.random() < 0.3:  # noqa: PLR2004 - about twice in a run
                _change_strategies(rng, liar)
        for _ in range(rng.choice((0, 1, 1, 3))):
            sent += 1
            submit_one(cluster, rng, sent)
        cluster.run_for(rng.choice((20, 200, 700)))
        promises.check()
    if faults is not None:
        faults.heal()
    healed_after_ms = await_quiet(cluster, HEALING_MS_PER_FAULT * max(1, len(liars)))
    check_in_step(cluster, settings, sent + 1)
    promises.check_at_end(rng.choice(honest(cluster)))
    fired["evidence owed and found"] = promises.evidence.named
    view, height = greatest_view(cluster), promises.chain.height
    return RunReport(seed, len(offices), height, sent, view, dict(fired), healed_after_ms)


def corrupt(
    cluster: Cluster, rng: random.Random, settings: ReplicaSettings, fired: Counter[str]
) -> dict[str, Liar]:
    """Let up to f offices of the cluster lie; returns them by name."""
    keyring = cluster.genesis.keyring()
    conspiracy = Conspiracy(rng, keyring, settings)
    names = rng.sample(keyring.offices, rng.randint(1, keyring.faults))
    if rng.random() < 0.3:  # noqa: PLR2004 - more often than by chance it leads the first view
        names[0] = names[0] if keyring.offices[0] in names else keyring.offices[0]
    liars = {name: Liar(name, rng, conspiracy, fired) for name in sorted(names)}
    for liar in liars.values():
        _change_strategies(rng, liar)
    cluster.corrupted.update(liars)
    cluster.faulty.update(liars)
    cluster.is_lost = lambda _, to, frame: to in liars and liars[to].ignores(frame)
    return liars


def _draw_settings(rng: random.Random) -> ReplicaSettings:
    """Mostly with less patience than a network between continents has: so a run meets more view changes."""
    return rng.choice(
        (
            ReplicaSettings(censorship_timeout_ms=3_000, rejoin_patience_ms=3_000),
            ReplicaSettings(censorship_timeout_ms=3_000, view_timeout_max_ms=8_000),
            ReplicaSettings(),
        )
    )


def _change_strategies(rng: random.Random, liar: Liar) -> None:
    liar.adopt(*rng.sample(STRATEGIES, rng.choice((1, 1, 2, 3))))


def _revive_liars(cluster: Cluster, liars: dict[str, Liar]) -> None:
    """A liar that believes its own lies stops, as it should; it is to lie on."""
    told = cluster.on_failure

    def revive(name: str) -> None:
        if cluster.nodes[name].engine is None:
            cluster.nodes[name].wipe()
            cluster.start(name)

    def failed(name: str, error: BaseException) -> None:
        told(name, error)
        if name in liars:
            cluster.at(cluster.now_ms + REVIVAL_MS, lambda: revive(name))

    cluster.on_failure = failed
