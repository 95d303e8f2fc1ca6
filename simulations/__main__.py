"""Seeded runs with faults: `python -m simulations [--seeds N] [--from SEED]`.

A failing seed is printed with the command that repeats it.
"""

import argparse
import sys
import time

from rich.console import Console
from rich.progress import track

from simulations.cluster import BrokenPromiseError
from simulations.run import RunReport, run_seed


def main() -> int:
    """Run the seeds; returns 0 when every promise held, 1 when one was broken."""
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="how many seeds (default: 200)")
    parser.add_argument(
        "--from", dest="first", type=int, default=0, help="the first seed (default: 0)"
    )
    arguments = parser.parse_args()
    console = Console(stderr=True)
    reports: list[RunReport] = []
    started = time.monotonic()
    seeds = range(arguments.first, arguments.first + arguments.seeds)
    for seed in track(
        seeds, description="Simulating", console=console, disable=not console.is_terminal
    ):
        try:
            reports.append(run_seed(seed))
        except BrokenPromiseError as error:
            console.print(
                f"[red]{error}[/red]\nRepeat it: python -m simulations --seeds 1 --from {seed}"
            )
            return 1
    _print_summary(reports, time.monotonic() - started)
    return 0


def _print_summary(reports: list[RunReport], seconds: float) -> None:
    fired: dict[str, int] = {}
    for report in reports:
        for kind, times in report.fired.items():
            fired[kind] = fired.get(kind, 0) + times
    sys.stdout.write(
        f"{len(reports)} runs in {seconds:.0f} s: every promise held.\n"
        f"blocks {sum(report.height for report in reports)}, "
        f"submissions {sum(report.submissions for report in reports)}, "
        f"views {sum(report.view_changes for report in reports)}, "
        f"longest healing {max(report.healed_after_ms for report in reports)} ms of virtual time\n"
        + ", ".join(f"{kind} {times}" for kind, times in sorted(fired.items()))
        + "\n"
    )


if __name__ == "__main__":
    sys.exit(main())
