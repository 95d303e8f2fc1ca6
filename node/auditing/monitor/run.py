"""A monitor at work: one task for each office, so that none waits for another, and one for what does not come."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Iterator
from typing import Final

from node.auditing.monitor.monitor import Monitor
from node.auditing.monitor.watched import WatchedOffice

TICK_S: Final = 0.25
STOOD_STILL_S: Final = 5.0
"""Between two ticks: this process was not run meanwhile."""


async def watch(
    monitor: Monitor, stop: asyncio.Event, *, interval_s: float, to: int | None = None
) -> None:
    """Look at all offices, again after so many seconds, until the event is set or all are compared up to a height."""
    async with asyncio.TaskGroup() as tasks:
        started = [
            tasks.create_task(_look_again(monitor, office, interval_s))
            for office in monitor.offices
        ]
        started.append(tasks.create_task(_tell_overdue(monitor, stop, to)))
        await stop.wait()
        for each in started:
            each.cancel()


@contextlib.contextmanager
def ended_by_signals(stop: asyncio.Event) -> Iterator[None]:
    """Ctrl-C and SIGTERM set the event while the block runs."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    with contextlib.suppress(NotImplementedError):  # on Windows Ctrl-C ends the command by itself
        for number in numbers:
            loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        with contextlib.suppress(NotImplementedError):
            for number in numbers:
                loop.remove_signal_handler(number)


async def _look_again(monitor: Monitor, office: WatchedOffice, interval_s: float) -> None:
    while True:
        await monitor.look(office)
        await asyncio.sleep(interval_s)


async def _tell_overdue(monitor: Monitor, stop: asyncio.Event, to: int | None) -> None:
    before_s = time.monotonic()
    while True:
        await asyncio.sleep(TICK_S)
        now_s = time.monotonic()
        if now_s - before_s > STOOD_STILL_S:
            monitor.stood_still(now_s - before_s)
        before_s = now_s
        monitor.tell_overdue()
        if to is not None and monitor.compared_height() >= to:
            stop.set()
