"""How a transcript tells what happened: each event as a line, of several offices at one moment as one line."""

from typing import Final

from consensus.messages import (
    Checkpoint,
    Commit,
    FetchSubmissions,
    FetchViewChanges,
    Message,
    NewView,
    Prepare,
    PreparedCertificate,
    PrePrepare,
    Proposal,
    Status,
    SubmissionBody,
    ViewChange,
)
from consensus.output import AcceptedRecord, NewViewRecord, PreparedRecord, ViewChangeRecord
from consensus.signatures import proposal_digest
from crypto.certificate import decode_certificate
from crypto.digest import sha256
from ledger.block import Block, decode_block
from node.catchup import Blocks, CatchUpMessage, FetchBlocks
from node.journal_records import BodyRecord, JournalRecord, StableRecord

SHORT: Final = 4
"""Hex digits of a digest that are shown."""


class Names:
    """Names of submissions, and what a proposal's digest stands for."""

    def __init__(self) -> None:
        self._submissions: dict[bytes, str] = {}

    def call(self, digest: bytes, name: str) -> None:
        """A submission has this name from now on."""
        self._submissions[digest] = name

    def submission(self, digest: bytes) -> str:
        """The name of a submission; of an unknown one the first digits of its digest."""
        return self._submissions.get(digest, short(digest))

    def proposal(self, proposal: Proposal) -> str:
        """A proposal: its digest and what it lists."""
        listed = " ".join(map(self.submission, proposal.submissions))
        return f"{short(proposal_digest(proposal))} [{listed or 'null'}]"

    def fate(self, digest: bytes, block: Block) -> str:
        """What became of a submission in a block."""
        (status,) = (item.status for item in block.submissions if sha256(item.data) == digest)
        name, place = self.submission(digest), f"block {block.header.height}"
        return (
            f"{name} is final in {place}"
            if status == "executed"
            else f"{name} is a {status} in {place}"
        )

    def block(self, block: Block) -> str:
        """What a block holds, with what became of it where it was not executed."""
        listed = " ".join(
            self.submission(sha256(item.data))
            + ("" if item.status == "executed" else f":{item.status}")
            for item in block.submissions
        )
        return f"[{listed or 'empty'}]"


def short(digest: bytes) -> str:
    """The first digits of a digest."""
    return digest.hex()[:SHORT]


def describe(message: Message | CatchUpMessage, names: Names) -> str:
    """A message in words, without its signature."""
    match message:
        case PrePrepare() | Prepare() | Commit() | Checkpoint():
            text = _vote(message, names)
        case ViewChange():
            text = f"view-change of {message.office} {_view_change(message, names)}"
        case NewView():
            text = f"new-view {_new_view(message)}"
        case Status():
            active = "" if message.is_active else " (waiting)"
            where = f"executed {message.executed} stable {message.stable}"
            text = f"status view {message.view}{active} {where}"
        case SubmissionBody():
            text = f"submission {names.submission(sha256(message.data))}"
        case FetchSubmissions() | FetchViewChanges() | FetchBlocks():
            text = _question(message, names)
        case Blocks():
            text = _blocks(message, names)
    return text


def describe_record(record: JournalRecord, names: Names) -> str:
    """A record of the journal in words."""
    match record:
        case AcceptedRecord(message):
            return f"accepted {_place(message)} {names.proposal(message.proposal)}"
        case PreparedRecord(certificate):
            return f"prepared {_prepared(certificate, names)}"
        case ViewChangeRecord(change):
            return f"left {_view_change(change, names)}"
        case NewViewRecord(new_view, _):
            return f"entered view {new_view.view}"
        case BodyRecord(data):
            return f"body {names.submission(sha256(data))}"
        case StableRecord(certificate):
            return f"certificate of {certificate.height}"


class Trace:
    """Lines of what happened, in order of time.

    What several offices did alike at one moment is one line, as far as the order of what each of them did stays.
    """

    def __init__(self) -> None:
        self._at_ms = -1
        self._done: list[str] = []
        self._moment: list[tuple[str, list[str]]] = []
        """(text, offices) of the present moment."""

    def add(self, at_ms: int, office: str, text: str) -> None:
        """An office did something."""
        if at_ms != self._at_ms:
            self._end_moment()
            self._at_ms = at_ms
        for said, offices in reversed(self._moment):
            if said == text and office not in offices:
                offices.append(office)
                return
            if office in offices:
                break
        self._moment.append((text, [office]))

    def take(self) -> tuple[str, ...]:
        """The lines since the last time."""
        self._end_moment()
        lines, self._done = tuple(self._done), []
        return lines

    def _end_moment(self) -> None:
        for text, offices in self._moment:
            self._done.append(f"{self._at_ms:>6}  {' '.join(sorted(offices)):<11}  {text}")
        self._moment = []


def _place(message: PrePrepare | Prepare | Commit | PreparedCertificate) -> str:
    return f"view {message.view} seq {message.sequence}"


def _vote(message: PrePrepare | Prepare | Commit | Checkpoint, names: Names) -> str:
    match message:
        case PrePrepare():
            return f"pre-prepare {_place(message)} {names.proposal(message.proposal)}"
        case Prepare():
            return f"prepare {_place(message)} {short(message.digest)}"
        case Commit():
            return f"commit {_place(message)} {short(message.digest)}"
        case Checkpoint():
            return f"checkpoint {message.height} {short(message.block_hash)}"


def _question(message: FetchSubmissions | FetchViewChanges | FetchBlocks, names: Names) -> str:
    match message:
        case FetchSubmissions():
            return f"fetch-submissions {' '.join(map(names.submission, message.digests))}"
        case FetchViewChanges():
            return f"fetch-view-changes {' '.join(map(short, message.digests))}"
        case FetchBlocks():
            return f"fetch-blocks from {message.from_height}"


def _prepared(certificate: PreparedCertificate, names: Names) -> str:
    return f"{_place(certificate)} {names.proposal(certificate.proposal)}"


def _view_change(change: ViewChange, names: Names) -> str:
    stable = 0 if change.stable is None else change.stable.height
    prepared = "; ".join(_prepared(each, names) for each in change.prepared) or "nothing"
    return f"for view {change.view}: stable {stable}, prepared {prepared}"


def _new_view(message: NewView) -> str:
    offices = " ".join(office for office, _ in message.view_changes)
    again = " ".join(str(sequence) for sequence, _ in message.signatures) or "nothing"
    return f"{message.view}: view changes of {offices}, proposes again {again}"


def _blocks(message: Blocks, names: Names) -> str:
    certified = decode_certificate(message.certificate).height
    blocks = [decode_block(data) for data in message.blocks]
    listed = " ".join(f"{block.header.height} {names.block(block)}" for block in blocks)
    return f"blocks {listed or 'none'}, certificate of {certified}"
