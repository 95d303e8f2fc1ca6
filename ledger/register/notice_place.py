"""Where a notice stands: `height.index.number`; the end of an entry is `height.index`, that of a block its height."""

import re
from typing import Final, NamedTuple

_NUMBER_MAX: Final = 2**31 - 1
_FORM: Final = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,9})(?:\.([0-9]{1,9}))?)?", re.ASCII)


class MalformedPlaceError(ValueError):
    """A text names no place of notices."""


class NoticePlace(NamedTuple):
    """A place in the order of all notices, which is the order of the ledger."""

    height: int
    index: int = _NUMBER_MAX  # type: ignore[assignment]  # hides tuple.index, which nobody asks a place for
    """Of the entry in the block; by default the end of the block."""
    number: int = _NUMBER_MAX
    """Of the notice among those that the entry gives an office, from 0; by default the end of the entry."""

    @property
    def is_end_of_block(self) -> bool:
        """Whether all notices of the block come before it."""
        return self.index == _NUMBER_MAX

    def __str__(self) -> str:
        """The place as text: the id of a notice, or the height of a block."""
        if self.is_end_of_block:
            return str(self.height)
        return ".".join(map(str, self[:2] if self.number == _NUMBER_MAX else self))


def parse_place(text: str) -> NoticePlace:
    """Return the place that this is.

    `12` is the end of block 12, `12.3` the end of its entry 3, `12.3.0` the first notice of that entry.

    Raises MalformedPlaceError.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        expected = "expected a height such as 12, or the id of a notice such as 12.3.0"
        raise MalformedPlaceError(f"{expected}, not {text[:80]!r}")
    return NoticePlace(*(int(part) for part in match.groups() if part is not None))
