"""What applying an entry gives, and the shapes of a refusal and of a repetition."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple, TypeAlias

from ledger.register.outcome import Outcome

Get: TypeAlias = Callable[[bytes], bytes | None]
"""Reads a fact or link as the entries before this one left it."""


_MS_A_DAY = 86_400_000
_EPOCH = date(1970, 1, 1).toordinal()


class Position(NamedTuple):
    """Where an entry stands in the ledger."""

    height: int
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody asks a position for
    """The entry's index in the block."""
    time_ms: int
    """The block's time, Unix milliseconds."""
    network_id: bytes = bytes(32)
    """To which the proofs of sealed claims are bound."""

    @property
    def day(self) -> int:
        """The block's date (UTC) as the ordinal of a `date`."""
        return _EPOCH + self.time_ms // _MS_A_DAY


class Applied(NamedTuple):
    """The outcome of an entry, and what it puts into the index."""

    outcome: Outcome
    facts: tuple[tuple[bytes, bytes], ...] = ()
    """Keys and values that belong to the state tree."""
    links: tuple[tuple[bytes, bytes], ...] = ()
    """Derived keys and values that do not."""


def rejected(reason: str, subject: str) -> Applied:
    """Return a refusal: nothing changes."""
    return Applied(Outcome("rejected", reason, subject))


def repeated(subject: str, height: int, index: int) -> Applied:
    """Return that the entry is in the ledger already, at the first receipt's place: nothing changes."""
    return Applied(Outcome("repeated", "", subject, height, index))


def accepted(warnings: list[str], subject: str) -> Outcome:
    """Return an acceptance with its warnings, each named once."""
    return Outcome("accepted", ",".join(dict.fromkeys(warnings)) if warnings else "", subject)
