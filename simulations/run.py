"""One seeded run: a cluster, a workload, faults, then healing; the oracles watch throughout."""

import gc
import random
from collections.abc import Callable
from typing import Final, NamedTuple

from consensus.settings import ReplicaSettings
from consensus.signatures import primary_of
from ledger.submission import Submission
from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError
from simulations.faults import Faults, draw_conditions, draw_settings
from simulations.node import SimulatedNode
from simulations.promises import Promises
from simulations.workload import submission

OFFICES: Final = ("AU", "CN", "DE", "EP", "FR", "GB", "JP", "KR", "NL", "SE", "US", "WO", "ZA")
SIZES: Final = (4,) * 18 + (5, 6, 7, 7, 8, 9, 10, 11, 12, 13)
STEPS: Final = 24
RULES_EVERY: Final = 4
"""Of the many runs with faults or liars, every so manieth is followed by the checker of the rules."""
HEALING_MS: Final = 120_000
"""Virtual time after the last fault within which everything pending must be final everywhere."""
LED_MAX: Final = 100
"""Submissions that honest nodes may need to come under an honest primary; more than there are offices."""
AT_ONCE_MS: Final = 450
"""Ample for agreement in a near network that is whole, and less than the patience of a node that fetches blocks."""


class RunReport(NamedTuple):
    """What one run did."""

    seed: int
    offices: int
    height: int
    submissions: int
    view: int
    """The greatest view that an honest office came to."""
    fired: dict[str, int]
    healed_after_ms: int


def run_seed(seed: int) -> RunReport:
    """Run one seed whole.

    Raises:
        BrokenPromiseError: a promise was broken; the message names the seed.
    """
    return naming_the_seed(_run, seed)


def naming_the_seed(run: Callable[[int], RunReport], seed: int) -> RunReport:
    """Run a seed whole; if it breaks a promise, the message names it."""
    was_collecting = gc.isenabled()
    gc.disable()  # What a run makes lives as long as it: looking for cycles on the way takes a tenth of the time.
    try:
        return run(seed)
    except BrokenPromiseError as error:
        raise BrokenPromiseError(f"seed {seed}: {error}") from error
    finally:
        if was_collecting:
            gc.enable()


def _run(seed: int) -> RunReport:
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    offices = OFFICES[: rng.choice(SIZES)]
    settings = draw_settings(rng)
    cluster = Cluster(
        offices,
        seed=seed,
        conditions=draw_conditions(rng, offices),
        settings=settings,
        journal_bytes_max=rng.choice((0, 20_000, 64 * 1024 * 1024)),
    )
    promises = Promises(cluster, settings, follows_rules=seed % RULES_EVERY == 0)
    faults = Faults(rng, cluster)
    sent = 0
    for _ in range(STEPS):
        faults.disturb()
        for _ in range(rng.choice((0, 1, 1, 3))):
            sent += 1
            submit_one(cluster, rng, sent)
        cluster.run_for(rng.choice((5, 100, 1_000)))
        promises.check()
    faults.heal()
    healed_after_ms = await_quiet(cluster)
    check_in_step(cluster, settings, sent + 1)
    promises.check_at_end(rng.choice(honest(cluster)))
    view = greatest_view(cluster)
    fired = _fired(faults, cluster)
    return RunReport(seed, len(offices), promises.chain.height, sent, view, fired, healed_after_ms)


def greatest_view(cluster: Cluster) -> int:
    """The greatest view that an honest office is in, or on its way into."""
    return max(node.engine.view for node in honest(cluster) if node.engine is not None)


def _fired(faults: Faults, cluster: Cluster) -> dict[str, int]:
    seen = {"torn record": cluster.torn_records, "overtaken": cluster.overtaken}
    return {**faults.fired, **cluster.network.fired, **seen}


def await_quiet(cluster: Cluster, limit_ms: int = HEALING_MS) -> int:
    """Let everything pending become final everywhere; returns how long that took (virtual milliseconds).

    Raises:
        BrokenPromiseError: it did not within the limit.
    """
    start_ms = cluster.now_ms
    if not cluster.run_until(lambda: is_quiet(cluster), limit_ms):
        raise BrokenPromiseError(
            f"still working {limit_ms} ms after healing: {_whereabouts(cluster)}"
        )
    return cluster.now_ms - start_ms


