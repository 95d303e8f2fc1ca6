"""Sends what is to be registered to the engine, in submissions that this node signs.

Registrations are gathered by natural batching: one submission is in flight; the next carries what has arrived
meanwhile, and goes at once when none is. It needs no timer, and adapts by itself. Full submissions need not wait for
one another, so a few of them are in flight at a time when much is to be registered.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Sequence
from typing import Final

import msgspec

from crypto.digest import sha256
from crypto.jws import sign_submission
from crypto.signing import SigningKey
from ledger.ledger import Ledger
from ledger.register.outcome import Outcome
from ledger.submission import NONCE_SIZE, Submission, encode_payload
from node.batcher import Batch, Batcher
from node.clock import read_clocks
from node.effects import Executed
from node.engine import SubmissionRefusedError
from node.registration import EntryReceipt, ExpiredError, Registration
from node.runner import Runner

FULL_IN_FLIGHT_MAX: Final = 4
"""Submissions in flight at a time, when all that are added are full."""
RENEWALS_MAX: Final = 3
"""How often entries whose submission expired go into a new one."""
ROOM_DELAY: Final = 0.05  # seconds to the next attempt when the engine had no room


class Dispatcher:
    """Registrations on their way, from arrival to the block that holds them."""

    def __init__(
        self,
        *,
        office: str,
        ledger: Ledger,
        signing_key: SigningKey,
        valid_ms: int,
        runner: Runner,
    ) -> None:
        self._office = office
        self._ledger = ledger
        self._signing_key = signing_key
        self._valid_ms = valid_ms
        self._runner = runner
        self._loop = asyncio.get_running_loop()
        self._batcher = Batcher()
        self._again: deque[Batch] = deque()
        """Batches to be sent before all others: they expired."""
        self._refused: tuple[Submission, Batch] | None = None
        """Signed, and to be sent before everything else: the engine had no room for it."""
        self._retry: asyncio.TimerHandle | None = None
        self._in_flight: dict[bytes, Batch] = {}
        self._is_pump_due = False
        self._is_stopped = False

    def add(self, registration: Registration) -> None:
        """Send the entries of a registration, soon."""
        self._batcher.add(registration)
        self._call_pump()

    def executed(self, executed: Executed) -> int | None:
        """A submission is final: how many entries of here that ends; none when it is not one of these."""
        batch = self._in_flight.pop(executed.digest, None)
        if batch is None:
            return None
        self._call_pump()
        if executed.status == "executed":
            batch.decide(receipts_of(executed))
        elif batch.renewals < RENEWALS_MAX:
            self._again.append(batch._replace(renewals=batch.renewals + 1))
            return 0
        else:
            failure = ExpiredError(
                f"ordered {RENEWALS_MAX + 1} times outside its validity ({executed.status}):"
                " check the clock of this node"
            )
            for registration, _, _ in batch.parts:
                registration.end(failure)
        return sum(stop - start for _, start, stop in batch.parts)

    def stop(self) -> list[Registration]:
        """Send nothing more; returns whatever waits."""
        self._is_stopped = True
        if self._retry is not None:
            self._retry.cancel()
        waiting = self._batcher.clear()
        refused = () if self._refused is None else (self._refused[1],)
        for batch in (*refused, *self._again, *self._in_flight.values()):
            waiting += [part.registration for part in batch.parts]
        return waiting

    def _call_pump(self) -> None:
        """Soon, so that all calls of one pass of the event loop share a submission."""
        if not self._is_pump_due:
            self._is_pump_due = True
            self._loop.call_soon(self._pump)

    def _pump(self) -> None:
        """Send what may be sent now."""
        self._is_pump_due = False
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        while not self._is_stopped:
            signed = self._next_signed()
            if signed is None:
                return
            submission, batch = signed
            try:
                self._runner.submit(submission)
            except SubmissionRefusedError:
                self._refused = signed
                self._retry = self._loop.call_later(ROOM_DELAY, self._call_pump)
                return
            self._in_flight[submission.digest] = batch

    def _next_signed(self) -> tuple[Submission, Batch] | None:
        """What is to be sent next, if anything may be."""
        refused, self._refused = self._refused, None
        if refused is None:
            batch = self._again.popleft() if self._again else self._next_batch()
        elif refused[0].valid_until_ms - self._time_ms() > self._valid_ms // 2:
            return refused
        else:
            batch = refused[1]
        return None if batch is None else (self._sign(batch), batch)

    def _time_ms(self) -> int:
        """The time by which the next block judges a validity, as far as this node can know it.

        No block is older than the one before it: while this clock is behind the last one, that is the time.
        """
        return max(read_clocks().unix_ms, self._ledger.time_ms)

    def _next_batch(self) -> Batch | None:
        in_flight = len(self._in_flight)
        if in_flight and not (self._batcher.has_full and in_flight < FULL_IN_FLIGHT_MAX):
            return None
        return self._batcher.take()

    def _sign(self, batch: Batch) -> Submission:
        """The submission, as every node admits it from its bytes."""
        valid_until_ms = self._time_ms() + self._valid_ms
        raw_entries = batch.raw_entries
        payload = encode_payload(
            self._ledger.keyring.network_id,
            self._office,
            valid_until_ms,
            secrets.token_bytes(NONCE_SIZE),
            tuple(map(msgspec.Raw, raw_entries)),
        )
        data = sign_submission(self._signing_key, self._office, payload)
        return Submission(
            sha256(data), data, self._office, valid_until_ms, batch.entries, raw_entries
        )


def receipts_of(executed: Executed) -> list[EntryReceipt]:
    """The receipts of a submission's entries, in order."""
    return receipts_at(
        executed.outcomes,
        executed.height,
        executed.block_hash,
        executed.time_ms,
        executed.first_index,
    )


def receipts_at(
    outcomes: Sequence[Outcome], height: int, block_hash: bytes, time_ms: int, index: int
) -> list[EntryReceipt]:
    """Receipts of outcomes that follow one another in a block."""
    return [
        EntryReceipt(outcome, height, place, block_hash, time_ms)
        for place, outcome in enumerate(outcomes, index)
    ]
