"""How often something may be done for someone, so that nobody makes a replica work or talk without end."""

from collections import deque
from collections.abc import Hashable

from consensus.output import Instant


class Allowance:
    """So many times for each key within any period. Bounded by the number of keys."""

    def __init__(self, times: int, period_ms: int) -> None:
        self._times = times
        self._period_ms = period_ms
        self._taken: dict[Hashable, deque[int]] = {}

    def is_left(self, key: Hashable, now: Instant) -> bool:
        """Whether it may be done for this key now."""
        taken = self._taken.get(key)
        return (
            taken is None
            or len(taken) < self._times
            or now.monotonic_ms - taken[0] >= self._period_ms
        )

    def take(self, key: Hashable, now: Instant) -> bool:
        """Whether it may be done for this key now; if so it counts as done."""
        if not self.is_left(key, now):
            return False
        self._taken.setdefault(key, deque(maxlen=self._times)).append(now.monotonic_ms)
        return True