def check_in_step(cluster: Cluster, settings: ReplicaSettings, nonce: int) -> None:
    """All honest nodes come to be in one view under an honest primary, and then what is submitted is final at once.

    So each takes part in the agreement, and none only follows the others by fetching their blocks. A primary of which
    nothing is promised is sent away first: the others must do without it. `settings`: as the cluster was given them.

    Raises:
        BrokenPromiseError: they do not come together, or one did not execute it in time.
    """
    for attempt in range(1 + 2 * len(cluster.faulty)):
        _lead_honestly(cluster, settings, nonce + LED_MAX * attempt)
        view = greatest_view(cluster)
        entry = primary_of(view, cluster.genesis.keyring())
        cluster.submit(next_submission(cluster, entry, nonce + LED_MAX * (attempt + 1) - 1), entry)
        expected = max(cluster.nodes[entry].ledger.height + 1, _greatest_height(cluster))
        cluster.run_for(AT_ONCE_MS)
        late = [node for node in honest(cluster) if node.ledger.height < expected]
        if not late:
            await_quiet(cluster)  # A liar may have handed something in, too.
            return
        if greatest_view(cluster) == view:
            break  # Else a liar's lone view was joined just then (docs/protocol.md 5.5): rarely, so they try again.
        await_quiet(cluster)
    raise BrokenPromiseError(
        f"{late[0].name} did not keep step: height {late[0].ledger.height}, expected {expected}"
        f" within {AT_ONCE_MS} ms: {_whereabouts(cluster)}"
    )


def _lead_honestly(cluster: Cluster, settings: ReplicaSettings, nonce: int) -> None:
    """Let all honest nodes come to be in one view under an honest primary; others are stopped."""
    while (leader := _leader(cluster, settings)) in cluster.faulty:
        if cluster.nodes[leader].engine is not None:
            cluster.crash(leader)
        node = honest(cluster)[0]
        cluster.submit(next_submission(cluster, node.office, nonce), node.name)
        await_quiet(cluster)
        nonce += 1


def _leader(cluster: Cluster, settings: ReplicaSettings) -> str:
    return primary_of(_await_one_view(cluster, settings), cluster.genesis.keyring())


def _greatest_height(cluster: Cluster) -> int:
    return max(node.ledger.height for node in honest(cluster))


def _await_one_view(cluster: Cluster, settings: ReplicaSettings) -> int:
    """Let time pass until all honest nodes are active in one view; returns it.

    An office that left alone is joined (docs/protocol.md 5.5), but may have been a short while ago.
    """
    nodes = honest(cluster)

    def is_one() -> bool:
        standing = {(node.engine.view, node.engine.is_active) for node in nodes if node.engine}
        return len(standing) == 1 and all(is_active for _, is_active in standing)

    limit_ms = settings.rejoin_interval_ms + 2 * settings.view_timeout_max_ms
    if not cluster.run_until(is_one, limit_ms):
        raise BrokenPromiseError(
            f"not in one view {limit_ms} ms after healing: {_whereabouts(cluster)}"
        )
    return greatest_view(cluster)


def submit_one(cluster: Cluster, rng: random.Random, nonce: int) -> None:
    """Hand in a submission; now and then a client tries another node, too."""
    office = rng.choice([item.code for item in cluster.genesis.offices])
    one = next_submission(cluster, office, nonce, filings=rng.choice((1, 1, 3)))
    cluster.submit(one, office)
    if rng.random() < 0.2:  # noqa: PLR2004 - a fifth
        cluster.submit(one, rng.choice(sorted(cluster.nodes)))


def next_submission(cluster: Cluster, office: str, nonce: int, *, filings: int = 1) -> Submission:
    """A new submission of the office; `nonce` tells it from all others of the run."""
    entries = cluster.filing_numbers.next_filings(office, filings)
    return submission(cluster.genesis, office, entries, unix_ms=cluster.now.unix_ms, nonce=nonce)


def honest(cluster: Cluster) -> list[SimulatedNode]:
    """The nodes of which everything is promised."""
    return [node for name, node in cluster.nodes.items() if name not in cluster.faulty]


def is_quiet(cluster: Cluster) -> bool:
    """Whether every honest node is up, at one height, certified, and has nothing pending."""
    height = -1
    for node in honest(cluster):
        engine = node.engine
        if engine is None or engine.pending or engine.stable != node.ledger.height:
            return False
        if height not in {-1, node.ledger.height}:
            return False
        height = node.ledger.height
    return True


def _whereabouts(cluster: Cluster) -> str:
    return "; ".join(
        f"{name} view {node.engine.view}{'' if node.engine.is_active else ' (waiting)'} height"
        f" {node.ledger.height} stable {node.engine.stable} pending {node.engine.pending}"
        for name, node in cluster.nodes.items()
        if node.engine is not None
    )
