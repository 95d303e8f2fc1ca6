"""Writes how often each way to lie was tried into the table of docs/testing.md: `python -m simulations.lies_table`.

The words of the table are the page's own; only its numbers are written.
"""

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from simulations.byzantine import STRATEGIES
from simulations.campaign import run_campaign, totals

RUNS: Final = 700
"""Those of `make test`."""
EVIDENCE: Final = "evidence owed and found"


def main() -> int:
    """Run the seeds, and write what they did into a page; returns 0."""
    parser = argparse.ArgumentParser(prog="python -m simulations.lies_table", description=__doc__)
    parser.add_argument("--into", type=Path, default=Path("docs/testing.md"), help="the page")
    parser.add_argument("--processes", type=int, help="processes (default: all processors)")
    arguments = parser.parse_args()
    fired = totals(run_campaign("byzantine", range(RUNS), processes=arguments.processes))
    page: Path = arguments.into
    page.write_text(with_counts(page.read_text(), fired))
    sys.stdout.write(", ".join(f"{kind} {times:,}" for kind, times in sorted(fired.items())) + "\n")
    return 0


def with_counts(text: str, fired: Mapping[str, int]) -> str:
    """The page with these numbers in it.

    Raises:
        ValueError: it lacks a strategy, or the sentence on evidence.
    """
    for strategy in STRATEGIES:
        pattern = rf"(?m)^(\| {re.escape(strategy.kind)} \|.*\|) [\d,]+ \|$"
        text = _replaced(pattern, rf"\g<1> {fired[strategy.kind]:,} |", text)
    return _replaced(
        r"(evidence was owed, and found,) [\d,]+ times", rf"\1 {fired[EVIDENCE]:,} times", text
    )


def _replaced(pattern: str, replacement: str, text: str) -> str:
    replaced, times = re.subn(pattern, replacement, text)
    if times != 1:
        raise ValueError(f"expected the page to hold {pattern!r} once, found it {times} times")
    return replaced


if __name__ == "__main__":
    sys.exit(main())
