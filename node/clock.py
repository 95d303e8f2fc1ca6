"""The only place where the node reads time: the wall clock, and the monotonic one for timers."""

import time
from collections.abc import Callable

from consensus.output import Instant

_NANOSECONDS = 1_000_000  # in a millisecond


def read_clocks() -> Instant:
    """Both clocks, now, in whole milliseconds."""
    return Instant(
        monotonic_ms=time.monotonic_ns() // _NANOSECONDS, unix_ms=time.time_ns() // _NANOSECONDS
    )


class RunningClock:
    """Both clocks; of the monotonic one only the time in which this process ran.

    Whoever stood still (SIGSTOP, a virtual machine that was moved, swapping) heard nobody meanwhile, and that is no
    fault of the others: without this it would leave a view that works as soon as it goes on. Read it at least every
    `beat_ms`: a time of more than `still_ms` between two readings was a standstill, and counts as one beat.
    """

    def __init__(
        self, *, beat_ms: int, still_ms: int, read: Callable[[], Instant] = read_clocks
    ) -> None:
        self._beat_ms = beat_ms
        self._still_ms = still_ms
        self._read = read
        self._last_ms = read().monotonic_ms
        self._stood_ms = 0

    def __call__(self) -> Instant:
        """Both clocks, now, in whole milliseconds."""
        now = self._read()
        gap_ms = now.monotonic_ms - self._last_ms
        self._last_ms = now.monotonic_ms
        if gap_ms > self._still_ms:
            self._stood_ms += gap_ms - self._beat_ms
        return now._replace(monotonic_ms=now.monotonic_ms - self._stood_ms)
