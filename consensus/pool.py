"""Pending submissions of a replica: what is known and not yet executed, bounded per office, oldest first."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from consensus.settings import ReplicaSettings


class Pending(NamedTuple):
    """A submission whose body this node holds."""

    office: str
    size: int
    arrived_ms: int
    """Monotonic."""


class Pool:
    """Pending submissions by digest, in order of arrival.

    Invariant: per office at most `pool_per_office` submissions and `pool_bytes_per_office` bytes, but for those
    that a proposal lists.
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

    def has_room(self, office: str, size: int) -> bool:
        """Whether the office may add a submission of this many bytes."""
        return (
            self._counts.get(office, 0) < self._settings.pool_per_office
            and self._bytes.get(office, 0) + size <= self._settings.pool_bytes_per_office
        )

    def add(self, digest: bytes, pending: Pending) -> None:
        """Add a submission that is not here yet; the caller has asked for room where that matters."""
        self._pending[digest] = pending
        self._counts[pending.office] = self._counts.get(pending.office, 0) + 1
        self._bytes[pending.office] = self._bytes.get(pending.office, 0) + pending.size

    def remove(self, digests: Iterable[bytes]) -> None:
        """Forget submissions; those that are not here do not matter."""
        for digest in digests:
            pending = self._pending.pop(digest, None)
            if pending is not None:
                self._counts[pending.office] -= 1
                self._bytes[pending.office] -= pending.size

    def oldest_ms(self) -> int | None:
        """When the oldest submission arrived; none when the pool is empty."""
        for pending in self._pending.values():
            return pending.arrived_ms
        return None

    def next_block(
        self, already_proposed: set[bytes]
    ) -> tuple[tuple[bytes, ...], int | None, bool]:
        """(digests for one block, arrival of the oldest, whether it is full) of what is not proposed."""
        digests: list[bytes] = []
        size = 0
        oldest: int | None = None
        for digest, pending in self._pending.items():
            if digest in already_proposed:
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
