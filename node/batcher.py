"""Gathers what callers want registered into the content of submissions."""

from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

from ledger.register.entries import ENTRIES_MAX, Entry
from ledger.submission import SUBMISSION_BYTES_MAX
from node.registration import EntryReceipt, Registration

ENTRY_BYTES_MAX: Final = SUBMISSION_BYTES_MAX * 3 // 4 - 1_024
"""Bytes of a submission's entries, commas included: base64url makes four of three, and the envelope needs some."""


class Part(NamedTuple):
    """Consecutive entries of one registration in a batch."""

    registration: Registration
    start: int
    """The first entry, in its registration."""
    stop: int


class Batch(NamedTuple):
    """The content of one submission."""

    parts: tuple[Part, ...]
    renewals: int = 0
    """How often its validity was over before it was executed."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, in order."""
        return tuple(
            entry for call, start, stop in self.parts for entry in call.entries[start:stop]
        )

    @property
    def raw_entries(self) -> tuple[bytes, ...]:
        """All entries' bytes, in order."""
        return tuple(
            raw for call, start, stop in self.parts for raw in call.raw_entries[start:stop]
        )

    def decide(self, receipts: Sequence[EntryReceipt]) -> None:
        """Give every registration its share of the receipts."""
        position = 0
        for registration, start, stop in self.parts:
            end = position + stop - start
            registration.decide(start, receipts[position:end])
            position = end


class Batcher:
    """Registrations that wait, first come first served; a large one is cut, and its rest keeps its place."""

    def __init__(self) -> None:
        self._waiting: deque[Registration] = deque()
        self._taken = 0
        """Entries of the first registration that are in earlier batches."""
        self.entries = 0
        """How many entries wait."""

    @property
    def has_full(self) -> bool:
        """Whether a batch would be full by its number of entries."""
        return self.entries >= ENTRIES_MAX

    def add(self, registration: Registration) -> None:
        """Let a registration wait."""
        self._waiting.append(registration)
        self.entries += len(registration.entries)

    def take(self) -> Batch | None:
        """The next batch, as large as a submission may be; none when nothing waits."""
        parts: list[Part] = []
        count, size = ENTRIES_MAX, ENTRY_BYTES_MAX
        while self._waiting and count > 0:
            first, start = self._waiting[0], self._taken
            stop = start
            for raw in first.raw_entries[start : start + count]:
                size -= len(raw) + 1
                if size < 0:
                    break
                stop += 1
            if stop > start:
                parts.append(Part(first, start, stop))
                count -= stop - start
                self._taken = stop
            if stop < len(first.entries):
                break
            self._waiting.popleft()
            self._taken = 0
        taken = ENTRIES_MAX - count
        self.entries -= taken
        return Batch(tuple(parts)) if taken else None

    def clear(self) -> list[Registration]:
        """Everything that waits, which does so no more."""
        waiting = list(self._waiting)
        self._waiting.clear()
        self._taken = self.entries = 0
        return waiting
