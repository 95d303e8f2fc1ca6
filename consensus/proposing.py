"""What a primary proposes and when, and what a backup expects of a proposal (docs/protocol.md 2.1, 2.2)."""

from collections.abc import Iterator

from consensus.errors import InvalidMessageError, UntimelyProposalError
from consensus.log import Log
from consensus.messages import PrePrepare, Proposal
from consensus.output import Instant
from consensus.pool import Pool
from consensus.settings import ReplicaSettings
from consensus.timers import Timers


class Proposer:
    """Numbers the proposals of a primary. Their times are its clock's; those of blocks never fall (ledger.md)."""

    def __init__(self, settings: ReplicaSettings, log: Log, pool: Pool, timers: Timers) -> None:
        self._settings = settings
        self._log = log
        self._pool = pool
        self._timers = timers
        self.next_sequence = 1

    def proposals(self, executed: int, now: Instant) -> Iterator[tuple[int, Proposal]]:
        """(sequence, proposal) of what is to be proposed now; each must be taken up before the next is asked for.

        At once when idle, else when a block is full or has gathered for a while, within the window.
        """
        while len(self._pool):
            in_flight = self.next_sequence - 1 - executed
            if in_flight >= self._settings.window or not self._log.is_inside(self.next_sequence):
                return
            digests, oldest_ms, is_full = self._pool.next_block(self._log.listed())
            if oldest_ms is None:
                return
            due_ms = oldest_ms + self._settings.gather_ms
            if in_flight > 0 and not is_full and now.monotonic_ms < due_ms:
                self._timers.gather_until(due_ms)
                return
            self.next_sequence += 1
            yield self.next_sequence - 1, Proposal(now.unix_ms, digests)


def check_proposal(message: PrePrepare, now: Instant, settings: ReplicaSettings) -> None:
    """Return when a pre-prepare that its view first proposes keeps the rules.

    Raises:
        InvalidMessageError: it does not.
        UntimelyProposalError: its time is too far from this replica's clock.
    """
    digests = message.proposal.submissions
    most = settings.submissions_per_block
    if not 0 < len(digests) <= most or len(set(digests)) != len(digests):
        raise InvalidMessageError(
            f"pre-prepare {message.sequence}: expected 1 to {most} distinct submissions, "
            f"got {len(digests)}"
        )
    distance = abs(message.proposal.time_ms - now.unix_ms)
    if distance > settings.time_tolerance_ms:
        raise UntimelyProposalError(
            f"pre-prepare {message.sequence}: expected a time within "
            f"{settings.time_tolerance_ms} ms, got {distance} ms away"
        )
