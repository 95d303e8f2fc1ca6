"""The table of the bug bench in docs/testing.md: the command writes it, a test holds it true."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from simulations.bug_bench.bug import Bug
from simulations.bug_bench.catalogue import BY_NAME
from simulations.bug_bench.hunt import Catch

BEGIN: Final = "<!-- bug bench: begin; written by `python -m simulations.bug_bench` -->"
END: Final = "<!-- bug bench: end -->"
_HEAD: Final = (
    "| pitfall | bug | seen in | what is broken | runs | caught by | first seed | seconds |",
    "|---|---|---|---|---|---|---|---|",
)
_GOT_AWAY: Final = "**nothing**"


class Row(NamedTuple):
    """What the table says of one bug."""

    bug: Bug
    oracle: str
    seed: int


def table(catches: dict[str, Catch | None]) -> str:
    """The table as Markdown, a line for each bug; `catches` by name of the bug."""
    lines = [_line(BY_NAME[name], catch) for name, catch in catches.items()]
    return "\n".join((*_HEAD, *lines))


def write_table(path: Path, text: str) -> None:
    """Put the table between its marks in a file.

    Raises:
        ValueError: the marks are not there.
    """
    before, begin, rest = path.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path}: expected the lines {BEGIN!r} and {END!r}")
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def read_table(path: Path) -> Iterator[Row]:
    """What the table in a file says of each bug that was caught."""
    _, _, rest = path.read_text().partition(BEGIN)
    lines = rest.partition(END)[0].strip().splitlines()[len(_HEAD) :]
    for line in lines:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[5] != _GOT_AWAY:
            yield Row(BY_NAME[cells[1]], cells[5], int(cells[6]))


def _line(bug: Bug, catch: Catch | None) -> str:
    found = (_GOT_AWAY, "-", "-")
    if catch is not None:
        found = (catch.oracle, str(catch.seed), f"{catch.seconds:.1f}")
    cells = (str(bug.pitfall), bug.name, bug.seen_in, bug.broken, bug.campaign, *found)
    return f"| {' | '.join(cells)} |"
