"""The documents of the API that are not the register's own: what comes in beside entries, and what goes out.

msgspec structs, by WIPO ST.97: lowerCamelCase names, ISO 8601 dates, no nulls. OpenAPI is generated
from them (see `openapi`).
"""

from datetime import date
from typing import Literal

import msgspec

from api.explain import FieldError
from api.moments import Moment
from ledger.register.entries import (
    ClosedDay,
    DisputeAction,
    EventKind,
    PriorityClaim,
    Relation,
    Right,
    Weekday,
    Year,
)
from ledger.register.outcome import Outcome


class _Document(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    pass


# --- what comes in -------------------------------------------------------------------------------


class EventRequest(_Document, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something happened to the filing that the path names."""

    event_category: EventKind
    event_date: date
    key_event_code: str | None = None
    """ST.27 key event, such as Q10 for a publication; kept as given."""


class DisputeRequest(_Document, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """This node's office doubts a claim or relation of the filing that the path names, whosever it is.

    Or takes that back.
    """

    action: DisputeAction
    claim: PriorityClaim
    """The claim as the filing makes it, or the earlier filing that it continues. Without a date: of any date."""
    relation: Relation | None = None
    """What is disputed is this relation to the earlier filing; none: the claim."""
    reason_text: str = ""
    """`raise`: why, in at most 200 characters."""
    decision_date: date


class CoverageRequest(_Document, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The office's register is complete here for filings of these dates, both included."""

    right: Right
    from_date: date
    until_date: date


class ClosedDaysRequest(_Document, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The days of a year on which the office is closed, beside its weekly days of rest."""

    year: Year
    closed_day_bag: tuple[ClosedDay, ...]
    weekly_rest_day_bag: tuple[Weekday, ...] | None = None
    """Absent: not declared, Saturday and Sunday are assumed. Empty: open on all days of the week."""


# --- what goes out -------------------------------------------------------------------------------


class Registration(_Document, frozen=True, kw_only=True):
    """One entry is final: where it stands on the ledger."""

    status: Literal["accepted", "repeated"]
    """`repeated`: it was registered before; the rest tells of the first time."""
    subject: str
    """The filing, as `office.right.matchKey`, or the key of the declaration."""
    height: int
    index: int
    """Place among the entries of its block, from 0."""
    block_hash: str
    block_time: Moment
    warning_codes: tuple[str, ...] = ()


class RowReport(_Document, frozen=True, kw_only=True):
    """What became of one row of a bulk document."""

    row: int
    status: Literal["accepted", "repeated", "rejected", "malformed", "undecided"]
    """`undecided`: the offices did not decide in time, or the node had no room; send it again."""
    subject: str = ""
    height: int | None = None
    """Accepted or repeated: where it stands."""
    index: int | None = None
    reason_code: str = ""
    warning_codes: tuple[str, ...] = ()
    errors: tuple[FieldError, ...] = ()


class RowCounts(_Document, frozen=True, kw_only=True):
    """How many rows ended in which way."""

    accepted: int
    repeated: int
    rejected: int
    malformed: int
    undecided: int


class BulkReport(_Document, frozen=True, kw_only=True, omit_defaults=False):
    """What became of a bulk document, row by row."""

    counts: RowCounts
    rows: tuple[RowReport, ...]


class SubmissionReport(_Document, frozen=True, kw_only=True, omit_defaults=False):
    """What became of a signed submission: compact, since it may hold a thousand entries."""

    height: int
    block_hash: str
    block_time: Moment
    results: tuple[Outcome, ...]
    """For each entry an array: status, reason or warning codes, subject, and for a repeated one the
    height and index of its first receipt."""


class RequestReport(_Document, frozen=True, kw_only=True):
    """How far a request is that the client did not want to wait for."""

    request_id: str
    status: Literal["running", "finished", "failed"]
    rows_done: int
    report: BulkReport | None = None
    """Once finished."""


class Readiness(_Document, frozen=True, kw_only=True, omit_defaults=False):
    """Whether this node can register now; if not, why."""

    ready: bool
    reasons: tuple[str, ...]


class PeerDocument(_Document, frozen=True, kw_only=True):
    """What this node knows of another."""

    ip_office_code: str
    is_linked: bool
    height: int
    """The last block it said it executed; 0 before it said anything."""
    lag: int
    """Blocks that this node is ahead of it."""
    stable_height: int
    view: int
    url: str = ""
    """Where this node dials it; absent where it is the peer that dials."""
    trouble: str = ""
    """Why there is no link."""


class StatusDetails(_Document, frozen=True, kw_only=True, omit_defaults=False):
    """What an administrator needs beside."""

    view: int
    is_view_active: bool
    """False: the offices are changing the primary."""
    primary: str
    catch_up_target: int
    """Greater than the height while blocks are fetched from the others."""
    pending_submissions: int
    waiting_entries: int
    """Entries of this node's clients that are not final yet."""
    equivocating: tuple[str, ...]
    """Offices that signed two contradicting messages."""
    peers: tuple[PeerDocument, ...]
    counters: dict[str, int]
    link_counters: dict[str, dict[str, int]]
    """Peer (empty: not authenticated), what happened, how often."""


class ContradictionDocument(_Document, frozen=True, kw_only=True):
    """Two signed messages of one office that contradict each other."""

    ip_office_code: str
    kind: str
    """Of both messages, such as `prepare`."""
    first: bytes
    second: bytes
    """Base64 of the bytes that were sent between nodes; both signatures are inside."""


class EvidenceDocument(_Document, frozen=True, kw_only=True, omit_defaults=False):
    """What this node holds against offices that contradicted themselves, since it started."""

    contradictions: tuple[ContradictionDocument, ...]
    """One an office at most."""


class StatusDocument(_Document, frozen=True, kw_only=True):
    """Where a node stands."""

    ip_office_code: str
    network_name: str
    network_id: str
    office_bag: tuple[str, ...]
    quorum: int
    faults: int
    """How many offices may fail or lie without harm."""
    height: int
    stable_height: int
    """Certified by a quorum up to here."""
    head_hash: str
    block_time: Moment
    started_at: Moment
    is_ready: bool
    waiting_for_bag: tuple[str, ...] = ()
    """What the node lacks to register."""
    pending_submissions: int | None = None
    """Submissions of any office that are not ordered yet; for auditors and administrators."""
    details: StatusDetails | None = None
