"""The clock of a node's timers leaves out the time in which the node stood still."""

from collections.abc import Iterator

from consensus.output import Instant
from node.clock import RunningClock


def readings(*monotonic_ms: int) -> list[int]:
    """What a clock with beats of 500 ms and standstills of over 1,000 ms says at these times."""
    times: Iterator[int] = iter((0, *monotonic_ms))
    clock = RunningClock(beat_ms=500, still_ms=1_000, read=lambda: Instant(next(times), 7))
    return [clock().monotonic_ms for _ in monotonic_ms]


def test_it_runs_as_the_monotonic_clock_while_it_is_read_in_time() -> None:
    assert readings(0, 500, 1_500, 1_501) == [0, 500, 1_500, 1_501]


def test_a_standstill_counts_as_one_beat() -> None:
    assert readings(400, 12_400, 12_500, 99_000, 99_001) == [400, 900, 1_000, 1_500, 1_501]


def test_the_wall_clock_is_left_as_it_is() -> None:
    times = iter((0, 60_000))
    clock = RunningClock(beat_ms=500, still_ms=1_000, read=lambda: Instant(next(times), 1_234))
    assert clock() == Instant(500, 1_234)
