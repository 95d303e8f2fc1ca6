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
        self.is_answering = False
        """Whether it answered when it was last asked for its status, as an office of this network."""
        self.waits = False
        """Whether it says, now, that entries wait."""
        self.is_ready = False
        """Whether it says, now, that it can register."""
        self.is_at_fault = False
        """Whether the block that comes next is wrong there: it is not awaited then."""
        self.rests_until_s = 0.0
        """Before this it is not asked for blocks again: a liar is not to keep the monitor busy."""

    def says_nothing(self) -> None:
        """It was asked, and nothing that it said before is said any more."""
        self.is_answering = self.waits = self.is_ready = False

    @property
    def url(self) -> str:
        """By which it is known."""
        return self.answers.url
