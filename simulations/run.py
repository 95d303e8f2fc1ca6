"""One seeded run: a cluster, a workload, faults, then healing; the checks watch throughout."""

import random
from typing import NamedTuple

from ledger.submission import Submission
from simulations.checks import check_acknowledged, check_agreement, check_exactly_once
from simulations.cluster import BrokenPromiseError, Cluster
from simulations.faults import Faults, draw_conditions
from simulations.workload import filing, submission

OFFICES = ("AU", "CN", "DE", "EP", "FR", "GB", "JP", "KR", "NL", "SE", "US", "WO", "ZA")
STEPS = 60
HEALING_MS = 120_000
"""Virtual time after the last fault within which everything pending must be final everywhere."""


class RunReport(NamedTuple):
    """What one run did."""

    seed: int
    offices: int
    height: int
    submissions: int
    view_changes: int
    fired: dict[str, int]
    healed_after_ms: int


def run_seed(seed: int) -> RunReport:
    """Run one seed whole.

    Raises:
        BrokenPromiseError: a promise was broken; the message names the seed.
    """
    try:
        return _run(seed)
    except BrokenPromiseError as error:
        raise BrokenPromiseError(f"seed {seed}: {error}") from error


def _run(seed: int) -> RunReport:
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    offices = OFFICES[: rng.choice((4, 4, 4, 5, 7, 13))]
    cluster = Cluster(
        offices,
        seed=seed,
        conditions=draw_conditions(rng),
        journal_bytes_max=rng.choice((0, 20_000, 64 * 1024 * 1024)),
    )
    faults = Faults(rng, cluster)
    nonce = 0
    for _ in range(STEPS):
        faults.disturb()
        for _ in range(rng.choice((0, 1, 1, 3))):
            office = rng.choice(offices)
            nonce += 1
            cluster.submit(_next_submission(cluster, office, nonce), office)
        cluster.run_for(rng.choice((5, 100, 1_000)))
        check_agreement(cluster)
    faults.heal()
    start_ms = cluster.now_ms
    if not cluster.run_until(lambda: _is_quiet(cluster), HEALING_MS):
        raise BrokenPromiseError(
            f"still working {HEALING_MS} ms after healing: {_whereabouts(cluster)}"
        )
    check_agreement(cluster)
    check_acknowledged(cluster)
    check_exactly_once(cluster)
    views = [node.engine.status().view for node in cluster.nodes.values() if node.engine]
    return RunReport(
        seed,
        len(offices),
        max(node.ledger.height for node in cluster.nodes.values()),
        nonce,
        max(views),
        faults.fired | cluster.network.fired,
        cluster.now_ms - start_ms,
    )


def _next_submission(cluster: Cluster, office: str, nonce: int) -> Submission:
    entries = tuple(filing(office, nonce * 10 + index) for index in range(3))
    return submission(cluster.genesis, office, entries, unix_ms=cluster.now.unix_ms, nonce=nonce)


def _is_quiet(cluster: Cluster) -> bool:
    """Whether every node is up, at one height, certified, and has nothing pending."""
    statuses = [node.engine.status() for node in cluster.nodes.values() if node.engine]
    heights = {(status.height, status.stable) for status in statuses}
    return (
        len(statuses) == len(cluster.nodes)
        and len(heights) == 1
        and all(status.pending == 0 and status.height == status.stable for status in statuses)
    )


def _whereabouts(cluster: Cluster) -> str:
    return "; ".join(
        f"{office} view {status.view}{'' if status.is_active else ' (waiting)'} height {status.height} "
        f"stable {status.stable} pending {status.pending}"
        for office, node in cluster.nodes.items()
        if node.engine is not None
        for status in (node.engine.status(),)
    )
