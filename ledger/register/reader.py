"""What the pure rules read: the register at one height."""

from collections.abc import Iterator
from typing import Protocol


class RegisterReader(Protocol):
    """Facts and links at one height, which does not move while it is read."""

    @property
    def height(self) -> int:
        """The last block it knows."""

    @property
    def time_ms(self) -> int:
        """The time of that block, in Unix milliseconds."""

    @property
    def network_id(self) -> bytes:
        """The network, to which seals and proofs are bound."""

    @property
    def offices(self) -> tuple[str, ...]:
        """The offices connected, as the genesis names them."""

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a fact or link, or None."""

    def scan(
        self, prefix: bytes, after: bytes = b"", limit: int | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """Return keys and values in key order: those that begin with `prefix` and come after `after`."""
