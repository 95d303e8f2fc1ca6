"""One simulated node: the production engine over a simulated disk and clock, driven as `node.runner` drives it."""

import random
from collections.abc import Callable
from typing import TypeAlias

from consensus.errors import MalformedMessageError
from consensus.output import Instant
from consensus.settings import ReplicaSettings
from ledger.ledger import Ledger
from node.effects import Executed
from node.engine import Engine
from node.journal_format import CorruptJournalError
from node.journal_records import decode_record
from simulations.clocks import SimulatedClock
from simulations.disk import SimulatedDisk
from simulations.errors import BrokenPromiseError, StoppedError
from simulations.identities import SimulatedGenesis, key_of
from simulations.trace import (
    BlockExecuted,
    Event,
    Stabilised,
    Stored,
    Synced,
    ViewMoved,
)

Input: TypeAlias = Callable[[Engine, Instant], None]
"""Something that a node is told."""


class SimulatedNode:
    """One office's node, or one of several under one identity: its engine, and the storage that outlives a crash."""

    def __init__(
        self,
        *,
        name: str,
        office: str,
        genesis: SimulatedGenesis,
        settings: ReplicaSettings,
        journal_bytes_max: int,
        tell: Callable[[Event], None],
        interfere: Callable[[str, str], None],
    ) -> None:
        self.name = name
        self.office = office
        self.clock = SimulatedClock()
        self.disk = SimulatedDisk(self._before)
        self.engine: Engine | None = None
        """None while the node is down."""
        self.ledger: Ledger
        self.acknowledged: dict[bytes, Executed] = {}
        """What this node told its clients to be final."""
        self.inbox: list[Input] = []
        """What it is told in its next turn."""
        self.reads: list[tuple[int, Callable[[], None]]] = []
        """Linearizable reads that wait: the round after which each may be answered, and who is told then."""
        self.wake_at_ms: int | None = None
        self.busy_until_us = 0
        self.is_paused = False
        self._interfere = interfere
        self._genesis = genesis
        self._settings = settings
        self._journal_bytes_max = journal_bytes_max
        self._tell = tell
        self._now_ms = 0
        self._seen = (0, 0, 0, True)  # height, stable, view, is active

    def start(self, now_ms: int) -> None:
        """Start from what is durable.

        Raises:
            StoppedError, OSError: the world struck again.
            BrokenPromiseError: it does not start from what a power cut left.
        """
        self._now_ms = now_ms
        self.wake_at_ms = None
        self.inbox = []
        self.reads = []
        try:
            self.ledger = Ledger(self._genesis, self.disk.files, self.disk.index)
            engine = Engine(
                office=self.office,
                signing_key=key_of(self.office),
                ledger=self.ledger,
                journal=self.disk.journal,
                settings=self._settings,
                now=self.clock.read(now_ms),
                journal_bytes_max=self._journal_bytes_max,
            )
        except (StoppedError, OSError):
            raise
        except CorruptJournalError as error:
            raise BrokenPromiseError(f"{self.name} does not start: {error}") from error
        self.engine = engine
        # The last step before a crash may have left blocks and certificates of which nobody was told.
        self._tell_blocks(self._seen[0])
        if engine.stable > self._seen[1]:
            self._tell(Stabilised(now_ms, self.name, engine.stable))
        self._seen = (self.ledger.height, engine.stable, engine.view, engine.is_active)
        self._tell(ViewMoved(now_ms, self.name, engine.view, engine.is_active))

    def stop(self, rng: random.Random | None) -> bool:
        """Stop without a goodbye; with a power cut what was not synced is lost. Returns whether a record was torn."""
        self.engine = None
        self.is_paused = False
        self.inbox = []
        return rng is not None and self.disk.lose_power(rng)

    def answer_reads(self, ended: int) -> None:
        """Tell those who read linearizably, up to this round, that they may be answered now."""
        answerable = [tell for number, tell in self.reads if number <= ended]
        self.reads = [waiting for waiting in self.reads if waiting[0] > ended]
        for tell in answerable:
            tell()

    def wipe(self) -> None:
        """Lose the whole disk, while the node is down."""
        self.disk = SimulatedDisk(self._before)
        self.acknowledged = {}

    def take_turn(self, now_ms: int) -> None:
        """Feed everything that waits to the engine, as the runner does; `flush` follows.

        Raises:
            StoppedError, OSError: the world struck.
        """
        engine = self.engine
        assert engine is not None
        self._now_ms = now_ms
        now = self.clock.read(now_ms)
        waiting, self.inbox = self.inbox, []
        for action in waiting:
            action(engine, now)
        engine.tick(now)
        self.tell_changes()

    def tell_changes(self) -> None:
        """Tell what the last step changed."""
        engine = self.engine
        assert engine is not None
        height, stable, view, is_active = self._seen
        seen = (self.ledger.height, engine.stable, engine.view, engine.is_active)
        if seen == self._seen:
            return
        self._seen = seen
        self._tell_blocks(height)
        if seen[1] != stable:
            self._tell(Stabilised(self._now_ms, self.name, seen[1]))
        if seen[2:] != (view, is_active):
            self._tell(ViewMoved(self._now_ms, self.name, seen[2], seen[3]))

    def _tell_blocks(self, told: int) -> None:
        for height in range(told + 1, self.ledger.height + 1):
            block_hash = self.ledger.block_hash(height)
            self._tell(BlockExecuted(self._now_ms, self.name, height, block_hash))

    def _before(self, operation: str, data: bytes) -> None:
        if operation != "journal found":
            self._interfere(self.name, operation)
        if operation in {"journal append", "journal found"}:
            try:
                record = decode_record(data)
            except (CorruptJournalError, MalformedMessageError) as error:
                raise BrokenPromiseError(f"{self.name} stored what it cannot read") from error
            self._tell(Stored(self._now_ms, self.name, record))
        elif operation in {"journal sync", "journal rewrite"}:
            self._tell(Synced(self._now_ms, self.name))
