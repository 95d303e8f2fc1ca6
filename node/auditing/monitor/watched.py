"""One node under watch, and what the monitor remembers of it."""

from typing import Final

from node.auditing.monitor.answers import OfficeAnswers, OfficeStatus
from node.auditing.monitor.following import Follower
from node.auditing.monitor.own_copy import Place


class WatchedOffice:
    """One node under watch, and the last that it said."""

    def __init__(self, answers: OfficeAnswers, place: Place, follower: Follower) -> None:
        self.answers: Final = answers
        self.follower: Final = follower
        self.code = ""
        self.seen_height = place.seen_height
        self.said: OfficeStatus | None = None
        self.trouble = ""
        """Why it does not give what is awaited."""
        self.waits = False
        """Whether it says that entries wait."""
        self.is_at_fault = False
        """Whether the block that comes next is wrong there: it is not awaited then."""
        self.rests_until_s = 0.0
        """Before this it is not asked for blocks again: a liar is not to keep the monitor busy."""

    @property
    def url(self) -> str:
        """By which it is known."""
        return self.answers.url
