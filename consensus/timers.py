"""Every deadline of a replica, on the monotonic clock that its shell reads (milliseconds).

A view is given up when work is pending and nothing was executed for the view time-out, or when one submission
waits for the censorship time-out although others progress. The time-out doubles with every view change that
brings no progress, up to a cap, so views do not race away from each other (compare docs/protocol.md 5.6).
"""

from collections.abc import Iterable

from consensus.allowance import Allowance
from consensus.output import Instant
from consensus.pool import Pool
from consensus.settings import ReplicaSettings

RELAYED_PER_OFFICE = 8
"""Overdue submissions of one office that are passed on at a time."""
PATIENCE_WITH_ONE = 6
"""A single submission may wait so many censorship time-outs while others of its office progress."""
HEARTBEATS_TO_SILENCE = 3
"""A peer that was not heard for so many heartbeats counts as unreachable."""


class Timers:
    """Deadlines as plain numbers; nothing here calls back."""

    def __init__(self, settings: ReplicaSettings, now: Instant, faults: int) -> None:
        self._settings = settings
        self._heartbeat_at = now.monotonic_ms
        self._entered_at = now.monotonic_ms
        self._left_at = now.monotonic_ms
        self._view_timeout = settings.view_timeout_ms
        self._working_since: int | None = None
        self._new_view_at: int | None = None
        self._gather_at: int | None = None
        self._fetch_at: int | None = None
        self._heard: dict[str, int] = {}
        self._served_at: dict[str, int] = {}
        half = settings.heartbeat_ms // 2
        self._answers = Allowance(1, half)
        self._given_changes = Allowance(1, half // 2)
        self._asked = Allowance(faults + 1, (faults + 1) * half)
        self._asked_again = Allowance(1, (faults + 1) * half)
        self._relay_at: dict[bytes, int] = {}
        self._alone_since: dict[str, int] = {}
        self._rejoin_at: dict[str, int] = {}

    def heard(self, peer: str, now: Instant) -> None:
        """A message of the peer came in."""
        self._heard[peer] = now.monotonic_ms

    def reachable(self, now: Instant) -> int:
        """How many peers were heard lately."""
        # Shorter than the view time-out: else an office that is cut off leaves its view before it notices.
        silence_ms = min(
            HEARTBEATS_TO_SILENCE * self._settings.heartbeat_ms,
            self._settings.view_timeout_ms * 3 // 4,
        )
        limit = now.monotonic_ms - silence_ms
        return sum(heard >= limit for heard in self._heard.values())

    def heartbeat_due(self, now: Instant) -> bool:
        """Whether to tell the others where this replica stands; true once a heartbeat."""
        if now.monotonic_ms < self._heartbeat_at:
            return False
        self._heartbeat_at = now.monotonic_ms + self._settings.heartbeat_ms
        return True

    def may_answer(self, peer: str, now: Instant) -> bool:
        """Whether a status of this peer is answered now: twice a heartbeat at most, however many it sends."""
        return self._answers.take(peer, now)

    def may_ask_for_changes(self, primary: str, peer: str, now: Instant) -> bool:
        """Whether to ask this peer now for the view changes that a new view of this primary names.

        For each primary, so none uses up another's: f + 1 different peers within f + 1 half heartbeats, in whatever
        order they come. So an honest one is among those asked, however often and early liars offer themselves.
        """
        if not self._asked_again.is_left((primary, peer), now):
            return False
        return self._asked.take(primary, now) and self._asked_again.take((primary, peer), now)

    def may_answer_for_changes(self, peer: str, now: Instant) -> bool:
        """Whether this peer is given view changes now: four times a heartbeat at most, however often it asks."""
        return self._given_changes.take(peer, now)

    def fetch_due(self, now: Instant, *, has_missing: bool) -> bool:
        """Whether to ask for missing bodies now: after a short wait, then again with growing patience."""
        if not has_missing:
            self._fetch_at = None
            return False
        if self._fetch_at is None:
            self._fetch_at = now.monotonic_ms + self._settings.fetch_delay_ms
            return False
        if now.monotonic_ms < self._fetch_at:
            return False
        self._fetch_at = now.monotonic_ms + 4 * self._settings.fetch_delay_ms
        return True

    def overdue(self, now: Instant, pool: Pool) -> list[tuple[bytes, bool]]:
        """(digest, whether to pass it on to all) of submissions that wait for half the view time-out.

        The oldest few of each office. At first for the primary alone; again after every further time-out,
        then for all, since a view change needs a quorum that waits.
        """
        limit = now.monotonic_ms - self._settings.view_timeout_ms // 2
        found: list[tuple[bytes, bool]] = []
        taken: dict[str, int] = {}
        for digest, pending in pool:
            if pending.arrived_ms > limit:
                break
            if taken.get(pending.office, 0) == RELAYED_PER_OFFICE:
                continue
            taken[pending.office] = taken.get(pending.office, 0) + 1
            at_ms = self._relay_at.get(digest)
            if at_ms is None or at_ms <= now.monotonic_ms:
                self._relay_at[digest] = now.monotonic_ms + 2 * self._settings.view_timeout_ms
                found.append((digest, at_ms is not None))
        if len(self._relay_at) > 2 * len(pool):
            self._relay_at = {key: at for key, at in self._relay_at.items() if key in pool}
        return found

    def to_rejoin(self, now: Instant, waiting: dict[str, int]) -> int | None:
        """The view of an office that waits alone for long (`waiting`: office -> view), or none.

        Rarely for one office, so that a faulty one cannot keep the others changing views.
        """
        for office in self._waiting_long(now, waiting):
            if self._rejoin_at.get(office, 0) <= now.monotonic_ms:
                self._rejoin_at[office] = now.monotonic_ms + self._settings.rejoin_interval_ms
                return waiting[office]
        return None

    def to_follow(self, now: Instant, waiting: dict[str, int], *, is_stranded: bool) -> int | None:
        """On the way into a view with too few others: the lowest view in which another waits for long, or none.

        One step at a time, and never beyond what waits: so all come to the highest view that one of them waits in.
        """
        views = [waiting[office] for office in self._waiting_long(now, waiting)]
        patient = now.monotonic_ms - self._left_at >= self._settings.rejoin_patience_ms
        return min(views, default=None) if is_stranded and patient else None

    def _waiting_long(self, now: Instant, waiting: dict[str, int]) -> list[str]:
        """The offices, in order, that wait in higher views for longer than the patience with one."""
        self._alone_since = {
            office: self._alone_since.get(office, now.monotonic_ms) for office in sorted(waiting)
        }
        limit = now.monotonic_ms - self._settings.rejoin_patience_ms
        return [office for office, since in self._alone_since.items() if since <= limit]

    def watch(self, now: Instant, *, has_work: bool, has_missing: bool) -> None:
        """Start the view timer when work appears in an active view, stop it when there is none."""
        if not has_work:
            self._working_since = None
        elif self._working_since is None:
            self._working_since = now.monotonic_ms
        if has_missing and self._fetch_at is None:
            self._fetch_at = now.monotonic_ms + self._settings.fetch_delay_ms

    def served(self, offices: Iterable[str], now: Instant) -> None:
        """Submissions of these offices were executed."""
        for office in offices:
            self._served_at[office] = now.monotonic_ms

    def progressed(self, now: Instant) -> None:
        """Something was executed."""
        self._working_since = now.monotonic_ms
        self._view_timeout = self._settings.view_timeout_ms

    def postpone(self, now: Instant) -> None:
        """Too few peers answer for a view change to help: the view is not to blame."""
        self._working_since = None if self._working_since is None else now.monotonic_ms
        self._entered_at = now.monotonic_ms

    def view_expired(self, now: Instant, oldest_by_office: dict[str, int]) -> bool:
        """Whether to give the view up: nothing is executed, or nothing of some office.

        `oldest_by_office`: when the oldest pending submission of each office arrived.
        """
        if self._working_since is None:
            return False
        if now.monotonic_ms - self._working_since >= self._view_timeout:
            return True
        patience = max(self._settings.censorship_timeout_ms, self._view_timeout)
        for office, oldest_ms in oldest_by_office.items():
            waiting_since = max(oldest_ms, self._entered_at)
            if now.monotonic_ms - waiting_since >= PATIENCE_WITH_ONE * patience:
                return True
            served_at = max(waiting_since, self._served_at.get(office, 0))
            if now.monotonic_ms - served_at >= patience:
                return True
        return False

    def left_view(self, now: Instant) -> None:
        """On the way to another view: nothing to expect before a quorum goes there too."""
        self._left_at = now.monotonic_ms
        self._new_view_at = None
        self._working_since = None

    def expect_new_view(self, now: Instant, attempts: int) -> None:
        """A quorum is on its way: its primary has this long to open the view."""
        if self._new_view_at is None:
            self._new_view_at = now.monotonic_ms + self._timeout(attempts)

    def new_view_expired(self, now: Instant) -> bool:
        """Whether the primary of the view to come did not open it in time."""
        return self._new_view_at is not None and now.monotonic_ms >= self._new_view_at

    def entered_view(self, now: Instant, attempts: int) -> None:
        """A view began; it gets its time."""
        self._entered_at = now.monotonic_ms
        self._working_since = None
        self._new_view_at = None
        self._view_timeout = self._timeout(attempts)

    def gather_until(self, at_ms: int) -> None:
        """The primary gathers submissions until then."""
        self._gather_at = at_ms

    def gathered(self) -> None:
        """The primary proposed, or has nothing to gather for."""
        self._gather_at = None

    def next_ms(self) -> int:
        """The earliest deadline."""
        deadlines = [self._heartbeat_at]
        if self._working_since is not None:
            deadlines.append(self._working_since + self._view_timeout)
        deadlines += [
            at for at in (self._new_view_at, self._gather_at, self._fetch_at) if at is not None
        ]
        return min(deadlines)

    def _timeout(self, attempts: int) -> int:
        grown = self._settings.view_timeout_ms << min(max(attempts - 1, 0), 16)
        return min(grown, self._settings.view_timeout_max_ms)
