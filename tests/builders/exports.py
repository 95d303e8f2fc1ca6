"""Exports of ledgers in memory or in files."""

from collections.abc import Iterable, Iterator

from builders.ledgers import GENESIS, KEYRING
from builders.offices import key_of
from crypto.certificate import encode_certificate
from crypto.signing import bound_message
from ledger.audit import self_checked
from ledger.export.auditing import ExportAudit, audit_export
from ledger.export.compression import lines_in
from ledger.export.writing import ExportWriter, Signatory
from ledger.ledger import Ledger
from ledger.memory import MemoryStore

FILE = "export.jsonl.gz"


def signatory(office: str = "AU") -> Signatory:
    key = key_of(office)
    return Signatory(
        office, lambda digest: key.sign(bound_message("export", KEYRING.network_id, digest))
    )


def exported(
    ledger: Ledger, first: int = 1, last: int | None = None, *, signed: bool = True
) -> list[bytes]:
    """The lines of an export, each with its line feed."""
    last = last or ledger.height
    writer = ExportWriter(ledger.genesis, first, last, signatory() if signed else None)
    lines = [writer.head()]
    for height in range(first, last + 1):
        certificate = ledger.certificate(height)
        encoded = encode_certificate(certificate) if certificate else None
        lines.append(writer.block(ledger.block_bytes(height), encoded))
    return [*lines, writer.end(ledger.block_hash(last))]


def audited(chunks: Iterable[bytes], to: int | None = None) -> ExportAudit:
    return audit_export(GENESIS, lines_in(FILE, chunks), MemoryStore(), to=to, checks=self_checked)


def in_chunks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))
