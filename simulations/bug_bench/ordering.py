"""Bugs of the normal case: what is voted for, counted, decided and executed."""

from collections.abc import Container
from typing import Final
from weakref import WeakKeyDictionary

import msgspec

from consensus.log import Slot
from consensus.messages import PreparedCertificate, PrePrepare, Proposal
from consensus.ordering import Ordering
from consensus.output import Decision, Instant, PreparedRecord
from consensus.proposing import check_proposal
from consensus.replica import Replica
from consensus.safety import Signer
from consensus.signatures import primary_of, proposal_digest, verify_pre_prepare
from crypto.digest import sha256
from crypto.keyring import Keyring
from ledger.block import SubmissionStatus
from ledger.execution import VALIDITY_WINDOW_MS_MAX
from ledger.execution import _status as status_of
from ledger.submission import Submission
from node.engine import Engine
from simulations.bug_bench.bug import Bug, Everywhere, InClass

_execute = Engine._execute
_take_in = Engine._take_in
_prepare = Ordering._prepare
_encode = msgspec.msgpack.Encoder().encode
_latest: WeakKeyDictionary[Engine, dict[str, int]] = WeakKeyDictionary()
"""By node and office: the time of the last submission that was executed."""
_applied: WeakKeyDictionary[Ordering, dict[bytes, int]] = WeakKeyDictionary()
"""By node and submission: the view in which it was applied before it was ordered."""
_stored_quorum = vars(Keyring)["quorum"]


def _receive_any(replica: Replica, message: PrePrepare, now: Instant) -> None:
    ordering = replica.ordering
    if ordering.proposed(message.sequence) == message:
        return
    if replica.views.reproposed(message.sequence) is None:
        check_proposal(message, now, replica._settings)
    digest = proposal_digest(message.proposal)
    verify_pre_prepare(message, digest, ordering._keyring)
    slot = ordering._log.slot(message.sequence)
    if slot.digest != digest:
        slot.is_accepted, slot.own_prepare, slot.own_commit = False, None, None
    ordering._take_in(message, digest)


def _bind_anything(_signer: Signer, _view: int, _sequence: int, _digest: bytes) -> None:
    """Sign whatever is asked for."""


def _digest_of_submissions(proposal: Proposal) -> bytes:
    return sha256(b"ipregister/proposal\0" + _encode(proposal.submissions))


def _prepare_done_with_stale_votes(ordering: Ordering, slot: Slot, sequence: int) -> None:
    """As in production, but the votes of a certificate once made are kept."""
    if slot.own_commit is not None or not slot.is_accepted or slot.pre_prepare is None:
        return
    prepares = slot.matching_prepares()
    if len(prepares) + 1 < ordering._keyring.quorum:
        return
    message = slot.pre_prepare
    if slot.prepared is not None:
        prepares = slot.prepared.prepares
    slot.prepared = PreparedCertificate(
        message.view, sequence, message.proposal, message.signature, prepares
    )
    ordering._outbox.store(PreparedRecord(slot.prepared))
    vote = ordering._signer.commit(message.view, sequence, slot.digest)
    slot.own_commit = slot.commits[vote.office] = vote
    ordering._outbox.send(vote)
    ordering._commit_done(slot, sequence)


def _two_f_and_one(keyring: Keyring) -> int:
    return 2 * keyring.faults + 1


def _execute_without_null(engine: Engine, decision: Decision) -> None:
    if decision.submissions:
        _execute(engine, decision)
        return
    head = engine._ledger.head_hash
    engine._absorb(engine._replica.block_executed(decision.sequence, head, engine._now))


def _status_without_memory(
    submission: Submission, time_ms: int, recent: Container[bytes], remembered: Container[bytes]
) -> SubmissionStatus:
    if submission.valid_until_ms < time_ms:
        return "expired"
    if submission.valid_until_ms > time_ms + VALIDITY_WINDOW_MS_MAX:
        return "tooFarAhead"
    return "duplicate" if submission.digest in remembered else "executed"


def _execute_and_note_the_time(engine: Engine, decision: Decision) -> None:
    latest = _latest.setdefault(engine, {})
    for digest in decision.submissions:
        done = engine._bodies[digest]
        latest[done.office] = max(latest.get(done.office, 0), done.valid_until_ms)
    _execute(engine, decision)


