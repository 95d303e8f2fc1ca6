"""What clients write down of each request."""

from typing import Final, Literal, NamedTuple

Action = Literal["register", "read", "readLinearizable"]


class Operation(NamedTuple):
    """One request of a client, and what came of it."""

    client: str
    action: Action
    office: str
    """Whose node was asked."""
    filing: str
    """Id of the filing."""
    date: str
    """Registered, or read; empty where the filing was not found or nothing came."""
    invoked_at: float
    """Seconds of the monotonic clock."""
    ended_at: float
    outcome: str
    """`accepted`, `repeated`, `conflict`, `found`, `absent`, or why there was no answer."""
    height: int = 0
    """Of the receipt; of a read the height that the answer held at."""
    index: int = 0
    block_hash: str = ""


DECIDED: Final = frozenset({"accepted", "repeated", "conflict", "found", "absent"})
ACKNOWLEDGED: Final = frozenset({"accepted", "repeated"})
