"""The audit of an export: all of the audit that needs no index (docs/audit.md), while the lines go by.

Every signature, every result by executing the blocks again, every certificate beside its block. The blocks can be kept
in ledger files as they are found right: so a node's data are made anew.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from ledger.audit import AuditReport, Finding, Record, SignatureChecks, read_certificate
from ledger.chain import Chain
from ledger.errors import CorruptLedgerError
from ledger.export.errors import InvalidExportError
from ledger.export.lines import Line
from ledger.export.reading import ExportedBlock, ExportReader, ReadEnd
from ledger.files import LedgerFiles
from ledger.genesis import Genesis
from ledger.record_log import Location
from ledger.replay import corrupt, replay
from ledger.store import KeyValueStore
from ledger.submission import admit, read_verified

_UNSIGNED: Final = (
    "{file}, line {line}: no office signed that this is all of the ledger up to there;"
    " each block is the offices' word all the same"
)


class ExportAudit(NamedTuple):
    """What an audit of an export found."""

    report: AuditReport
    """Its finding names the line."""
    pieces: tuple[ReadEnd, ...]
    """The exports that were read to their ends, in order."""


def audit_export(
    genesis: Genesis,
    lines: Iterable[Line],
    store: KeyValueStore,
    *,
    to: int | None = None,
    checks: SignatureChecks,
    into: LedgerFiles | None = None,
) -> ExportAudit:
    """Check the lines of an export that begins with block 1, and of those that go on from it, up to a height.

    `store` is an empty one to execute into. What is right goes `into` ledger files, which are empty, too: with them the
    store is then their index, certificates apart.

    Raises:
        UndecidableExportError: it is of a later version.
        OSError: the ledger files cannot be written.
    """
    work, finding = _Audit(genesis, store, into), None
    try:
        work.run(lines, to, checks)
    except InvalidExportError as error:
        finding = _finding(error.file, error.line, error.expected, error.found, work.reader.awaited)
    except CorruptLedgerError as error:
        height = error.height or work.chain.height + 1
        finding = _finding(error.file, error.offset, error.expected, error.found, height)
        finding = finding._replace(entry=error.entry)
    chain = work.chain
    report = AuditReport(
        chain.network_id,
        chain.height,
        chain.head_hash,
        chain.time_ms,
        work.entry_count,
        work.certificate_count,
        work.certified_height,
        None,
        tuple(work.notes),
        finding,
    )
    return ExportAudit(report, tuple(work.pieces))


def _finding(file: str, line: int, expected: str, found: str, height: int | None) -> Finding:
    return Finding(file, None, expected, found, height, None, None, line)


class _FileNamed(NamedTuple):
    """Names a place of an export in messages: the line is in place of the offset."""

    name: str

    def file_name(self, _segment: int) -> str:
        return self.name


class _Audit:
    """An audit under way."""

    def __init__(self, genesis: Genesis, store: KeyValueStore, into: LedgerFiles | None) -> None:
        self.keyring = genesis.keyring()
        self.chain = Chain(self.keyring.network_id, genesis.slot_bits, store)
        self.into = into
        self.reader = ExportReader(genesis)
        self.waiting = deque[ExportedBlock | ReadEnd]()
        """What was read and not looked at yet: other processes work ahead."""
        self.pieces: list[ReadEnd] = []
        self.notes: list[str] = []
        self.entry_count = self.certificate_count = self.certified_height = 0

    def run(self, lines: Iterable[Line], to: int | None, checks: SignatureChecks) -> None:
        try:
            for (location, record), are_signatures_right in checks(self._records(lines, to)):
                self._check_ends()
                block = self.waiting.popleft()
                assert isinstance(block, ExportedBlock)
                self._check(block, location, record, are_right=are_signatures_right)
        except InvalidExportError:
            self._check_ends()  # What stands before the error is named first.
            raise
        self._check_ends()

    def _records(self, lines: Iterable[Line], to: int | None) -> Iterator[Record]:
        """The blocks as records whose offset is their line."""
        for line in lines:
            item = self.reader.take(line)
            if item is None:
                continue
            self.waiting.append(item)
            if isinstance(item, ExportedBlock):
                yield Location(1, item.line, len(item.record)), item.record
            is_within = self.reader.awaited is not None
            if self.reader.height == to and (is_within or isinstance(item, ReadEnd)):
                if is_within:
                    self.notes.append(f"the export was read up to block {to} only")
                return
        self.reader.finish()

    def _check(
        self, block: ExportedBlock, location: Location, record: bytes, *, are_right: bool
    ) -> None:
        named = _FileNamed(block.file)
        read = read_verified if are_right else admit
        draft = replay(self.chain, self.keyring, named, location, record, admit=read)
        place = location if self.into is None else self.into.blocks.append(record)
        self.chain.take(draft, place)
        self.entry_count += draft.block.header.entry_count
        if block.certificate:
            self._check_certificate(named, location, block.certificate)

    def _check_certificate(self, named: _FileNamed, location: Location, record: bytes) -> None:
        certificate = read_certificate(named, location, record, self.keyring)
        height, head_hash = self.chain.height, self.chain.head_hash
        if (certificate.height, certificate.block_hash) != (height, head_hash):
            expected = f"a certificate of block {height} {head_hash.hex()}"
            found = f"one of block {certificate.height} {certificate.block_hash.hex()}"
            raise corrupt(named, location, expected, found, height=height)
        self.certificate_count += 1
        self.certified_height = height
        if self.into is not None:
            self.into.certificates.append(record)

    def _check_ends(self) -> None:
        """Look at the ends that were read before the next block."""
        while self.waiting and isinstance(self.waiting[0], ReadEnd):
            end = self.waiting.popleft()
            assert isinstance(end, ReadEnd)
            head_hash = self.chain.head_hash.hex()
            if end.end.head_hash != head_hash:
                expected = f"{head_hash}, the hash of the last block"
                raise InvalidExportError(end.file, end.line, expected, end.end.head_hash)
            if not end.end.ip_office_code:
                self.notes.append(_UNSIGNED.format(line=end.line, file=end.file))
            self.pieces.append(end)
