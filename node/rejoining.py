"""When an office that lost its journal may vote again: in the same words wherever it is told (docs/export.md)."""

from typing import Final

WHEN_TO_REJOIN: Final = (
    "only while all other offices are up, and have made 64 blocks final since this one was lost"
    " (one block, where none of them may lie)"
)
"""64 blocks are the watermark range (docs/protocol.md, 4.3): nothing that the office voted for is undecided then."""
