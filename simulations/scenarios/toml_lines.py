"""On which line of a TOML document a value stands: its parser does not tell.

A document that is cut after some line is a document again, unless the cut goes through a value. So the first cut
that contains the value ends at its line.
"""

import tomllib
from collections.abc import Sequence
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands: keys, and places in arrays (from 0)."""


def line_of(text: str, path: Path) -> int:
    """The line (from 1) on which the value at this path begins; of a path that does not exist, its nearest table.

    The text is a TOML document with line ends of one character.
    """
    lines = text.split("\n")
    document = tomllib.loads(text)
    while path and not contains(document, path):
        path = path[:-1]
    low, high = 1, len(lines)
    while low < high and path:
        middle = (low + high) // 2
        if contains(_whole_from(lines, middle), path):
            high = middle
        else:
            low = middle + 1
    return low


def contains(document: object, path: Path) -> bool:
    """Whether the document has a value at this path."""
    try:
        value_at(document, path)
    except (LookupError, TypeError):
        return False
    return True


def value_at(document: Any, path: Path) -> object:  # noqa: ANN401 - whatever the document holds
    """The value at this path.

    Raises:
        LookupError, TypeError: there is none.
    """
    for step in path:
        document = document[step]
    return document


def _whole_from(lines: Sequence[str], count: int) -> object:
    """The first lines as a document: so many, and as many more as the last value needs.

    An array may end after any of its values.
    """
    for end in range(count, len(lines)):
        for closing in ("", "\n]"):
            try:
                return tomllib.loads("\n".join(lines[:end]) + closing)
            except tomllib.TOMLDecodeError:
                continue
    return tomllib.loads("\n".join(lines))
