"""Tells the story of the demonstration: steps, facts and tables, in colour where there is a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table


class Teller:
    """Writes to one console; silent for `--json`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._step = 0
        self.told: list[str] = []
        """The titles of the steps so far, the last being the one under way."""

    def step(self, title: str) -> None:
        """Begin a step."""
        self._step += 1
        self.told.append(title)
        self._console.print(f"\n[bold]{self._step}. {escape(title)}[/]")

    def say(self, text: str) -> None:
        """State a fact of the step, which was checked."""
        self._console.print(f"   [green]✓[/] {escape(text)}")

    def note(self, text: str) -> None:
        """Add what needs no check."""
        self._console.print(f"   {escape(text)}")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show rows under their column names."""
        table = Table(*columns, box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for row in rows:
            table.add_row(*map(escape, row))
        self._console.print(table)
