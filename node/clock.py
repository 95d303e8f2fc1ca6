"""The only place where the node reads time: the wall clock, and the monotonic one for timers."""

import time

from consensus.output import Instant

_NANOSECONDS = 1_000_000  # in a millisecond


def read_clocks() -> Instant:
    """Both clocks, now, in whole milliseconds."""
    return Instant(
        monotonic_ms=time.monotonic_ns() // _NANOSECONDS, unix_ms=time.time_ns() // _NANOSECONDS
    )
