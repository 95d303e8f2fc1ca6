"""What the register says to an entry: a value in the block, never an exception."""

from typing import Literal

import msgspec

Status = Literal["accepted", "repeated", "rejected"]


class Outcome(msgspec.Struct, frozen=True, array_like=True):
    """The result of one entry. Its msgpack form is part of the entry's Merkle leaf."""

    status: Status
    reason: str = ""
    """Rejected: an upper-case reason code (docs/register.md). Accepted: comma-separated warning codes."""
    subject: str = ""
    """The filing it is about, as `office.right.matchKey`, or the declaration, as `AU.coverage.patent`."""
    height: int = 0
    """Repeated: the height of the first receipt. Else 0."""
    index: int = 0
    """Repeated: the entry's index in that block. Else 0."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warning codes of an accepted entry, in order; else none."""
        if self.status != "accepted" or not self.reason:
            return ()
        return tuple(self.reason.split(","))
