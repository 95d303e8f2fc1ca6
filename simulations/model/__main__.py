"""Checks the formal model and every mutation of it: `python -m simulations.model [docs/testing.md]`.

Prints a table; where a file is named, the table replaces what stands between its markers.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import track

from simulations.model.bounds import BOUNDS, MUTATIONS
from simulations.model.checking import SearchError, missing_tools, search

BEGIN, END = "<!-- model: begin -->", "<!-- model: end -->"
HEAD = "| what | liar | result | states | seconds |\n|---|---|---|---|---|"


def main() -> int:
    """Search everything; returns 0 when the model is safe and every mutation is caught, 1 when not, 4 without SPIN."""
    parser = argparse.ArgumentParser(prog="python -m simulations.model", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="write the table into this file, too")
    file: Path | None = parser.parse_args().file
    if missing := missing_tools():
        sys.stderr.write(f"The model needs {' and '.join(missing)}. Debian: apt install spin gcc\n")
        return 4
    console = Console(stderr=True)
    tasks = tuple(_tasks())
    rows: list[str] = []
    is_good = True
    for what, definitions, liar, is_large, expected in track(
        tasks, description="Searching", console=console, disable=not console.is_terminal
    ):
        try:
            result = search(definitions, liar, is_large=is_large)
        except SearchError as error:
            sys.stderr.write(f"{what}, liar {liar}: {error}\n")
            return 1
        is_good = is_good and result.is_violated == expected
        verdict = "violated" if result.is_violated else "safe, every state"
        rows.append(f"| {what} | {liar} | {verdict} | {result.states:,} | {result.seconds:.1f} |")
    table = "\n".join((HEAD, *rows))
    sys.stdout.write(f"{table}\n")
    if file is not None:
        _replace(file, table)
    return 0 if is_good else 1


def _tasks() -> Iterator[tuple[str, tuple[str, ...], int, bool, bool]]:
    """(what, definitions, liar, whether it is large, whether a violation is expected)."""
    for bounds in BOUNDS:
        for liar in bounds.liars:
            yield bounds.name, bounds.definitions, liar, bounds.is_large, False
    for mutation in MUTATIONS:
        definitions = (*mutation.bounds.definitions, mutation.definition)
        what = f"mutation of {mutation.rule}: {mutation.what}"
        yield what, definitions, mutation.liar, False, True


def _replace(file: Path, table: str) -> None:
    text = file.read_text()
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise SystemExit(f"{file}: expected the markers {BEGIN} and {END}, each once")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    file.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")


if __name__ == "__main__":
    sys.exit(main())
