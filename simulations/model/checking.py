"""Runs SPIN: translates the model, compiles the verifier, visits every state.

Needs `spin` and `gcc` (Debian: apt install spin gcc).
"""

import re
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

MODEL: Final = Path(__file__).with_name("pbft.pml")
MEMORY_MAX: Final = 4_096  # MiB
DEPTH_MAX: Final = 200_000
"""Longest path. A search that would go deeper counts as incomplete."""
SECONDS_MAX: Final = 900
_COMPILER = ("gcc", "-w", "-DSAFETY", "-DCOLLAPSE", "-DNOREDUCE", f"-DMEMLIM={MEMORY_MAX}")
_INCOMPLETE = (
    "max search depth too small",
    "Search not completed",
    "memory limit",
    "out of memory",
)


class SearchError(Exception):
    """SPIN did not come to a result; the message says why."""


class Result(NamedTuple):
    """What a search found."""

    is_violated: bool
    """Whether two honest offices can decide differently. False: every state was visited, and none shows it."""
    states: int
    """Different states that were visited, up to the first violation."""
    seconds: float
    """Of one processor, for the search without the compiler."""


def missing_tools() -> tuple[str, ...]:
    """The programs that a search needs and that are not here."""
    return tuple(tool for tool in ("spin", "gcc") if shutil.which(tool) is None)


def search(definitions: tuple[str, ...], liar: int, *, is_large: bool = False) -> Result:
    """Search all states of the model with these definitions and this lying office (0 to 3).

    `is_large`: worth the seconds that an optimising compiler takes.

    Raises:
        SearchError: the tools failed, or the search did not fit into `MEMORY_MAX`, `DEPTH_MAX` or `SECONDS_MAX`.
    """
    flags = [f"-D{name}" for name in (*definitions, f"LIAR={liar}")]
    with tempfile.TemporaryDirectory() as folder:
        _run(["spin", "-a", *flags, str(MODEL)], folder)
        _run([*_COMPILER, "-O1" if is_large else "-O0", "-o", "verifier", "pan.c"], folder)
        started = _seconds_of_children()
        report = _run(["./verifier", f"-m{DEPTH_MAX}"], folder)
        return _result(report, _seconds_of_children() - started)


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(command: list[str], folder: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - fixed programs, no shell
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS_MAX, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SearchError(f"{command[0]}: {error}") from error
    if done.returncode != 0:
        raise SearchError(
            f"{' '.join(command)}: exit code {done.returncode}: {done.stdout}{done.stderr}"
        )
    return done.stdout


def _result(report: str, seconds: float) -> Result:
    errors = re.search(r"errors: (\d+)", report)
    states = re.search(r"^\s*(\d+) states, stored", report, re.MULTILINE)
    if errors is None or states is None:
        raise SearchError(f"expected SPIN's report of a search, got {report!r}")
    is_violated = "assertion violated" in report
    if is_violated != (errors[1] != "0"):
        raise SearchError(f"expected no other error than a violated assertion, got {report!r}")
    if not is_violated and any(sign in report for sign in _INCOMPLETE):
        raise SearchError(f"the search is incomplete: {report!r}")
    return Result(is_violated, int(states[1]), seconds)
