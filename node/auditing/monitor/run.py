"""A monitor at work: one task for each office, so that none waits for another, and one for what does not come."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Iterator
from typing import Final

from node.auditing.monitor.monitor import Monitor
from node.auditing.monitor.patience import stood_still_s
from node.auditing.monitor.watched import WatchedOffice

TICK_S: Final = 0.25


async def watch(
    monitor: Monitor, stop: asyncio.Event, *, interval_s: float, to: int | None = None
) -> None:
    """Look at all offices, again after so many seconds, until the event is set or all are compared up to a height."""
    try:
        async with asyncio.TaskGroup() as tasks:
            started = [
                tasks.create_task(_look_again(monitor, office, interval_s))
                for office in monitor.offices
            ]
            started.append(tasks.create_task(_tell_overdue(monitor, stop, to)))
            await stop.wait()
            for each in started:
                each.cancel()
    except ExceptionGroup as group:  # of the tasks; one is enough
        raise group.exceptions[0] from group


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
    before_s, computed_before_s = time.monotonic(), time.process_time()
    while True:
        await asyncio.sleep(TICK_S)
        now_s, computed_s = time.monotonic(), time.process_time()
        still_s = stood_still_s(now_s - before_s, computed_s - computed_before_s)
        if still_s:
            monitor.stood_still(still_s)
        before_s, computed_before_s = now_s, computed_s
        monitor.tell_overdue()
        if to is not None and monitor.compared_height() >= to:
            stop.set()
