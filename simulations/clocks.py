"""Clocks that run fast or slow, and whose time of day is wrong or set while the node runs."""

from consensus.output import Instant

EPOCH_MS = 1_700_000_000_000
"""Unix time at the start of every simulation."""
_MILLION = 1_000_000


class SimulatedClock:
    """One node's two clocks, as functions of the virtual time (milliseconds since the start of the run).

    The monotonic one runs on over crashes and never goes back; the time of day can be set.
    """

    __slots__ = ("_drift_ppm", "unix_error_ms")

    def __init__(self, drift_ppm: int = 0, unix_error_ms: int = 0) -> None:
        self._drift_ppm = drift_ppm
        self.unix_error_ms = unix_error_ms
        """How far the time of day is from the true one."""

    def read(self, now_ms: int) -> Instant:
        """Both clocks at a virtual time."""
        run = now_ms + now_ms * self._drift_ppm // _MILLION
        return Instant(run, EPOCH_MS + run + self.unix_error_ms)

    def when(self, monotonic_ms: int) -> int:
        """The first virtual time at which the monotonic clock shows at least this."""
        now_ms = monotonic_ms * _MILLION // (_MILLION + self._drift_ppm)
        while now_ms + now_ms * self._drift_ppm // _MILLION < monotonic_ms:
            now_ms += 1
        return now_ms
