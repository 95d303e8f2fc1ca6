"""What clients write down of each request."""

from typing import Final, Literal, NamedTuple

Action = Literal["register", "read", "readLinearizable"]


class Operation(NamedTuple):
    """One request of a client, and what came of it."""

    client: str
    action: Action
    office: str
    node: str
    """The office, or another name once its node has lost its disk."""
    filing: str
    """Id of the filing."""
    date: str
    """Registered, or read; empty where the filing was not found or nothing came."""
    invoked_at: int
    """Nanoseconds of the monotonic clock."""
    ended_at: int
    outcome: str
    """`accepted`, `repeated`, `conflict`, `found`, `absent`, or why there was no answer."""
    held_at: int = 0
    """The height that the answer names for itself."""
    height: int = 0
    """Of the block that holds the filing."""
    entry: int = 0
    """Which entry of the block it is, from 0."""
    block_hash: str = ""
    """Of a receipt."""


DECIDED: Final = frozenset({"accepted", "repeated", "conflict", "found", "absent"})
ACKNOWLEDGED: Final = frozenset({"accepted", "repeated"})
