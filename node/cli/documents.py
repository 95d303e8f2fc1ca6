"""Shows what a node answered to people: names and values, indented, or a table of like rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from node.cli.output import data
from node.cli.printable import printable

WIDTH_UNFOLDED = 200
"""Characters of a line where nobody watches: a program that reads it wants no folded cells."""


def show(document: Mapping[str, object]) -> None:
    """Print the document on stdout."""
    for line in _lines(document, ""):
        data().print(line, markup=False)


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under the names of their columns, on stdout."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")  # A cut id or code would be of no use.
    for row in rows:
        table.add_row(*(Text(printable(str(cell))) for cell in row))
    console = data()
    if not console.is_terminal:
        console.width = WIDTH_UNFOLDED
    console.print(table)


def show_height(as_of: int | None) -> None:
    """Print the height for which an answer was asked, where one was."""
    if as_of is not None:
        data().print(f"as of height {as_of}")


def _lines(value: object, indent: str) -> Iterator[str]:
    match value:
        case Mapping():
            for name, member in value.items():
                yield from _member(str(name), member, indent)
        case [*elements]:
            for element in elements:
                yield from _element(element, indent)
        case _:
            yield f"{indent}{value}"


def _member(name: str, value: object, indent: str) -> Iterator[str]:
    if _is_plain(value):
        yield f"{indent}{name}: {value}"
    elif isinstance(value, list) and all(map(_is_plain, value)):
        if value:
            yield f"{indent}{name}: " + ", ".join(map(str, value))
    elif value:
        yield f"{indent}{name}:"
        yield from _lines(value, indent + "  ")


def _element(value: object, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping) and all(map(_is_plain, value.values())):
        yield indent + "- " + ", ".join(f"{name} {member}" for name, member in value.items())
        return
    first, *rest = list(_lines(value, "")) or [""]
    yield f"{indent}- {first}"
    for line in rest:
        yield f"{indent}  {line}"


def _is_plain(value: object) -> bool:
    return not isinstance(value, (Mapping, list))
