"""How long something is awaited: the one place of the monitor that knows of time. Pure: the time is an argument."""

from collections.abc import Iterator
from typing import Final

STOOD_STILL_S: Final = 5.0
"""For longer than this a process is not kept from running on a machine that is awake."""


def stood_still_s(elapsed_s: float, computed_s: float) -> float:
    """Seconds in which this process was not run, of those between two looks at the clock; 0: it was.

    Where it was busy with what a node sent, it was run: else a node could make it wait for all the others.
    """
    idle_s = elapsed_s - computed_s
    return idle_s if idle_s > STOOD_STILL_S else 0.0


class Patience:
    """Since when each matter is awaited, in seconds of a clock that never goes back."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._since: dict[tuple[str, str], float] = {}

    def await_(self, url: str, matter: str, now_s: float) -> None:
        """From now on this is awaited, unless it is already."""
        self._since.setdefault((url, matter), now_s)

    def end(self, url: str, matter: str) -> None:
        """It came, or nobody awaits it any more."""
        self._since.pop((url, matter), None)

    def follow(self, url: str, matter: str, *, is_awaited: bool, came: bool, now_s: float) -> None:
        """Await it or not; the time begins anew whenever some of it came."""
        if came or not is_awaited:
            self.end(url, matter)
        if is_awaited:
            self.await_(url, matter, now_s)

    def extend(self, seconds: float) -> None:
        """Time in which nobody looked counts against nobody."""
        self._since = {key: since + seconds for key, since in self._since.items()}

    def overdue(self, now_s: float) -> Iterator[tuple[str, str]]:
        """(url, matter) of all that is awaited for longer than the limit."""
        late = [key for key, since in self._since.items() if now_s - since > self.limit_s]
        yield from sorted(late)
