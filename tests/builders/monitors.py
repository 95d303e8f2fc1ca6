"""A monitor with a clock that stands still until a test moves it, and all that it tells."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from builders.ledgers import GENESIS
from builders.watched_nodes import WatchedNode
from ledger.genesis import Genesis
from node.auditing.monitor.alarms import Alarm
from node.auditing.monitor.answers import OfficeAnswers
from node.auditing.monitor.monitor import Monitor, Telling
from node.auditing.monitor.own_copy import open_own_copy
from node.auditing.monitor.patience import Patience

SILENCE_S = 60.0


class Watch:
    """A monitor at work."""

    def __init__(self) -> None:
        self.now_s = 1_000.0
        self.alarms: list[Alarm] = []
        self.notes: list[str] = []
        self.monitor: Monitor

    def alarm(self, alarm: Alarm) -> bool:
        """Tell an alarm."""
        self.alarms.append(alarm)
        return True

    async def look(self, seconds: float = 0.0) -> list[str]:
        """Look at every node after so many seconds, and return the kinds of the alarms that this raises."""
        self.now_s += seconds
        before = len(self.alarms)
        for office in self.monitor.offices:
            await self.monitor.look(office)
        self.monitor.tell_overdue()
        return [alarm.fault.kind for alarm in self.alarms[before:]]


@asynccontextmanager
async def watching(
    *nodes: WatchedNode | str, genesis: Genesis = GENESIS, answer_s: float = 5.0
) -> AsyncIterator[Watch]:
    """A monitor of these nodes, or addresses, with a new copy of its own."""
    watch = Watch()
    urls = [each if isinstance(each, str) else each.url for each in nodes]
    offices = {url: OfficeAnswers(url, None, answer_s=answer_s) for url in urls}
    telling = Telling(watch.alarm, lambda url, text: watch.notes.append(f"{url} {text}"))
    with open_own_copy(None, genesis) as copy:
        watch.monitor = Monitor(copy, offices, telling, Patience(SILENCE_S), lambda: watch.now_s)
        try:
            yield watch
        finally:
            for each in offices.values():
                await each.close()
