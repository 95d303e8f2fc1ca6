"""The records of reports on the ledger: what was deposited, what is withheld, and who was granted a reading."""

from datetime import date

import msgspec

from ledger.register.entries import LegalGround, MediaType, ReportCategory


class ReportRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A report that was deposited. File, depositing office and SHA-256 stand in its key."""

    category: ReportCategory
    document_date: date
    language: str
    """ISO 639-1."""
    media_type: MediaType
    size: int
    """Bytes."""
    height: int
    """Where it was entered."""
    index: int


class WithholdingRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """That an office withholds reports on a filing. None is removed: one that was taken back says so."""

    digest: str
    """Of the one report; empty: all that the office deposits on the filing, and on its own filing all reports."""
    ground: LegalGround
    reason: str
    """The provision, as given."""
    decided_on: date
    height: int
    """Where it was raised."""
    index: int
    withdrawn_on: date | None = None
    """None: it stands."""
    withdrawal_reason: str = ""
    withdrawn_height: int = 0
    withdrawn_index: int = 0


class AccessRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """That an office was granted a reading. Report, reading office and access identifier stand in its key."""

    height: int
    """Where it was entered."""
    index: int


decode_report = msgspec.msgpack.Decoder(ReportRecord).decode
decode_withholdings = msgspec.msgpack.Decoder(tuple[WithholdingRecord, ...]).decode
decode_access = msgspec.msgpack.Decoder(AccessRecord).decode
