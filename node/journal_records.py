"""What the journal holds: the replica's records, and the bodies of the submissions that they list."""

from typing import TypeAlias

import msgspec

from consensus.output import (
    AcceptedRecord,
    NewViewRecord,
    PreparedRecord,
    Record,
    ViewChangeRecord,
)
from crypto.certificate import CheckpointCertificate
from node.journal_format import CorruptJournalError


class BodyRecord(msgspec.Struct, frozen=True, array_like=True, tag="body"):
    """A submission that an accepted pre-prepare lists: as durable as the vote for it."""

    data: bytes


class StableRecord(msgspec.Struct, frozen=True, array_like=True, tag="stable"):
    """The certificate by which the watermarks moved to its height.

    It stands before all that was promised between the new watermarks. Of the ledger's own certificates a power cut
    may take the last; a view change with promises above its watermarks would be refused by everyone.
    """

    certificate: CheckpointCertificate


JournalRecord: TypeAlias = Record | BodyRecord | StableRecord

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[JournalRecord] = msgspec.msgpack.Decoder(
    AcceptedRecord | PreparedRecord | ViewChangeRecord | NewViewRecord | BodyRecord | StableRecord
)


def encode_record(record: JournalRecord) -> bytes:
    """The one byte form of a record."""
    return _encoder.encode(record)


def decode_record(data: bytes) -> JournalRecord:
    """The record in these bytes.

    Raises:
        CorruptJournalError: there is none, though the checksum was right.
    """
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CorruptJournalError(
            f"journal: expected a record of this version of the node, got {data[:40]!r}: {error}"
        ) from error


def submissions_of(record: Record) -> tuple[bytes, ...]:
    """Digests of the submissions whose bodies a record needs."""
    if isinstance(record, AcceptedRecord):
        return record.pre_prepare.proposal.submissions
    if isinstance(record, PreparedRecord):
        return record.certificate.proposal.submissions
    return ()
