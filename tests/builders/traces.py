"""Hand-made traces of one backup, CN, in a network of four whose first primaries are AU and CN."""

from collections.abc import Iterable

import msgspec

from consensus.messages import (
    Checkpoint,
    Commit,
    Message,
    NewView,
    Prepare,
    PreparedCertificate,
    PrePrepare,
    Proposal,
    SubmissionBody,
    ViewChange,
)
from consensus.output import AcceptedRecord, NewViewRecord, PreparedRecord, Record, ViewChangeRecord
from consensus.settings import ReplicaSettings
from consensus.signatures import (
    new_view_message,
    proposal_digest,
    view_change_digest,
    view_change_message,
    vote_message,
)
from consensus.wire import encode_message
from crypto.certificate import CheckpointCertificate, checkpoint_message
from crypto.digest import sha256
from crypto.signing import Purpose, bound_message
from node.catchup import CatchUpMessage, encode_catch_up
from simulations.clocks import EPOCH_MS
from simulations.identities import genesis_of, key_of
from simulations.rules import RuleChecker
from simulations.rules.proofs import demanded_by
from simulations.trace import (
    BlockExecuted,
    Delivered,
    Event,
    Sent,
    Stabilised,
    Stored,
    Synced,
    ViewMoved,
)

OFFICES = ("AU", "CN", "DE", "EP")
GENESIS = genesis_of(OFFICES)
SETTINGS = ReplicaSettings()
ME = "CN"
BODY = b"a submission"
OTHER_BODY = b"another submission"
PROPOSAL = Proposal(EPOCH_MS, (sha256(BODY),))
OTHER = Proposal(EPOCH_MS, (sha256(OTHER_BODY),))
UNSIGNED = bytes(64)
TIMED_OUT_MS = 3_000
"""So late that a view that brought nothing may be left."""


def sign(office: str, purpose: Purpose, text: bytes) -> bytes:
    return key_of(office).sign(bound_message(purpose, GENESIS.network_id(), text))


def block_hash(height: int) -> bytes:
    return sha256(b"block %d" % height)


def pre_prepare(proposal: Proposal = PROPOSAL, *, view: int = 0, sequence: int = 1) -> PrePrepare:
    text = vote_message(view, sequence, proposal_digest(proposal))
    return PrePrepare(view, sequence, proposal, sign(OFFICES[view % 4], "pre-prepare", text))


def prepare(
    office: str, proposal: Proposal = PROPOSAL, *, view: int = 0, sequence: int = 1
) -> Prepare:
    digest = proposal_digest(proposal)
    text = vote_message(view, sequence, digest)
    return Prepare(view, sequence, digest, office, sign(office, "prepare", text))


def commit(
    office: str, proposal: Proposal = PROPOSAL, *, view: int = 0, sequence: int = 1
) -> Commit:
    digest = proposal_digest(proposal)
    text = vote_message(view, sequence, digest)
    return Commit(view, sequence, digest, office, sign(office, "commit", text))


def checkpoint(office: str, height: int = 1, hash_: bytes | None = None) -> Checkpoint:
    found = hash_ or block_hash(height)
    text = checkpoint_message(height, found)
    return Checkpoint(height, found, office, sign(office, "checkpoint", text))


def stable_at(height: int, offices: Iterable[str] = ("AU", "DE", "EP")) -> CheckpointCertificate:
    votes = tuple((office, checkpoint(office, height).signature) for office in offices)
    return CheckpointCertificate(height, block_hash(height), votes)


def certificate(
    proposal: Proposal = PROPOSAL,
    *,
    view: int = 0,
    sequence: int = 1,
    backups: Iterable[str] = ("CN", "DE"),
) -> PreparedCertificate:
    prepares = tuple(
        (office, prepare(office, proposal, view=view, sequence=sequence).signature)
        for office in backups
    )
    leads = pre_prepare(proposal, view=view, sequence=sequence)
    return PreparedCertificate(view, sequence, proposal, leads.signature, prepares)


def view_change(
    office: str,
    view: int = 1,
    *prepared: PreparedCertificate,
    stable: CheckpointCertificate | None = None,
) -> ViewChange:
    unsigned = ViewChange(view, stable, prepared, office, UNSIGNED)
    signature = sign(office, "view-change", view_change_message(unsigned))
    return msgspec.structs.replace(unsigned, signature=signature)


def new_view(
    *changes: ViewChange, view: int = 1, proposals: dict[int, Proposal] | None = None
) -> NewView:
    """The right one of these view changes; or one with other `proposals`."""
    proposed = demanded_by(changes)[1] if proposals is None else proposals
    named = tuple((change.office, view_change_digest(change)) for change in changes)
    signatures = tuple(
        (sequence, pre_prepare(proposal, view=view, sequence=sequence).signature)
        for sequence, proposal in sorted(proposed.items())
    )
    unsigned = NewView(view, named, signatures, UNSIGNED)
    signature = sign(OFFICES[view % 4], "new-view", new_view_message(unsigned))
    return msgspec.structs.replace(unsigned, signature=signature)


# -- events of CN --------------------------------------------------------------------------------


def came(sender: str, message: Message, *, at_ms: int = 0) -> Event:
    return Delivered(at_ms, sender, ME, b"\x01" + encode_message(message))


def came_blocks(sender: str, message: CatchUpMessage) -> Event:
    return Delivered(0, sender, ME, b"\x00" + encode_catch_up(message))


def sent(message: Message) -> Event:
    return Sent(0, ME, None, b"\x01" + encode_message(message))


def stored(record: Record, *, at_ms: int = 0) -> Event:
    return Stored(at_ms, ME, record)


SYNCED: Event = Synced(0, ME)

BODIES = [came("AU", SubmissionBody(BODY)), came("AU", SubmissionBody(OTHER_BODY))]
PROPOSED = [*BODIES, came("AU", pre_prepare())]
ACCEPTED = [*PROPOSED, stored(AcceptedRecord(pre_prepare())), SYNCED, sent(prepare(ME))]
PREPARED = [
    *ACCEPTED,
    came("DE", prepare("DE")),
    stored(PreparedRecord(certificate())),
    SYNCED,
    sent(commit(ME)),
]
EXECUTED = [
    *PREPARED,
    came("DE", commit("DE")),
    came("EP", commit("EP")),
    BlockExecuted(0, ME, 1, block_hash(1)),
    sent(checkpoint(ME)),
]
STABLE = [
    *EXECUTED,
    came("AU", checkpoint("AU")),
    came("DE", checkpoint("DE")),
    Stabilised(0, ME, 1),
]


def left(change: ViewChange, *, at_ms: int = TIMED_OUT_MS) -> list[Event]:
    """CN leaves its view by a time-out."""
    return [stored(ViewChangeRecord(change), at_ms=at_ms), SYNCED, sent(change)]


def led_to(message: NewView, *changes: ViewChange) -> list[Event]:
    """CN enters a view; it is the primary of view 1."""
    arrived = [came(change.office, change) for change in changes if change.office != ME]
    return [*arrived, stored(NewViewRecord(message, changes)), ViewMoved(0, ME, message.view, True)]


def follow(events: Iterable[Event], *, clock_ms: int = EPOCH_MS) -> RuleChecker:
    checker = RuleChecker(GENESIS.keyring(), SETTINGS, clock=lambda _name, _at_ms: clock_ms)
    for event in events:
        checker(event)
    return checker
