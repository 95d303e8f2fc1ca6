"""The observer that judges every event of a run by the rules."""

from collections import Counter
from collections.abc import Callable, Container
from functools import partial
from typing import ClassVar

from consensus.output import AcceptedRecord, NewViewRecord, PreparedRecord, ViewChangeRecord
from consensus.settings import ReplicaSettings
from crypto.digest import sha256
from crypto.keyring import Keyring
from node.journal_records import BodyRecord, JournalRecord, StableRecord
from simulations.cluster import Cluster
from simulations.rules import executing, saying, storing
from simulations.rules.breach import Breach, BrokenRuleError, expect
from simulations.rules.office import Office
from simulations.rules.proofs import is_certified
from simulations.trace import (
    EVENTS,
    Acknowledged,
    BlockExecuted,
    Delivered,
    Disturbed,
    Dropped,
    Event,
    Sent,
    Stabilised,
    Stored,
    Submitted,
    Synced,
    ViewMoved,
    message_in,
)


class RuleChecker:
    """Follows every honest office and raises `BrokenRuleError` at the event that breaks a rule.

    `faulty`: names of nodes of which nothing is promised. `clock`: a node's time of day (Unix ms), `durable`: up to
    which height its blocks are synced, `block`: the submissions of a block that it holds; what is not given is not
    checked.
    """

    kinds: ClassVar = tuple(kind for kind in EVENTS if kind is not Dropped)

    def __init__(
        self,
        keyring: Keyring,
        settings: ReplicaSettings,
        *,
        faulty: Container[str] = (),
        clock: Callable[[str, int], int] | None = None,
        durable: Callable[[str], int] | None = None,
        block: Callable[[str, int], tuple[bytes, ...]] | None = None,
    ) -> None:
        self._keyring = keyring
        self._settings = settings
        self._faulty = faulty
        self._clock = clock
        self._durable = durable
        self._block = block
        self._offices: dict[str, Office] = {}
        self.checked: Counter[str] = Counter()
        """How many events of each kind were judged."""

    def __call__(self, event: Event) -> None:
        """Judge an event.

        Raises:
            BrokenRuleError: the office broke a rule.
        """
        if isinstance(event, Disturbed):
            for name in event.offices:
                if event.kind in {"crash", "restart"}:
                    self._office(name).restart(event.at_ms)
            return
        if event.office in self._faulty:
            return
        office = self._office(event.office)
        try:
            self._judge(office, event)
        except Breach as breach:
            what = _described(event)
            raise BrokenRuleError(
                breach.rule, office.name, event.at_ms, breach.reason, what
            ) from None
        self.checked[type(event).__name__] += 1

    def _office(self, name: str) -> Office:
        if name not in self._offices:
            self._offices[name] = Office(name, self._keyring, self._settings)
        return self._offices[name]

    def _judge(self, office: Office, event: Event) -> None:
        if isinstance(event, Delivered):
            sender = event.sender.removesuffix("'")
            office.shown.take_in(sender, event.frame, event.at_ms, partial(self._unix_ms, event))
        elif isinstance(event, Submitted):
            office.shown.bodies.setdefault(event.digest, 0)
        elif isinstance(event, Stored):
            self._stored(office, event)
        elif isinstance(event, Synced):
            office.journal.sync()
        else:
            self._judge_outcome(office, event)

    def _judge_outcome(self, office: Office, event: Event) -> None:
        if isinstance(event, Sent):
            saying.check_said(office, message_in(event.frame))
        elif isinstance(event, BlockExecuted):
            self._executed(office, event)
        elif isinstance(event, Stabilised):
            self._stabilised(office, event.height)
        elif isinstance(event, Acknowledged):
            durable = None if self._durable is None else self._durable(office.name)
            saying.check_told(office, event.executed.height, event.executed.block_hash, durable)
        elif isinstance(event, ViewMoved):
            self._moved(office, event)

    def _stored(self, office: Office, event: Stored) -> None:
        record = event.record
        if isinstance(record, BodyRecord):
            office.shown.bodies[sha256(record.data)] = len(record.data)
            return
        if isinstance(record, StableRecord):
            certified = is_certified(record.certificate, self._keyring)
            expect("4.2", certified, "stores a certificate that no quorum signed")
            office.stable_once = max(office.stable_once, record.certificate.height)
            return
        is_found = office.is_starting and office.journal.has(record)
        if not is_found:
            self._check_record(office, record, event.at_ms)
        office.journal.add(record)
        if isinstance(record, ViewChangeRecord | NewViewRecord):
            office.standing.follow(record)
            office.moved(event.at_ms)
        if isinstance(record, NewViewRecord):
            office.shown.entered(record.new_view.view, self._unix_ms(event))
            for change in record.view_changes:
                office.shown.add_certificate(change.stable)

    def _check_record(self, office: Office, record: JournalRecord, at_ms: int) -> None:
        if isinstance(record, AcceptedRecord):
            storing.check_accepted(office, record)
        elif isinstance(record, PreparedRecord):
            storing.check_prepared(office, record)
        elif isinstance(record, ViewChangeRecord):
            storing.check_left(office, record, at_ms)
        elif isinstance(record, NewViewRecord):
            storing.check_entered(office, record)

    def _executed(self, office: Office, event: BlockExecuted) -> None:
        if (
            not office.is_starting
        ):  # Else it was executed before the crash, from what was shown then.
            submissions = None if self._block is None else self._block(office.name, event.height)
            executing.check_executed(office, event.height, event.block_hash, submissions)
        office.executed = event.height
        office.blocks[event.height] = event.block_hash
        office.progressed_ms = event.at_ms

    def _stabilised(self, office: Office, height: int) -> None:
        if office.is_starting:  # It was certified before the crash, by what was shown then.
            held = height in office.blocks
            expect("4.2", held, f"calls {height} stable, which it did not execute")
        else:
            executing.check_stable(office, height)
        # Votes for what became stable in this turn leave only now: what is older is not needed any more.
        office.shown.forget(office.stable)
        office.journal.forget(office.stable)
        office.stable = height
        office.stable_once = max(office.stable_once, height)

    def _moved(self, office: Office, event: ViewMoved) -> None:
        standing = office.standing
        told, own = (event.view, event.is_active), (standing.view, standing.votes)
        rule = "3.3" if office.is_starting else "5.4"
        office.is_starting = False
        expect(rule, told == own, f"stands in view {told}, its records say {own}")
        left = office.journal.view_left
        expect("3.3", event.view >= left, f"stands in view {event.view}, durably left for {left}")

    def _unix_ms(self, event: Stored | Delivered) -> int | None:
        return None if self._clock is None else self._clock(event.office, event.at_ms)


def rules_of(cluster: Cluster, settings: ReplicaSettings | None = None) -> RuleChecker:
    """A checker for the honest offices of a cluster; `settings` as they were given to it."""

    def clock(name: str, at_ms: int) -> int:
        return cluster.nodes[name].clock.read(at_ms).unix_ms

    def durable(name: str) -> int:
        return cluster.nodes[name].disk.files.blocks.synced

    def block(name: str, height: int) -> tuple[bytes, ...]:
        held = cluster.nodes[name].ledger.block(height)
        return tuple(sha256(item.data) for item in held.submissions)

    return RuleChecker(
        cluster.genesis.keyring(),
        settings or ReplicaSettings(),
        faulty=cluster.faulty,
        clock=clock,
        durable=durable,
        block=block,
    )


def _described(event: Event) -> str:
    """What the event was about, for the message of an error."""
    if isinstance(event, Sent | Delivered):
        return f"{type(event).__name__}: {message_in(event.frame)!r:.300}"
    return f"{event!r:.300}"
