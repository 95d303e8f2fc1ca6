"""Drives the engine in the event loop: what came in goes through it in turns, each ended by one flush.

A turn is a plain function, called soon after there is something to do; it waits for nothing but the disk. So all
votes and blocks of a turn share one sync, and all frames to a peer one record. The wall clock and the timer come in
here, and nowhere else.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from typing import Final

from consensus.messages import NONCE_SIZE
from consensus.output import Instant
from ledger.submission import Submission
from node.effects import EngineStatus, Executed
from node.engine import Engine, SubmissionRefusedError
from node.inbox import Inbox

Send = Callable[[Sequence[tuple[str | None, bytes]]], None]
OnExecuted = Callable[[Executed], None]
OnReadable = Callable[[int], None]

_log: Final = logging.getLogger("ipregister.runner")


class Runner:
    """One engine with its clock and inbox. After a failure of the engine nothing goes in or out any more."""

    def __init__(
        self, engine: Engine, *, peers: Sequence[str], read_clocks: Callable[[], Instant]
    ) -> None:
        self._engine = engine
        self._read_clocks = read_clocks
        self._inbox = Inbox(peers)
        self._linked: list[str] = []
        self._send: Send = _send_nowhere
        self._on_executed: OnExecuted = _tell_nobody
        self._on_readable: OnReadable = _tell_nobody
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._is_turn_due = False
        self._is_stopped = False
        self.failed: asyncio.Future[None] = self._loop.create_future()
        """Ends with the exception that the engine failed by; the node must then stop."""

    def start(self, send: Send, on_executed: OnExecuted, on_readable: OnReadable) -> None:
        """Begin: frames go out by `send`, and `on_executed` hears of every submission that is final.

        `on_readable` hears, after every turn, up to which round linearizable reads may be answered.
        """
        self._send = send
        self._on_executed = on_executed
        self._on_readable = on_readable
        self._call_turn()

    def stop(self) -> None:
        """Take nothing more in, and send nothing more; all that was sent is durable already."""
        self._is_stopped = True
        if self._timer is not None:
            self._timer.cancel()
        if not self.failed.done():
            self.failed.cancel()

    def submit(self, submission: Submission) -> None:
        """Give an admitted submission of this node's clients to the engine; after its failure to nobody.

        Raises:
            SubmissionRefusedError: too many of this office are pending.
        """
        if self._is_stopped:
            return
        try:
            self._engine.submit(submission, self._read_clocks())
        except SubmissionRefusedError:
            raise
        except Exception as error:
            self._fail(error)
        else:
            self._call_turn()

    def read(self) -> int:
        """A linearizable read begins: the round after which it may be answered."""
        self._call_turn()
        return self._engine.read(secrets.token_bytes(NONCE_SIZE), self._read_clocks())

    def status(self) -> EngineStatus:
        """Where the engine stands."""
        return self._engine.status()

    # -- what the links bring (LinkReceiver) -----------------------------------------------------

    def linked(self, peer: str) -> None:
        """A link to this office is up."""
        self._linked.append(peer)
        self._call_turn()

    def unlinked(self, peer: str) -> None:
        """The link to this office is down; the engine finds out by what it does not hear."""

    async def receive(self, peer: str, frames: Sequence[bytes]) -> None:
        """Frames came from this office; returns when it may send more."""
        self._call_turn()
        await self._inbox.put(peer, frames)

    # -- turns -----------------------------------------------------------------------------------

    def _call_turn(self) -> None:
        if not self._is_turn_due and not self._is_stopped:
            self._is_turn_due = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        """Everything that waits goes through the engine; then what it caused becomes durable, then it leaves."""
        self._is_turn_due = False
        if self._is_stopped:
            return
        try:
            self._feed()
            effects = self._engine.flush()
            self._send(effects.sends)
            for executed in effects.executed:
                self._on_executed(executed)
            self._on_readable(effects.readable)
        except Exception as error:
            self._fail(error)
            return
        self._wake_at(effects.wake_at_ms)
        if len(self._inbox):
            self._call_turn()

    def _feed(self) -> None:
        """The clocks are read for each: a long turn must not make what it executes look late."""
        engine, read_clocks = self._engine, self._read_clocks
        linked, self._linked = self._linked, []
        for peer in linked:
            engine.connected(peer, read_clocks())
        for peer, frame in self._inbox.take_turn():
            engine.receive(peer, frame, read_clocks())
        engine.tick(read_clocks())

    def _wake_at(self, monotonic_ms: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
        delay_ms = max(monotonic_ms - self._read_clocks().monotonic_ms, 0)
        self._timer = self._loop.call_later(delay_ms / 1000, self._call_turn)

    def _fail(self, error: Exception) -> None:
        _log.critical("the engine failed: %s", error, exc_info=error)
        self._is_stopped = True
        if self._timer is not None:
            self._timer.cancel()
        if not self.failed.done():
            self.failed.set_exception(error)


def _send_nowhere(sends: Sequence[tuple[str | None, bytes]]) -> None:
    """Before the start there is no one to send to; peers are told again when they are linked."""


def _tell_nobody(_: object) -> None:
    """Before the start nobody waits for anything."""
