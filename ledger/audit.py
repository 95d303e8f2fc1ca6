"""The audit: ledger files checked from the first byte, with nothing to trust but the genesis document.

Every record's checksum, every submission's signature, every block executed again and compared, every certificate
against the keys of the genesis and the block it names; then the index of the node, pair by pair, against the one that
came out. It shares the code of the node, and none of its state (docs/audit.md).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from crypto.certificate import CheckpointCertificate, decode_certificate, verify_certificate
from crypto.digest import sha256
from crypto.errors import InvalidProofError, InvalidSignatureError, MalformedBytesError
from crypto.jws import open_submission
from crypto.keyring import Keyring
from ledger.block import decode_block
from ledger.chain import Chain
from ledger.errors import CorruptIndexError, CorruptLedgerError, MalformedBlockError
from ledger.files import LedgerFiles
from ledger.genesis import Genesis
from ledger.index import read_block
from ledger.index_audit import (
    Difference,
    applied_height,
    first_certificate_difference,
    first_difference,
    synced_difference,
)
from ledger.record_log import Location, NamedFiles, RecordLog
from ledger.replay import Progress, corrupt, replay
from ledger.store import KeyValueStore
from ledger.submission import admit, read_verified

Record = tuple[Location, bytes]
SignatureChecks = Callable[[Iterable[Record]], Iterator[tuple[Record, bool]]]
"""Gives each block with whether all signatures of its submissions were found right. Where not, the audit looks
itself. Other processes can work ahead in it."""


class Finding(NamedTuple):
    """The first place at which something is not what an honest node would have written."""

    file: str
    offset: int | None
    """Bytes from the start of the file; None in the index, which is no plain file, and in an export."""
    expected: str
    found: str
    height: int | None
    """The block that it is about, where that can be told."""
    entry: int | None
    """The entry of that block, from 0, where it is about one."""
    key: bytes | None = None
    """In the index: the key."""
    line: int | None = None
    """In an export: the line, from 1."""


class StoredIndex(NamedTuple):
    """The index of the node whose files are audited."""

    name: str
    """For findings."""
    store: KeyValueStore


class AuditReport(NamedTuple):
    """What an audit found. Everything in the files before the finding was checked, and is right."""

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
    index_height: int | None
    """The height at which the index was compared whole; None: it was not."""
    notes: tuple[str, ...]
    """An incomplete last record, for example: no fault of the content."""
    finding: Finding | None
    """None: all is well."""


def self_checked(records: Iterable[Record]) -> Iterator[tuple[Record, bool]]:
    """The `SignatureChecks` of an audit in one process."""
    return ((record, False) for record in records)


class _Audit:
    """An audit under way."""

    def __init__(
        self, genesis: Genesis, files: LedgerFiles, store: KeyValueStore, index: StoredIndex | None
    ) -> None:
        self.keyring = genesis.keyring()
        self.files = files
        self.store = store
        self.chain = Chain(self.keyring.network_id, genesis.slot_bits, store)
        self.index = index
        self.index_height: int | None = None
        self.index_finding: Finding | None = None
        self.notes = [*files.blocks.notes, *files.certificates.notes]
        self.entry_count = 0
        self.certified: dict[int, Location] = {}

    def check_blocks(self, to: int | None, checks: SignatureChecks, progress: Progress) -> None:
        log, done = self.files.blocks, 0
        total = log.size_bytes()
        awaited = self._awaited_index_height()
        self._compare_index(awaited)
        records = _up_to(to, log.records())
        for (location, record), are_signatures_right in checks(records):
            read = read_verified if are_signatures_right else admit
            draft = replay(self.chain, self.keyring, log, location, record, admit=read)
            self.chain.take(draft, location)
            self.entry_count += draft.block.header.entry_count
            self._compare_index(awaited)
            done += len(record)
            progress(done, total)
        if awaited is not None and self.index_finding is None:
            self._tell_of_other_height(awaited, to)

    def check_certificates(self, to: int | None, records: list[Record]) -> None:
        for location, record in records:
            certificate = read_certificate(self.files.certificates, location, record, self.keyring)
            if to is None or certificate.height <= to:
                self._expect_block_of(certificate, location)
                self.certified.setdefault(certificate.height, location)

    def compare_certificates(self) -> None:
        """Hold what the index says of certificates against them."""
        if self.index is not None and self.index_height is not None and not self.index_finding:
            places = sorted((location, height) for height, location in self.certified.items())
            found = first_certificate_difference(places, self.index.store)
            self._take_difference(found)

    def _expect_block_of(self, certificate: CheckpointCertificate, location: Location) -> None:
        log, height = self.files.certificates, certificate.height
        if height > self.chain.height:
            expected = f"block {height}, which a quorum certified here"
            found = f"blocks up to {self.chain.height} only: the block files were cut short"
            raise corrupt(log, location, expected, found, height=height)
        indexed = read_block(self.store, height)
        block_hash = sha256(indexed.header) if indexed else b""
        if certificate.block_hash != block_hash:
            expected = f"a certificate of block {height} {block_hash.hex()}"
            found = f"one of {certificate.block_hash.hex()}"
            raise corrupt(log, location, expected, found, height=height)

    def _awaited_index_height(self) -> int | None:
        """The height at which the index is to be compared."""
        if self.index is None:
            return None
        height = applied_height(self.index.store, self.keyring.network_id)
        if isinstance(height, Difference):
            self._take_difference(height)
            return None
        return height

    def _compare_index(self, awaited: int | None) -> None:
        """Hold the index against the rebuilt one when that has come as far."""
        if self.index is None or awaited != self.chain.height:
            return
        self.index_height = awaited
        self._take_difference(first_difference(self.store, self.index.store))
        synced = synced_difference(self.index.store, self.keyring.network_id, awaited)
        if isinstance(synced, Difference):
            self._take_difference(synced)
        elif synced is not None and synced < awaited:
            self.notes.append(f"{self.index.name} says that blocks up to {synced} were synced")

    def _tell_of_other_height(self, awaited: int, to: int | None) -> None:
        assert self.index is not None
        if awaited <= self.chain.height:
            if awaited < self.chain.height:
                self.notes.append(
                    f"{self.index.name} is at block {awaited}: the next start goes on there"
                )
            return
        if to is not None and self.chain.height == to:
            self.notes.append(f"{self.index.name} is at block {awaited}, and was not compared")
            return
        expected = f"block {awaited} in the block files, to which the index has come"
        found = f"blocks up to {self.chain.height} only"
        self.index_finding = Finding(self.index.name, None, expected, found, awaited, None)

    def _take_difference(self, found: Difference | None) -> None:
        if found is not None and self.index_finding is None and self.index is not None:
            self.index_finding = Finding(
                self.index.name, None, found.expected, found.found, found.height, None, found.key
            )


def audit(
    genesis: Genesis,
    files: LedgerFiles,
    store: KeyValueStore,
    progress: Progress,
    *,
    index: StoredIndex | None = None,
    to: int | None = None,
    checks: SignatureChecks = self_checked,
) -> AuditReport:
    """Check the ledger files of a network, up to a height, and the index beside them where one is given.

    `store` is an empty one to execute into. Open the files read-only, so that the copy stays as it is. Damage of a
    file's head raises CorruptLedgerError at that opening already.
    """
    work, finding = _Audit(genesis, files, store, index), None
    # Read before the blocks: a node that runs meanwhile writes each block before its certificate.
    certificates, damage = _records_before_damage(files.certificates)
    try:
        work.check_blocks(to, checks, progress)
        work.check_certificates(to, certificates)
        if damage:
            raise damage
        work.compare_certificates()
    except CorruptLedgerError as error:
        # A block's record that cannot be read does not tell its height; it is the next one.
        height = error.height or (None if error is damage else work.chain.height + 1)
        finding = Finding(
            error.file, error.offset, error.expected, error.found, height, error.entry
        )
    except CorruptIndexError as error:
        name = index.name if index else "the temporary index"
        finding = Finding(name, None, "an index that can be read", str(error), None, None)
    return AuditReport(
        work.chain.network_id,
        work.chain.height,
        work.chain.head_hash,
        work.chain.time_ms,
        work.entry_count,
        len(work.certified),
        max(work.certified, default=0),
        work.index_height,
        tuple(work.notes),
        finding or work.index_finding,
    )


def _up_to(height: int | None, records: Iterator[Record]) -> Iterator[Record]:
    return (
        (record for _, record in zip(range(height), records, strict=False)) if height else records
    )


def read_certificate(
    log: NamedFiles, location: Location, record: bytes, keyring: Keyring
) -> CheckpointCertificate:
    """The certificate of a record, with the signatures of a quorum.

    Raises:
        CorruptLedgerError: it is none, or has not the signatures of a quorum.
    """
    height = None
    try:
        certificate = decode_certificate(record)
        height = certificate.height
        verify_certificate(certificate, keyring)
    except (MalformedBytesError, InvalidProofError, InvalidSignatureError) as error:
        raise corrupt(log, location, "a certificate", str(error), height=height) from error
    return certificate


def _records_before_damage(log: RecordLog) -> tuple[list[Record], CorruptLedgerError | None]:
    records = []
    try:
        for each in log.records():
            records.append(each)  # noqa: PERF402 - those before the damage count
    except CorruptLedgerError as error:
        return records, error
    return records, None


def signatures_are_right(record: bytes, keyring: Keyring) -> bool:
    """Whether a record is a block, and the signature of each submission in it is its office's."""
    try:
        for each in decode_block(record).submissions:
            open_submission(each.data, keyring)
    except (MalformedBlockError, MalformedBytesError, InvalidSignatureError):
        return False
    return True
