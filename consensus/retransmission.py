"""What is sent again to a peer that seems to lack it (Castro & Liskov 2002, section 5.2; docs/protocol.md 6)."""

from collections.abc import Iterable

from consensus.checkpoints import Checkpoints
from consensus.messages import FetchSubmissions, FetchViewChanges, Message, Status
from consensus.ordering import Ordering
from consensus.output import Instant, Outbox
from consensus.timers import Timers
from consensus.views import Views


class Retransmission:
    """Answers statuses and questions, each peer's at a bounded rate. A status proves nothing."""

    def __init__(
        self,
        *,
        views: Views,
        ordering: Ordering,
        checkpoints: Checkpoints,
        timers: Timers,
        outbox: Outbox,
    ) -> None:
        self._views = views
        self._ordering = ordering
        self._checkpoints = checkpoints
        self._timers = timers
        self._outbox = outbox
        self.peers: dict[str, Status] = {}
        """The last status of each peer, as heard."""

    def receive_status(self, sender: str, message: Status, now: Instant) -> None:
        """Send again what the peer seems to lack (protocol 6.1)."""
        if not self._timers.may_answer(sender, now):
            return
        views = self._views
        stalled = self.peers.get(sender) == message
        self.peers[sender] = message
        is_behind = message.view < views.view or (
            message.view == views.view and not message.is_active
        )
        if is_behind:
            self._send_all(views.proof_of_view(), sender)
        if stalled and message.view == views.view and message.is_active and views.is_active:
            self._send_all(self._ordering.votes_above(message.executed), sender)
        if stalled:
            self._send_all(self._checkpoints.own_above(message.stable), sender)

    def answer(
        self, sender: str, message: FetchSubmissions | FetchViewChanges, now: Instant
    ) -> None:
        """Give the peer what it asks for and this replica has."""
        if isinstance(message, FetchViewChanges):
            if self._timers.may_answer_for_changes(sender, now):
                self._send_all(self._views.view_changes(message.digests), sender)
            return
        for digest in sorted(set(message.digests)):
            self._outbox.relay(digest, sender)

    def _send_all(self, messages: Iterable[Message], to: str) -> None:
        for message in messages:
            self._outbox.send(message, to)
