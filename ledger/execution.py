"""Execution: what the submissions of a block make of the register.

Pure and deterministic: no admitted submission makes it fail.
"""

from collections.abc import Callable, Container, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

import msgspec

from ledger.block import ExecutedSubmission, SubmissionStatus
from ledger.register.applied import Applied
from ledger.register.apply import Position, apply_entry
from ledger.register.as_of import earlier_versions
from ledger.register.outcome import Outcome
from ledger.submission import Submission

Get = Callable[[bytes], bytes | None]

VALIDITY_WINDOW_MS_MAX = 600_000
"""Ten minutes: how far ahead of the block's time a submission may be valid, and so how long it is remembered."""

_encode = msgspec.msgpack.Encoder().encode


class Execution(NamedTuple):
    """The results of a block's submissions, in order, and what they change."""

    submissions: tuple[ExecutedSubmission, ...]
    judged: list[tuple[bytes, SubmissionStatus]]
    """(digest, status) of each submission."""
    leaves: list[bytes]
    """Merkle leaf hashes of all executed entries."""
    facts: dict[bytes, bytes]
    """Changed keys that the state tree covers."""
    links: dict[bytes, bytes]
    """Changed keys that serve look-ups only."""
    remembered: dict[bytes, int]
    """Digest to end of validity, for each submission executed here."""
    read: dict[bytes, bytes | None]
    """What the store held under the keys that were looked up."""
    faults: list[int]
    """The entries at which the rules failed: at all nodes alike, unless what they read was damaged."""


def execute(
    stored: Get,
    height: int,
    time_ms: int,
    submissions: Sequence[Submission],
    recent: Container[bytes],
    *,
    network_id: bytes,
) -> Execution:
    """What these submissions do in a block of this height and time, on top of the stored facts.

    `recent` holds the digests executed in earlier blocks that are still valid. Entries see the changes of those
    before them.
    """
    execution = Execution((), [], [], {}, {}, {}, {}, [])
    get, block = _overlay(stored, execution), Position(height, 0, time_ms, network_id)
    executed = []
    for submission in submissions:
        status = _status(submission, time_ms, recent, execution.remembered)
        execution.judged.append((submission.digest, status))
        if status != "executed":
            executed.append(ExecutedSubmission(submission.data, status, ()))
            continue
        execution.remembered[submission.digest] = submission.valid_until_ms
        executed.append(_executed(get, block, submission, execution))
    execution.links.update(earlier_versions(execution.facts, execution.read, stored, height))
    return execution._replace(submissions=tuple(executed))


def _status(
    submission: Submission,
    time_ms: int,
    recent: Container[bytes],
    remembered: Container[bytes],
) -> SubmissionStatus:
    if submission.valid_until_ms < time_ms:
        return "expired"
    if submission.valid_until_ms > time_ms + VALIDITY_WINDOW_MS_MAX:
        return "tooFarAhead"
    if submission.digest in remembered or submission.digest in recent:
        return "duplicate"
    return "executed"


def _executed(
    get: Get, block: Position, submission: Submission, execution: Execution
) -> ExecutedSubmission:
    # The hottest loop of a node: every name it uses is local.
    office, leaves = submission.office, execution.leaves
    take_facts, take_links, add_leaf = execution.facts.update, execution.links.update, leaves.append
    digest, encode, apply = sha256, _encode, apply_entry
    height, _, time_ms, network_id = block
    outcomes = []
    index = len(leaves)
    for entry, raw in zip(submission.entries, submission.raw_entries, strict=True):
        try:
            position = Position(height, index, time_ms, network_id)
            outcome, facts, links = apply(get, office, entry, position)
        except _FAULTS_OF_THE_RULES:
            outcome, facts, links = _UNFORESEEN
            execution.faults.append(index)
        take_facts(facts)
        take_links(links)
        outcomes.append(outcome)
        add_leaf(digest(b"\x00" + encode((office, raw, outcome))).digest())
        index += 1
    return ExecutedSubmission(submission.data, "executed", tuple(outcomes))


_FAULTS_OF_THE_RULES: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What our own rules can raise by mistake, at every node alike. One entry must not stop all nodes for ever; a fault
of the store, which is one node's own, must stop that node and is not among them."""
_UNFORESEEN: Final = Applied(Outcome("rejected", "RULE_FAULT"), (), ())


def _overlay(stored: Get, execution: Execution) -> Get:
    facts, links, read = execution.facts, execution.links, execution.read

    def get(key: bytes) -> bytes | None:
        value = facts.get(key)
        if value is None:
            value = links.get(key)
        if value is None:
            value = read[key] = stored(key)
        return value

    return get
