"""The records on the ledger: the values of the facts about filings, disputes, coverage and closed days.

Each is a msgpack array: small, quick, and the same bytes at every node.
"""

import re
from datetime import date
from typing import Literal

import msgspec

from ledger.register.entries import (
    CLAIM_KEY_PATTERN,
    EventKind,
    Relation,
    RestorationCriterion,
    Right,
)
from ledger.register.keys import RIGHT_LETTERS, filing_key, is_sealed, sealed_key
from ledger.register.offices import office_code
from ledger.register.reader import RegisterReader

ClaimStatus = Literal["claimed", "restored", "restorationRefused", "withdrawn", "corrected"]
ACTIVE: frozenset[ClaimStatus] = frozenset({"claimed", "restored", "restorationRefused"})
"""Claims that count: neither withdrawn nor replaced by a correction."""


class ClaimChange(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A new status of a claim: what was decided, when and by whom, and where it was entered."""

    status: ClaimStatus
    decided_on: date
    decided_by: str
    """The register's code of the office."""
    height: int
    index: int
    criterion: RestorationCriterion | None = None
    requested_on: date | None = None
    """When the notice or request for it was received; None: not told."""


class ClaimRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A priority claim of a filing. Claims are never removed; their status changes."""

    office: str
    """The register's code of the office of first filing; as given where ST.3 knows none."""
    number: str
    """As given."""
    match_key: str
    """Empty where office or number is missing."""
    right: Right | None
    """As the number names it, else as the claim says; None: neither does."""
    filing_date: date | None
    height: int
    """Where the claim was made."""
    index: int
    made_on: date | None = None
    """None: with the filing."""
    made_by: str = ""
    """The office that took it, where it was added or corrected later."""
    changes: tuple[ClaimChange, ...] = ()
    """Of its status, the oldest first."""
    requested_on: date | None = None
    """When the notice that added or corrected it was received; None: not told, or it came with the filing."""
    claim_key: str = ""
    """Of a sealed claim: it has no number, date and right, and was proved (register.md S3)."""

    @property
    def status(self) -> ClaimStatus:
        """As it stands."""
        return self.changes[-1].status if self.changes else "claimed"

    @property
    def decided_on(self) -> date | None:
        """When its status was decided last; None: it never changed."""
        return self.changes[-1].decided_on if self.changes else None

    @property
    def decided_by(self) -> str:
        """The office that decided its status last; empty: it never changed."""
        return self.changes[-1].decided_by if self.changes else ""

    @property
    def changed_at(self) -> tuple[int, int]:
        """Height and index of its last change; zeros: it never changed."""
        return (self.changes[-1].height, self.changes[-1].index) if self.changes else (0, 0)

    @property
    def criterion(self) -> RestorationCriterion | None:
        """By which its restoration was decided, if that was the last change."""
        return self.changes[-1].criterion if self.changes else None

    @property
    def change_requested_on(self) -> date | None:
        """When its last change was asked for; None: not told, or it never changed."""
        return self.changes[-1].requested_on if self.changes else None


class RelatedRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An earlier filing that this one continues, or whose national phase it is."""

    relation: Relation
    office: str
    number: str
    match_key: str
    right: Right | None
    filing_date: date | None
    claim_key: str = ""
    """Of a sealed relation, as of a sealed claim."""


class EventRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What happened to a filing, and where it was entered."""

    category: EventKind
    event_date: date
    key_event_code: str | None
    height: int
    index: int


class FilingRecord(msgspec.Struct, frozen=True, array_like=True):
    """A filing. Office, right and match key stand in its key."""

    number: str
    """As given."""
    canonical: str
    filing_date: date
    height: int
    """Where it was entered."""
    index: int
    receiving_office: str = ""
    claims: tuple[ClaimRecord, ...] = ()
    claims_filed: int = 0
    """The first so many claims came with the filing."""
    related: tuple[RelatedRecord, ...] = ()
    events: tuple[EventRecord, ...] = ()
    claim_key: str = ""
    """Under which it was sealed before its opening; empty: it never was."""


class SealedRecord(msgspec.Struct, frozen=True, array_like=True):
    """A sealed filing. Office and claim key stand in its key."""

    commitment: str
    height: int
    """Where it was entered."""
    index: int
    claims: tuple[ClaimRecord, ...] = ()
    claims_filed: int = 0
    """The first so many claims came with the filing."""
    related: tuple[RelatedRecord, ...] = ()
    events: tuple[EventRecord, ...] = ()
    opened_as: bytes = b""
    """The fact key of the filing that it was opened as; empty: it is sealed. From then on that record goes on."""
    opened_height: int = 0
    opened_index: int = 0


class DisputeRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An office's dispute of a claim or relation of a filing. None is removed: one that was taken back says so."""

    office: str
    """As the claim has it, like all down to its date."""
    number: str
    match_key: str
    right: Right | None
    filing_date: date | None
    reason: str
    decided_on: date
    height: int
    """Where it was raised."""
    index: int
    withdrawn_on: date | None = None
    """None: it stands."""
    withdrawal_reason: str = ""
    withdrawn_height: int = 0
    withdrawn_index: int = 0
    relation: Relation | None = None
    """The relation that is disputed; None: the claim."""
    claim_key: str = ""
    """Of a sealed claim or relation."""


class CoverageInterval(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The office's register is complete here for filings of these dates, both included."""

    from_date: date
    until_date: date
    height: int
    index: int


class ClosedDayRecord(msgspec.Struct, frozen=True, array_like=True, order=True, gc=False):
    """A day on which the office, or one of its filing places, is closed."""

    day: date
    filing_place: str = ""
    """Empty: the whole office."""
    name: str = ""


class ClosedDaysRecord(msgspec.Struct, frozen=True, array_like=True):
    """The declared closed days of a year, in order of the day and of the place."""

    days: tuple[ClosedDayRecord, ...]
    height: int
    index: int
    weekly_rest_days: tuple[int, ...] | None = None
    """Monday is 0; None: not declared."""


class MalformedFilingIdError(ValueError):
    """A text is not a filing id."""


_ENCODER = msgspec.msgpack.Encoder()
encode = _ENCODER.encode
"""Return the bytes of a record."""
decode_filing = msgspec.msgpack.Decoder(FilingRecord).decode
decode_sealed = msgspec.msgpack.Decoder(SealedRecord).decode
decode_disputes = msgspec.msgpack.Decoder(tuple[DisputeRecord, ...]).decode
decode_coverage = msgspec.msgpack.Decoder(tuple[CoverageInterval, ...]).decode
decode_closed_days = msgspec.msgpack.Decoder(ClosedDaysRecord).decode

_CLAIM_KEY_HEAD = b"\xd9\x2b"
"""What stands before a text of 43 bytes in msgpack: a claim key, or the commitment that every sealed filing has."""


def may_hold_claim_key(data: bytes) -> bool:
    """Return whether a record may be that of a sealed filing, or name one: a no is certain, and needs no decoding."""
    return _CLAIM_KEY_HEAD in data


_MATCH_KEY = re.compile(r"[A-Z0-9]+")
_CLAIM_KEY = re.compile(CLAIM_KEY_PATTERN)
_ID_PARTS = 3
_SEALED = "sealed"
"""Stands in an id where the right stands."""


def parse_filing_id(filing_id: str) -> bytes:
    """Return the fact key for an id such as `AU.patent.2013287263`, or `AU.sealed.` and a claim key.

    Raises MalformedFilingIdError.
    """
    parts = filing_id.split(".")
    expected = f"expected office.right.matchKey, such as AU.patent.2013287263, not {filing_id!r}"
    if len(parts) != _ID_PARTS:
        raise MalformedFilingIdError(expected)
    office, right, number = parts
    form = _CLAIM_KEY if right == _SEALED else _MATCH_KEY
    if not office_code(office) or form.fullmatch(number) is None:
        raise MalformedFilingIdError(expected)
    if right == _SEALED:
        return sealed_key(office_code(office), number)
    if right not in RIGHT_LETTERS:
        raise MalformedFilingIdError(f"expected one of {', '.join(RIGHT_LETTERS)}, not {right!r}")
    return filing_key(office_code(office), right, number)


def load_filing(reader: RegisterReader, filing_id: str) -> FilingRecord | None:
    """Return the filing with this id, or None; with the id of a sealed one, what it was opened as.

    Raises MalformedFilingIdError.
    """
    key = parse_filing_id(filing_id)
    data = reader.get(key)
    if data is not None and is_sealed(key):
        opened_as = decode_sealed(data).opened_as
        data = reader.get(opened_as) if opened_as else None
    return None if data is None else decode_filing(data)
