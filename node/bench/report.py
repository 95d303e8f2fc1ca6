"""Shows the figures: a table on the terminal, JSON in a file."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from node.bench.machine import Machine
from node.bench.rounds import Figure, Report

_NAMES = {
    "machine": "machine",
    "register": "register",
    "postgresql": "PostgreSQL",
    "etcd-3": "etcd, 3",
    "etcd-4": "etcd, 4",
}
_LEGEND = (
    "register: this register, 4 nodes, withstands one that lies. PostgreSQL: FastAPI before a"
    " primary with 2 standbys, one of which must have the commit; etcd: 3 and 4 members; they"
    " withstand one that is lost. Ranges: least and greatest of the rounds."
)
_WIDTH_MIN = 110
"""Where nobody watches, tables must not be folded."""
_WHOLE_FROM = 100
"""From here on, digits behind the point say nothing."""


class Results(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The document that is written."""

    machine: Machine
    rounds: int
    figures: tuple[Figure, ...]
    absent: dict[str, str]


def save(file: Path, machine: Machine, rounds: int, report: Report) -> None:
    """Write the results as JSON, all rounds with them."""
    results = Results(
        machine=machine, rounds=rounds, figures=tuple(report.figures), absent=report.absent
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    encoded = msgspec.json.format(msgspec.json.encode(results), indent=2)
    file.write_bytes(encoded + b"\n")


def show(console: Console, machine: Machine, report: Report) -> None:
    """Print the machine and one table of all figures."""
    if not console.is_terminal:
        console.width = max(console.width, _WIDTH_MIN)
    console.print(
        f"{machine.processor}, {machine.cores} cores, {machine.memory_mb} MB, {machine.system}, "
        f"Python {machine.python}"
    )
    table = Table("work", "contender", "quantity", box=None, pad_edge=False)
    for name in ("median", "range"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in _rows(report.figures):
        table.add_row(*row)
    console.print(table)
    console.print(_LEGEND)
    for contender, reason in report.absent.items():
        console.print(f"{_NAMES.get(contender, contender)}: absent. {reason}")


def _rows(figures: list[Figure]) -> Iterator[tuple[str, ...]]:
    in_order = sorted(figures, key=lambda figure: [f.work for f in figures].index(figure.work))
    for work, of_work in groupby(in_order, key=lambda figure: figure.work):
        label = work
        for figure in of_work:
            contender = _NAMES.get(figure.contender, figure.contender)
            quantity = f"{figure.quantity} ({figure.unit})"
            spread = f"{_number(min(figure.values))} - {_number(max(figure.values))}"
            yield label, contender, quantity, _number(figure.median), spread
            label = ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= _WHOLE_FROM else f"{value:,.2f}"
