"""Exports of ledgers in memory or in files."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from builders.ledgers import GENESIS, KEYRING
from builders.offices import key_of
from crypto import base64url
from crypto.certificate import encode_certificate
from crypto.digest import sha256
from crypto.signing import bound_message
from ledger.audit import self_checked
from ledger.export.auditing import ExportAudit, audit_export
from ledger.export.compression import lines_in
from ledger.export.lines import End, decode_end, encode_end, signed_digest
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


def headed(lines: list[bytes]) -> str:
    """The hash of the last block, as the end says."""
    return decode_end(lines[-1][:-1]).head_hash


def resealed(content: list[bytes], **said: object) -> list[bytes]:
    """The lines with an end that a forger without a key makes anew: counts and digest are right."""
    end = End(
        block_count=len(content) - 1,
        certificate_count=sum(b'"certificate"' in line for line in content[1:]),
        head_hash="0" * 64,
        content_digest=sha256(b"".join(content)).hex(),
    )
    return [*content, encode_end(replace(end, **said)) + b"\n"]


def resealed_by(signatory: Signatory, lines: list[bytes]) -> list[bytes]:
    """The same export, its end signed by somebody."""
    end = replace(decode_end(lines[-1][:-1]), ip_office_code=signatory.office, signature="")
    signature = base64url.encode(signatory.sign(signed_digest(end)))
    return [*lines[:-1], encode_end(replace(end, signature=signature)) + b"\n"]
