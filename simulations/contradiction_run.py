"""Seeded runs in which one office contradicts itself about views alone: each honest office must name it for that.

In the runs with lying offices a liar has often been named for a vote before; here nothing else can be held against it.
"""

import random
from collections import Counter
from typing import Final

from consensus.settings import ReplicaSettings
from simulations.adversaries.contradictions import TwoNewViews, TwoViewChanges
from simulations.adversaries.strategy import Conspiracy, Liar
from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError
from simulations.network import NetworkConditions
from simulations.promises import Promises
from simulations.run import (
    OFFICES,
    RunReport,
    await_quiet,
    greatest_view,
    honest,
    naming_the_seed,
    next_submission,
    submit_one,
)

STRATEGIES: Final = (TwoViewChanges, TwoNewViews)
SETTINGS: Final = ReplicaSettings()


def run_contradictions(seed: int) -> RunReport:
    """Run one seed whole: the first primary is cut off, and a liar is among those who go on.

    Raises:
        BrokenPromiseError: a promise was broken; the message names the seed.
    """
    return naming_the_seed(_run, seed)


def _run(seed: int) -> RunReport:
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    offices = OFFICES[: rng.choice((4, 5, 7))]
    cluster = Cluster(
        offices, seed=seed, settings=SETTINGS, conditions=NetworkConditions(delay_ms=(1, 20))
    )
    promises = Promises(cluster, SETTINGS)
    strategy = STRATEGIES[seed % len(STRATEGIES)]
    liar = _corrupt(cluster, rng, strategy)
    for sent in range(1, 4):
        submit_one(cluster, rng, sent)
        cluster.run_for(rng.choice((20, 700)))
    cluster.network.severed = frozenset(
        (a, b) for a in offices for b in offices if a != b and offices[0] in {a, b}
    )
    for sent in range(4, 8):
        cluster.submit(next_submission(cluster, offices[-1], sent), offices[-1])
        cluster.run_for(1_000)
    cluster.heal_links()
    healed_after_ms = await_quiet(cluster)
    nodes = honest(cluster)
    promises.check_at_end(nodes[seed % len(nodes)])
    if promises.evidence.named == 0:
        raise BrokenPromiseError(f"was told contradictions by {liar.office}, and nobody names it")
    fired = dict.fromkeys((each.kind for each in STRATEGIES), 0) | liar.fired
    fired["evidence owed and found"] = promises.evidence.named
    view, height = greatest_view(cluster), promises.chain.height
    return RunReport(seed, len(offices), height, 7, view, fired, healed_after_ms)


def _corrupt(
    cluster: Cluster, rng: random.Random, strategy: type[TwoViewChanges | TwoNewViews]
) -> Liar:
    """Let the primary of the second view lie in this way."""
    keyring = cluster.genesis.keyring()
    name = keyring.offices[1]
    liar = Liar(name, rng, Conspiracy(rng, keyring, SETTINGS), Counter())
    liar.adopt(strategy)
    cluster.corrupted[name] = liar
    cluster.faulty.add(name)
    return liar
