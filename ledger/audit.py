"""The audit: ledger files checked from the first byte, with nothing to trust but the genesis document.

Every record's checksum, every submission's signature, every block executed again and compared, every certificate
against the keys of the genesis and the block it names. It shares the code of the node, and none of its state.
"""

from typing import NamedTuple

from crypto.certificate import CheckpointCertificate, decode_certificate, verify_certificate
from crypto.digest import sha256
from crypto.errors import InvalidProofError, InvalidSignatureError, MalformedBytesError
from ledger.chain import Chain
from ledger.errors import CorruptLedgerError
from ledger.files import LedgerFiles
from ledger.genesis import Genesis
from ledger.index import read_block
from ledger.record_log import Location, RecordLog
from ledger.replay import Progress, corrupt, replay
from ledger.store import KeyValueStore


class Finding(NamedTuple):
    """The first place at which the files are not what an honest node would have written."""

    file: str
    offset: int
    """Bytes from the start of the file."""
    expected: str
    found: str


class AuditReport(NamedTuple):
    """What an audit found. Everything before the finding was checked, and is right."""

    network_id: bytes
    height: int
    """The last block that was checked."""
    head_hash: bytes
    """Its hash. Compare it with that of another office."""
    time_ms: int
    entry_count: int
    certificate_count: int
    certified_height: int
    """Blocks up to this height have the word of a quorum; later ones have that of this copy only."""
    notes: tuple[str, ...]
    """An incomplete last record, for example: no fault of the content."""
    finding: Finding | None
    """None: all is well."""


class _Audit:
    """An audit under way."""

    def __init__(self, genesis: Genesis, files: LedgerFiles, store: KeyValueStore) -> None:
        self.keyring = genesis.keyring()
        self.files = files
        self.store = store
        self.chain = Chain(self.keyring.network_id, genesis.slot_bits, store)
        self.entry_count = 0
        self.certified: set[int] = set()
        self.certified_height = 0

    def check_blocks(self, progress: Progress) -> None:
        log, done = self.files.blocks, 0
        total = log.size_bytes()
        for location, record in log.records():
            draft = replay(self.chain, self.keyring, log, location, record)
            self.chain.take(draft, location)
            self.entry_count += draft.block.header.entry_count
            done += len(record)
            progress(done, total)

    def check_certificates(self, records: list[tuple[Location, bytes]]) -> None:
        log = self.files.certificates
        for location, record in records:
            try:
                certificate = decode_certificate(record)
                verify_certificate(certificate, self.keyring)
            except (MalformedBytesError, InvalidProofError, InvalidSignatureError) as error:
                raise corrupt(log, location, "a certificate", str(error)) from error
            if certificate.height > self.chain.height:
                raise corrupt(
                    log,
                    location,
                    f"block {certificate.height}, which a quorum certified here",
                    f"blocks up to {self.chain.height} only: the block files were cut short",
                )
            expected = self._block_hash(certificate)
            if certificate.block_hash != expected:
                raise corrupt(
                    log,
                    location,
                    f"a certificate of block {certificate.height} {expected.hex()}",
                    f"one of {certificate.block_hash.hex()}",
                )
            self.certified.add(certificate.height)
            self.certified_height = max(self.certified_height, certificate.height)

    def _block_hash(self, certificate: CheckpointCertificate) -> bytes:
        indexed = read_block(self.store, certificate.height)
        return sha256(indexed.header) if indexed else b""


def _records_before_damage(
    log: RecordLog,
) -> tuple[list[tuple[Location, bytes]], CorruptLedgerError | None]:
    records = []
    try:
        for each in log.records():
            records.append(each)  # noqa: PERF402 - those before the damage count
    except CorruptLedgerError as error:
        return records, error
    return records, None


def audit(
    genesis: Genesis, files: LedgerFiles, store: KeyValueStore, progress: Progress
) -> AuditReport:
    """Check the ledger files of a network; `store` is an empty one to execute into.

    Open the files read-only, so that the copy stays as it is. Damage of a file's head raises CorruptLedgerError at
    that opening already.
    """
    work, finding = _Audit(genesis, files, store), None
    # Read before the blocks: a node that runs meanwhile writes each block before its certificate.
    certificates, damage = _records_before_damage(files.certificates)
    try:
        work.check_blocks(progress)
        work.check_certificates(certificates)
        if damage:
            raise damage
    except CorruptLedgerError as error:
        finding = Finding(error.file, error.offset, error.expected, error.found)
    return AuditReport(
        work.chain.network_id,
        work.chain.height,
        work.chain.head_hash,
        work.chain.time_ms,
        work.entry_count,
        len(work.certified),
        work.certified_height,
        (*files.blocks.notes, *files.certificates.notes),
        finding,
    )
