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
    "register": "this register, 4 nodes",
    "postgresql": "PostgreSQL + 2 standbys, FastAPI",
    "etcd-3": "etcd, 3 members",
    "etcd-4": "etcd, 4 members",
}
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
    console.print(
        f"{machine.processor}, {machine.cores} cores, {machine.memory_mb} MB, {machine.system}, "
        f"Python {machine.python}, fdatasync {machine.fdatasync_ms} ms"
    )
    table = Table("work", "contender", "quantity", box=None, pad_edge=False)
    for name in ("median", "least", "greatest"):
        table.add_column(name, justify="right")
    for row in _rows(report.figures):
        table.add_row(*row)
    console.print(table)
    for contender, reason in report.absent.items():
        console.print(f"{_NAMES.get(contender, contender)}: absent. {reason}")


def _rows(figures: list[Figure]) -> Iterator[tuple[str, ...]]:
    in_order = sorted(figures, key=lambda figure: [f.work for f in figures].index(figure.work))
    for work, of_work in groupby(in_order, key=lambda figure: figure.work):
        label = work
        for figure in of_work:
            contender = _NAMES.get(figure.contender, figure.contender)
            quantity = f"{figure.quantity} ({figure.unit})"
            values = (figure.median, min(figure.values), max(figure.values))
            yield (label, contender, quantity, *map(_number, values))
            label = ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= _WHOLE_FROM else f"{value:,.2f}"
