"""Plant historical bugs one at a time, and see how many seeds each takes to be caught.

Every bug runs in a process of its own, with seeds from 0 on.
"""

import argparse
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import track

from simulations.bug_bench.catalogue import BUGS, BY_NAME
from simulations.bug_bench.hunt import SEEDS_MAX, hunt_all
from simulations.bug_bench.table import table, write_table


def main() -> int:
    """Hunt the bugs and print the table; returns 0 when all were caught, 1 when one got away."""
    arguments = _parser().parse_args()
    console = Console(stderr=True)
    names = arguments.bugs or list(BY_NAME)
    hunts = hunt_all(names, seeds_max=arguments.seeds, processes=arguments.processes)
    is_quiet = not console.is_terminal
    found = dict(track(hunts, "Hunting", total=len(names), console=console, disable=is_quiet))
    in_order = {bug.name: found[bug.name] for bug in BUGS if bug.name in found}
    text = table(in_order)
    if arguments.into:
        write_table(arguments.into, text)
    sys.stdout.write(text + "\n")
    return 0 if all(found.values()) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulations.bug_bench", description=__doc__)
    parser.add_argument(
        "--bug", dest="bugs", action="append", choices=BY_NAME, metavar="NAME", help="this bug only"
    )
    parser.add_argument(
        "--seeds", type=int, default=SEEDS_MAX, help="how many seeds at most (default: 1000)"
    )
    parser.add_argument("--into", type=Path, help="write the table between its marks in this file")
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count(), help="processes (default: all processors)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
