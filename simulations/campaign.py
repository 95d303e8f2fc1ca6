"""Many seeded runs, in as many processes as there are processors: each seed is a run of its own.

No seed is ever left out: the first that breaks a promise ends the campaign and is named.
"""

import multiprocessing
import os
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from simulations.byzantine import run_byzantine
from simulations.contradiction_run import run_contradictions
from simulations.crash_points import run_crash_point, run_double_crash
from simulations.errors import BrokenPromiseError
from simulations.read_run import run_reads
from simulations.run import RunReport, run_seed
from simulations.twins import run_twins

KINDS: Final[dict[str, Callable[[int], RunReport]]] = {
    "faults": run_seed,
    "reads": run_reads,
    "crash points": run_crash_point,
    "double crashes": run_double_crash,
    "byzantine": run_byzantine,
    "contradictions": run_contradictions,
    "twins": run_twins,
}
"""What a seed can be run as."""
CHUNK: Final = 8  # seeds a process is given at a time


class BrokenRun(NamedTuple):
    """A run that broke a promise."""

    kind: str
    seed: int
    message: str

    def __str__(self) -> str:
        return (
            f"{self.message}\ncommit {commit()}; run it again with:"
            f" python -m simulations --kind {self.kind!r} --from {self.seed} --seeds 1"
        )


def run_campaign(
    kind: str, seeds: Iterable[int], *, processes: int | None = None
) -> Iterator[RunReport]:
    """Yield the report of every seed, in order, as they become known.

    Raises:
        BrokenPromiseError: a run broke a promise; the message says which, in which commit, and how to repeat it.
    """
    # A process that is forked knows this one's state; one that is spawned begins anew, on every platform alike.
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes or os.cpu_count()) as pool:
        for outcome in pool.imap(partial(_run, kind), seeds, chunksize=CHUNK):
            if isinstance(outcome, BrokenRun):
                raise BrokenPromiseError(str(outcome))
            yield outcome


def endless(first: int) -> Iterator[int]:
    """All seeds from this one on."""
    seed = first
    while True:
        yield from range(seed, seed + CHUNK)
        seed += CHUNK


def totals(reports: Iterable[RunReport]) -> Counter[str]:
    """How often each kind of fault struck in all runs."""
    fired: Counter[str] = Counter()
    for report in reports:
        fired.update(report.fired)
    return fired


def never_fired(fired: Counter[str]) -> list[str]:
    """The kinds of faults that no run met."""
    return sorted(kind for kind, times in fired.items() if times == 0)


def commit() -> str:
    """The commit that runs, with "+changed" behind it where files differ from it; "unknown" outside a clone of this."""
    if _git("ls-files", "--error-unmatch", Path(__file__).name) is None:
        return "unknown"
    head = _git("rev-parse", "--short", "HEAD")
    if head is None:
        return "unknown"
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ":/")
    return f"{head}+changed" if changed else head


def _git(*arguments: str) -> str | None:
    """What git says about the folder of this file; none where it fails or is not there."""
    try:
        done = subprocess.run(  # noqa: S603 - what `commit` asks
            ["git", *arguments],  # noqa: S607 - whatever git is there
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _run(kind: str, seed: int) -> RunReport | BrokenRun:
    try:
        return KINDS[kind](seed)
    except BrokenPromiseError as error:
        return BrokenRun(kind, seed, str(error))
