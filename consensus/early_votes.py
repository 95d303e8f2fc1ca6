"""Messages of views that this replica is not in yet, unread, until it gets there."""

from collections import deque
from collections.abc import Iterator

from consensus.messages import Commit, Prepare, PrePrepare

Early = PrePrepare | Prepare | Commit


class EarlyVotes:
    """A short queue for each sender."""

    def __init__(self, per_sender: int) -> None:
        self._per_sender = per_sender
        self._queues: dict[str, deque[Early]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._queues.values()))

    def keep(self, sender: str, message: Early) -> None:
        """Keep a message; of many the latest."""
        queue = self._queues.get(sender)
        if queue is None:
            queue = self._queues[sender] = deque(maxlen=self._per_sender)
        queue.append(message)

    def take(self, view: int) -> Iterator[tuple[str, Early]]:
        """(sender, message) of what was kept for this view; what is for later views stays."""
        for sender, queue in sorted(self._queues.items()):
            kept = tuple(queue)
            queue.clear()
            queue.extend(message for message in kept if message.view > view)
            for message in kept:
                if message.view == view:
                    yield sender, message
