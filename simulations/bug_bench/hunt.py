"""Hunting: seeds one after the other, until the bug that is planted is caught."""

import multiprocessing
import os
import time
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final, NamedTuple

from simulations.bug_bench.bug import Bug, planted
from simulations.bug_bench.campaigns import CAMPAIGNS
from simulations.bug_bench.catalogue import BY_NAME
from simulations.errors import BrokenPromiseError
from simulations.history import Promise

SEEDS_MAX: Final = 1_000
_ORACLES: Final = (
    (" broken by ", "the protocol's rules"),
    ("before it was durable", "durable before said"),
    ("contradicted itself", "no contradictory signatures"),
    ("executed another block", "agreement"),
    ("holds another block", "agreement"),
    ("breaks the chain", "chain integrity"),
    ("out of order", "chain integrity"),
    ("the time falls", "chain integrity"),
    ("was executed at heights", "exactly once"),
    ("another node at", "exactly once"),
    ("nobody executed", "nothing acknowledged is lost"),
    ("acknowledged at height", "nothing acknowledged is lost"),
    ("never cast", "certificates rest on true votes"),
    ("never made", "certificates rest on true votes"),
    ("forgot that it committed", "commits are not forgotten"),
    ("still working", "liveness after healing"),
    ("did not keep step", "every node takes part"),
    ("not in one view", "every node takes part"),
    ("told a client", "clients are told what is so"),
    ("did not answer", "every client is answered"),
    ("views changed while", "no view change without cause"),
    ("messages of kind", "messages bounded"),
    ("expected at most", "memory bounded"),
    ("does not start", "every node restarts"),
    ("do not replay", "replay gives the same state"),
    ("replayed to", "replay gives the same state"),
    ("what does not replay", "replay gives the same state"),
    ("what replays", "replay gives the same state"),
    ("forgot blocks", "nothing acknowledged is lost"),
    ("what honest offices said", "nothing honest is refused"),
    ("accuses honest offices", "evidence names liars"),
    ("evidence of nothing", "evidence names liars"),
    ("was told contradictions", "evidence names liars"),
    ("cannot read", "every node restarts"),
    ("linearizable reads wait", "every read is answered"),
    *((promise.value, "clients' histories") for promise in Promise),
    ("an audit found nothing", "audit"),
    (" failed at ", "no honest node fails"),
)
"""What a message of a broken promise holds, and the oracle that it comes from."""


class Catch(NamedTuple):
    """How a bug was caught."""

    seed: int
    """The first, from 0, whose run broke a promise."""
    oracle: str
    message: str
    seconds: float
    """Of one processor, for all seeds together."""


def hunt_all(
    names: Iterable[str], *, seeds_max: int = SEEDS_MAX, processes: int | None = None
) -> Iterator[tuple[str, Catch | None]]:
    """(name, how it was caught) of each bug as it becomes known, every hunt in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes or os.cpu_count(), maxtasksperchild=1) as pool:
        yield from pool.imap_unordered(partial(_hunt_named, seeds_max), names)


def _hunt_named(seeds_max: int, name: str) -> tuple[str, Catch | None]:
    return name, hunt(BY_NAME[name], seeds_max)


def hunt(bug: Bug, seeds_max: int = SEEDS_MAX) -> Catch | None:
    """Run seeds from 0 on with the bug; none when it got away."""
    started = time.process_time()
    for seed in range(seeds_max):
        broken = run_with(bug, seed)
        if broken is not None:
            return Catch(seed, oracle_of(broken), broken, time.process_time() - started)
    return None


def run_with(bug: Bug, seed: int) -> str | None:
    """Run one seed with the bug; returns which promise was broken."""
    with planted(bug):
        try:
            CAMPAIGNS[bug.campaign](seed)
        except BrokenPromiseError as error:
            return str(error)
    return None


def oracle_of(message: str) -> str:
    """The oracle that says this."""
    for part, oracle in _ORACLES:
        if part in message:
            return oracle
    raise LookupError(f"no oracle is known to say: {message}")
