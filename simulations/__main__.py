"""Seeded runs with faults: each draws its offices, network and mix of faults from its seed.

All that the register promises is checked throughout. A seed that breaks a promise is printed with the command that
repeats it.
"""

import argparse
import os
import sys
import time
from itertools import islice

from rich.console import Console
from rich.progress import track

from simulations.campaign import KINDS, endless, never_fired, run_campaign, totals
from simulations.errors import BrokenPromiseError
from simulations.run import RunReport


def main() -> int:
    """Run the seeds; returns 0 when every promise held, 1 when one was broken or a kind of fault never struck."""
    arguments = _parser().parse_args()
    console = Console(stderr=True)
    reports: list[RunReport] = []
    started = time.monotonic()
    seeds = endless(arguments.first)
    wanted = seeds if arguments.forever else islice(seeds, arguments.seeds)
    runs = run_campaign(arguments.kind, wanted, processes=arguments.processes)
    try:
        total = None if arguments.forever else arguments.seeds
        is_quiet = not console.is_terminal
        reports.extend(track(runs, "Simulating", total=total, console=console, disable=is_quiet))
    except BrokenPromiseError as error:
        console.print(f"[red]{error}[/red]", highlight=False)
        return 1
    except KeyboardInterrupt:
        console.print("stopped")
    return _summarise(reports, time.monotonic() - started)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulations", description=__doc__)
    parser.add_argument("--kind", choices=sorted(KINDS), default="faults", help="what to run")
    parser.add_argument("--seeds", type=int, default=2_000, help="how many seeds (default: 2000)")
    parser.add_argument(
        "--from", dest="first", type=int, default=0, help="the first seed (default: 0)"
    )
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count(), help="processes (default: all processors)"
    )
    parser.add_argument("--forever", action="store_true", help="go on until you press Ctrl-C")
    return parser


def _summarise(reports: list[RunReport], seconds: float) -> int:
    if not reports:
        return 0
    fired = totals(reports)
    sys.stdout.write(
        f"{len(reports):,} runs in {seconds:.0f} s: every promise held.\n"
        f"blocks {sum(report.height for report in reports):,}, "
        f"submissions {sum(report.submissions for report in reports):,}, "
        f"greatest view {max(report.view for report in reports)}, "
        f"longest healing {max(report.healed_after_ms for report in reports)} ms of virtual time\n"
        + ", ".join(f"{kind} {times:,}" for kind, times in sorted(fired.items()))
        + "\n"
    )
    idle = never_fired(fired)
    if idle and len(reports) >= 1_000:  # noqa: PLR2004 - few runs need not meet every kind
        sys.stdout.write(f"These faults never struck: {', '.join(idle)}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
