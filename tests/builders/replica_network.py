"""A network of replicas in memory: messages are delivered in order, on demand; the test owns the clock."""

from collections import deque
from collections.abc import Callable

from consensus.errors import InvalidMessageError
from consensus.messages import Message, Status
from consensus.output import (
    AcceptedRecord,
    Decision,
    Instant,
    Output,
    Position,
    PreparedRecord,
    Record,
)
from consensus.pool import Pending
from consensus.replica import Replica
from consensus.settings import ReplicaSettings
from consensus.wire import decode_message, encode_message
from crypto.certificate import CheckpointCertificate
from crypto.digest import sha256
from crypto.keyring import Keyring
from crypto.signing import SigningKey, VerifyingKey

NETWORK = sha256(b"test network")
OFFICES = ("AU", "EP", "JP", "US", "KR", "CN", "DE")
BODY_SIZE = 100
NULL_STATUS = Status(0, True, 0, 0)
START = Instant(1_000_000, 1_700_000_000_000)


def key_of(office: str) -> SigningKey:
    return SigningKey(sha256(office.encode()))


def keyring_of(offices: tuple[str, ...]) -> Keyring:
    keys = {office: VerifyingKey(key_of(office).public_bytes) for office in offices}
    return Keyring(NETWORK, keys)


def pending(office: str, now: Instant) -> Pending:
    return Pending(office, BODY_SIZE, now.monotonic_ms, office)


class Office:
    """One replica with what its shell would keep: bodies, records, an executed chain."""

    def __init__(self, name: str, keyring: Keyring, settings: ReplicaSettings) -> None:
        self.name = name
        self.keyring = keyring
        self.settings = settings
        self.bodies: set[bytes] = set()
        self.records: list[Record] = []
        self.decisions: list[Decision] = []
        self.hashes: list[bytes] = [bytes(32)]
        self.stable: CheckpointCertificate | None = None
        self.is_up = True
        self.start(START)

    def start(self, now: Instant) -> None:
        stable = 0 if self.stable is None else self.stable.height
        executed = len(self.decisions)
        self.replica = Replica(
            office=self.name,
            key=key_of(self.name),
            keyring=self.keyring,
            settings=self.settings,
            position=Position(
                executed,
                tuple((height, self.hashes[height]) for height in range(stable + 1, executed + 1)),
                self.stable,
            ),
            records=self.records,
            body_size=lambda digest: BODY_SIZE if digest in self.bodies else None,
            now=now,
        )

    def restart(self, now: Instant) -> list[Output]:
        """Start anew from what is durable: records with their bodies; the pool is lost but for those."""
        listed = {
            digest
            for record in self.records
            for digest in (
                record.pre_prepare.proposal.submissions
                if isinstance(record, AcceptedRecord)
                else record.certificate.proposal.submissions
                if isinstance(record, PreparedRecord)
                else ()
            )
        }
        done = {digest for decision in self.decisions for digest in decision.submissions}
        self.bodies.intersection_update(listed)
        self.is_up = True
        self.start(now)
        return [
            self.replica.submit(digest, pending(self.name, now), now)
            for digest in sorted(self.bodies - done)
        ]

    def execute(self, decision: Decision) -> bytes:
        self.decisions.append(decision)
        text = b"".join((self.hashes[-1], *decision.submissions))
        self.hashes.append(sha256(text))
        return self.hashes[-1]


class ReplicaNetwork:
    """Replicas joined by queues; `drop` decides which messages are lost."""

    def __init__(self, count: int = 4, settings: ReplicaSettings | None = None) -> None:
        self.settings = settings or ReplicaSettings()
        self.keyring = keyring_of(OFFICES[:count])
        self.offices = {
            name: Office(name, self.keyring, self.settings) for name in self.keyring.offices
        }
        self.now = START
        self.queue: deque[tuple[str, str, bytes]] = deque()
        self.drop: Callable[[str, str, Message], bool] = lambda *_: False
        self.refused: list[tuple[str, str]] = []
        self.sent: list[tuple[str, str, Message]] = []
        for office in self.offices.values():
            self.absorb(office, office.replica.tick(self.now))
        self.deliver()

    def absorb(self, office: Office, output: Output) -> None:
        office.records += output.store
        for to, message in output.send:
            for other in self.offices if to is None else (to,):
                if other != office.name:
                    self.queue.append((office.name, other, encode_message(message)))
        for to, digest in output.relay:
            for other in self.offices if to is None else (to,):
                if other != office.name and digest in office.bodies:
                    self.give_body(other, digest, office.name)
        if output.stable is not None:
            office.stable = output.stable
        for decision in output.decided:
            block_hash = office.execute(decision)
            self.absorb(
                office, office.replica.block_executed(decision.sequence, block_hash, self.now)
            )

    def give_body(self, to: str, digest: bytes, entry: str) -> None:
        office = self.offices[to]
        if office.is_up and digest not in office.bodies:
            office.bodies.add(digest)
            self.absorb(office, office.replica.submit(digest, pending(entry, self.now), self.now))

    def submit(self, text: bytes, entry: str, to: tuple[str, ...] | None = None) -> bytes:
        digest = sha256(text)
        for name in to or tuple(self.offices):
            self.give_body(name, digest, entry)
        return digest

    def deliver(self, limit: int = 100_000) -> None:
        for _ in range(limit):
            if not self.queue:
                return
            sender, to, frame = self.queue.popleft()
            message = decode_message(frame)
            self.sent.append((sender, to, message))
            if not self.offices[to].is_up or self.drop(sender, to, message):
                continue
            try:
                output = self.offices[to].replica.receive(sender, message, self.now)
            except InvalidMessageError as error:
                self.refused.append((to, str(error)))
                continue
            self.absorb(self.offices[to], output)
        raise AssertionError("messages never end")

    def pass_time(self, duration_ms: int, step_ms: int = 100) -> None:
        for _ in range(0, duration_ms, step_ms):
            self.now = Instant(self.now.monotonic_ms + step_ms, self.now.unix_ms + step_ms)
            for office in self.offices.values():
                if office.is_up:
                    self.absorb(office, office.replica.tick(self.now))
            self.deliver()
            self.catch_up()

    def restart(self, name: str) -> None:
        for output in self.offices[name].restart(self.now):
            self.absorb(self.offices[name], output)

    def catch_up(self) -> None:
        """What the engine does with fetched blocks: decisions up to a peer's stable checkpoint."""
        for office in self.offices.values():
            ahead = [
                peer
                for peer in self.offices.values()
                if peer.is_up and office.is_up
                if peer.replica.stable > office.replica.stable
                if peer.replica.stable >= len(office.decisions)
                if not self.drop(peer.name, office.name, NULL_STATUS)
            ]
            for peer in ahead[:1]:
                assert peer.stable is not None
                fresh = peer.decisions[len(office.decisions) : peer.stable.height]
                for decision in fresh:
                    office.bodies.update(decision.submissions)
                    office.execute(decision)
                digests = [digest for decision in fresh for digest in decision.submissions]
                self.absorb(office, office.replica.caught_up(peer.stable, digests, self.now))

    def executed(self) -> dict[str, list[bytes]]:
        return {
            name: [digest for decision in office.decisions for digest in decision.submissions]
            for name, office in self.offices.items()
        }
