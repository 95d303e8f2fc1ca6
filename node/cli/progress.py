"""Progress bars: on stderr, and only where a person watches."""

import contextlib
from collections.abc import Callable, Iterator

from node.cli.output import talk


@contextlib.contextmanager
def progress_bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show a bar while the block runs; call what it gives with each amount that is done.

    `total` is None where nobody knows it: the bar shows that something is done, and how much.
    """
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = talk()
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda amount: bar.update(task, advance=amount)


@contextlib.contextmanager
def bytes_progress(what: str, total: int) -> Iterator[Callable[[int, int], None]]:
    """The same for work that tells how many bytes are done in all (`ledger.replay.Progress`)."""
    done = 0
    with progress_bar(what, total) as advance:

        def reach(reached: int, _total: int) -> None:
            nonlocal done
            advance(reached - done)
            done = reached

        yield reach
