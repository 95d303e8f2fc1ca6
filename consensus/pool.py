"""Pending submissions of a replica: what is known and not yet executed, bounded per account, oldest first.

An office's own submissions are charged to its account, those that a peer passes on beyond it to that
peer's: so no office can keep others' submissions out, and none can fill the memory.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from consensus.settings import ReplicaSettings


class Pending(NamedTuple):
    """A submission whose body this node holds."""

    office: str
    size: int
    arrived_ms: int
    """Monotonic."""
    account: str
    """Whom it is charged to: its office, or the peer that passed it on."""


class Pool:
    """Pending submissions by digest, in order of arrival.

    Invariant: each account is within its limits, but for submissions that a proposal lists.
    """

    def __init__(self, settings: ReplicaSettings) -> None:
        self._settings = settings
        self._pending: dict[bytes, Pending] = {}
        self._counts: dict[str, int] = {}
        self._bytes: dict[str, int] = {}

    def __contains__(self, digest: object) -> bool:
        return digest in self._pending

    def __len__(self) -> int:
        return len(self._pending)

    def __iter__(self) -> Iterator[tuple[bytes, Pending]]:
        return iter(self._pending.items())

    def account_for(self, office: str, size: int, sender: str) -> str | None:
        """The account with room for a submission of this many bytes; none when there is no room."""
        settings = self._settings
        if self._has_room(office, size, settings.pool_per_office, settings.pool_bytes_per_office):
            return office
        account = f"passed on by {sender}"
        limits = settings.relayed_per_peer, settings.pool_bytes_per_office
        if sender != office and self._has_room(account, size, *limits):
            return account
        return None

    def add(self, digest: bytes, pending: Pending) -> None:
        """Add a submission that is not here yet."""
        self._pending[digest] = pending
        self._counts[pending.account] = self._counts.get(pending.account, 0) + 1
        self._bytes[pending.account] = self._bytes.get(pending.account, 0) + pending.size

    def remove(self, digests: Iterable[bytes]) -> None:
        """Forget submissions; those that are not here do not matter."""
        for digest in digests:
            pending = self._pending.pop(digest, None)
            if pending is not None:
                self._counts[pending.account] -= 1
                self._bytes[pending.account] -= pending.size

    def oldest_by_office(self) -> dict[str, int]:
        """When the oldest pending submission of each office arrived."""
        oldest: dict[str, int] = {}
        for pending in self._pending.values():
            oldest.setdefault(pending.office, pending.arrived_ms)
        return oldest

    def next_block(self, listed: set[bytes]) -> tuple[tuple[bytes, ...], int | None, bool]:
        """(digests for one block, arrival of the oldest, whether it is full) of what is not listed yet."""
        digests: list[bytes] = []
        size = 0
        oldest: int | None = None
        for digest, pending in self._pending.items():
            if digest in listed:
                continue
            full = (
                len(digests) == self._settings.submissions_per_block
                or size + pending.size > self._settings.block_bytes
            )
            if digests and full:
                return tuple(digests), oldest, True
            digests.append(digest)
            size += pending.size
            oldest = pending.arrived_ms if oldest is None else min(oldest, pending.arrived_ms)
        return tuple(digests), oldest, False

    def _has_room(self, account: str, size: int, count_max: int, bytes_max: int) -> bool:
        return (
            self._counts.get(account, 0) < count_max
            and self._bytes.get(account, 0) + size <= bytes_max
        )