def _take_in_newer(engine: Engine, submission: Submission, account: str) -> None:
    """Drop what a client signed before the last of its submissions that was executed."""
    latest = _latest.setdefault(engine, {})
    if submission.valid_until_ms >= latest.get(submission.office, 0):
        _take_in(engine, submission, account)


def _execute_in_own_order(engine: Engine, decision: Decision) -> None:
    wanted = set(decision.submissions)
    digests = tuple(digest for digest in engine._bodies._bodies if digest in wanted)
    _execute(engine, decision._replace(submissions=digests))


def _execute_at_own_time(engine: Engine, decision: Decision) -> None:
    _execute(engine, decision._replace(time_ms=engine._now.unix_ms))


def _prepare_what_is_still_valid(ordering: Ordering, slot: Slot, message: PrePrepare) -> None:
    """Apply a batch when it is first prepared; one whose effects are there already is not valid."""
    if slot.is_accepted or not ordering._fits(message.proposal):
        return
    applied = _applied.setdefault(ordering, {})
    is_backup = primary_of(message.view, ordering._keyring) != ordering._signer.office
    for digest in message.proposal.submissions:
        if is_backup and applied.get(digest, message.view) != message.view:
            return
    applied.update(dict.fromkeys(message.proposal.submissions, message.view))
    _prepare(ordering, slot, message)


BUGS: Final = (
    Bug(
        3,
        "null requests not recorded",
        "Fabric 0.6 (#1731)",
        "a null proposal advances the sequence number, and no block records it",
        (InClass(Engine, "_execute", _execute_without_null),),
    ),
    Bug(
        11,
        "second digest accepted",
        "the Twins scenarios",
        "a backup takes a second pre-prepare for one view and sequence, and votes again",
        (
            InClass(Replica, "_receive_pre_prepare", _receive_any),
            InClass(Signer, "_bind", _bind_anything),
        ),
        campaign="byzantine",
    ),
    Bug(
        14,
        "no memory of what was executed",
        "Mir-BFT's duplication attack; CometBFT leaves it to the application",
        "a submission that is ordered a second time is executed a second time",
        (Everywhere(status_of, _status_without_memory),),
        campaign="lies",
    ),
    Bug(
        15,
        "last timestamp only",
        "PBFT's rule of the last timestamp",
        "a submission signed before the last one of its office that was executed is dropped",
        (
            InClass(Engine, "_execute", _execute_and_note_the_time),
            InClass(Engine, "_take_in", _take_in_newer),
        ),
    ),
    Bug(
        16,
        "digest does not cover all fields",
        "Indy (INDY-2285)",
        "a proposal's digest leaves out its time",
        (Everywhere(proposal_digest, _digest_of_submissions),),
        campaign="byzantine",
    ),
    Bug(
        16,
        "certificate mixes two views",
        "Besu (#6613)",
        "a certificate made anew in a later view keeps the votes of the earlier one",
        (InClass(Ordering, "_prepare_done", _prepare_done_with_stale_votes),),
    ),
    Bug(
        20,
        "quorum of 2f + 1",
        "Sawtooth (review of RFC 19)",
        "a quorum is 2f + 1 offices, also where n is not 3f + 1",
        (InClass(Keyring, "quorum", property(_two_f_and_one, _stored_quorum.__set__)),),
        campaign="outages",
    ),
    Bug(
        21,
        "order of a hash map",
        "BFT-SMaRt (tip 8)",
        "a block's submissions are executed in the order of the node's own table",
        (InClass(Engine, "_execute", _execute_in_own_order),),
    ),
    Bug(
        21,
        "own clock in a block",
        "CometBFT's requirements 4 to 12",
        "a block gets the time of the node that executes it",
        (InClass(Engine, "_execute", _execute_at_own_time),),
    ),
    Bug(
        28,
        "validity depends on rolled-back state",
        "Indy (dynamic validation)",
        "a batch that was applied when first prepared is not valid when a new view proposes it again",
        (InClass(Ordering, "_prepare", _prepare_what_is_still_valid),),
        campaign="outages",
    ),
)
