"""What an engine writes to its journal, reads back at its start, and drops once it is stable."""

from collections.abc import Iterable
from typing import Final

from consensus.output import AcceptedRecord, Record
from crypto.certificate import CheckpointCertificate
from ledger.ledger import Ledger
from ledger.submission import admit
from node.bodies import Bodies
from node.journal import Journal
from node.journal_records import (
    BodyRecord,
    StableRecord,
    decode_record,
    encode_record,
    submissions_of,
)

COMPACTED_SHARE: Final = 4
"""The journal is compacted if it grew to this many times its compacted size since."""


class JournalUpkeep:
    """The journal with the bodies that its records list, each written once."""

    def __init__(self, journal: Journal, ledger: Ledger, bodies: Bodies, bytes_max: int) -> None:
        self._journal = journal
        self._ledger = ledger
        self._bodies = bodies
        self._bytes_max = bytes_max
        self._compacted_bytes = 0

    def read(self) -> tuple[Record, ...]:
        """The replica's records, oldest first; bodies and certificates are put where they belong."""
        records: list[Record] = []
        for data in self._journal.records():
            record = decode_record(data)
            if isinstance(record, BodyRecord):
                self._bodies.add(admit(record.data, self._ledger.keyring))
            elif isinstance(record, StableRecord):
                if record.certificate.height <= self._ledger.height:
                    self._ledger.attach_certificate(record.certificate)
            else:
                records.append(record)
        return tuple(records)

    def store(self, record: Record) -> None:
        """Add a record of the replica, before it the bodies that it needs."""
        if isinstance(record, AcceptedRecord):
            for data in self._bodies.to_journal(submissions_of(record)):
                self._journal.append(encode_record(BodyRecord(data)))
        self._journal.append(encode_record(record))

    def store_stable(self, certificate: CheckpointCertificate) -> None:
        """Add the certificate that moves the watermarks."""
        self._journal.append(encode_record(StableRecord(certificate)))

    def sync(self) -> None:
        """Make everything durable that was added."""
        self._journal.sync()

    @property
    def is_large(self) -> bool:
        """Whether to rewrite it at the next stable checkpoint."""
        grown_enough = COMPACTED_SHARE * self._compacted_bytes
        return self._journal.size_bytes >= max(self._bytes_max, grown_enough)

    def rewrite(self, live_records: Iterable[Record]) -> None:
        """Keep the live records only: what is dropped must be durable in the ledger."""
        self._ledger.sync()
        self._ledger.sync_certificates()
        self._journal.rewrite(self._with_bodies(live_records))
        self._compacted_bytes = self._journal.size_bytes

    def _with_bodies(self, records: Iterable[Record]) -> list[bytes]:
        found: list[bytes] = []
        self._bodies.forget_journal()
        for record in records:
            bodies = self._bodies.to_journal(submissions_of(record))
            found += [encode_record(BodyRecord(data)) for data in bodies]
            found.append(encode_record(record))
        return found
