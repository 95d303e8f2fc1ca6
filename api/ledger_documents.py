"""The ledger's own records as JSON: headers, blocks, certificates. Digests are in hexadecimal."""

from typing import Literal

import msgspec

from api.moments import Moment, moment_text
from crypto.certificate import CheckpointCertificate
from crypto.digest import sha256
from ledger.block import Block, ExecutedSubmission, Header, SubmissionStatus
from ledger.register.outcome import Outcome
from ledger.submission import read_entries


class _Document(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    pass


class HeaderDocument(_Document, frozen=True, kw_only=True):
    """A block header."""

    height: int
    hash: str
    time: Moment
    previous_hash: str
    entry_count: int
    submissions_digest: str
    entries_root: str
    history_root: str
    state_root: str


class BlockPage(_Document, frozen=True, kw_only=True):
    """Some headers; the `Link` header leads to the next ones."""

    blocks: tuple[HeaderDocument, ...]


class EntryDocument(_Document, frozen=True, kw_only=True, omit_defaults=True):
    """An entry as it was signed, with its result."""

    index: int
    entry: msgspec.Raw
    status: Literal["accepted", "repeated", "rejected"]
    subject: str = ""
    reason_code: str = ""
    """Accepted: comma-separated warning codes."""
    first_height: int | None = None
    """Repeated: the height of the first receipt."""
    first_index: int | None = None


class SubmissionDocument(_Document, frozen=True, kw_only=True):
    """A submission in a block."""

    digest: str
    ip_office_code: str
    status: SubmissionStatus
    entries: tuple[EntryDocument, ...]
    """Empty unless it was executed."""


class BlockDocument(_Document, frozen=True, kw_only=True):
    """A block with all that it holds."""

    header: HeaderDocument
    submissions: tuple[SubmissionDocument, ...]


class OfficeSignature(_Document, frozen=True, kw_only=True):
    """One office's signature (Ed25519) for a checkpoint."""

    ip_office_code: str
    signature: str


class CertificateDocument(_Document, frozen=True, kw_only=True):
    """A quorum's signatures for one block."""

    height: int
    block_hash: str
    signatures: tuple[OfficeSignature, ...]


def header_document(header: Header, block_hash: bytes) -> HeaderDocument:
    """A header as JSON."""
    return HeaderDocument(
        height=header.height,
        hash=block_hash.hex(),
        time=moment_text(header.time_ms),
        previous_hash=header.previous_hash.hex(),
        entry_count=header.entry_count,
        submissions_digest=header.submissions_digest.hex(),
        entries_root=header.entries_root.hex(),
        history_root=header.history_root.hex(),
        state_root=header.state_root.hex(),
    )


def block_document(block: Block) -> BlockDocument:
    """A block as JSON."""
    submissions = []
    first = 0
    for executed in block.submissions:
        submissions.append(_submission_document(executed, first))
        first += len(executed.outcomes)
    header = header_document(block.header, block.hash)
    return BlockDocument(header=header, submissions=tuple(submissions))


def _submission_document(executed: ExecutedSubmission, first: int) -> SubmissionDocument:
    office, raw_entries = read_entries(executed.data)
    pairs = zip(raw_entries, executed.outcomes, strict=False)
    return SubmissionDocument(
        digest=sha256(executed.data).hex(),
        ip_office_code=office,
        status=executed.status,
        entries=tuple(
            _entry_document(index, raw, outcome)
            for index, (raw, outcome) in enumerate(pairs, first)
        ),
    )


def _entry_document(index: int, raw_entry: bytes, outcome: Outcome) -> EntryDocument:
    is_repeated = outcome.status == "repeated"
    return EntryDocument(
        index=index,
        entry=msgspec.Raw(raw_entry),
        status=outcome.status,
        subject=outcome.subject,
        reason_code=outcome.reason,
        first_height=outcome.height if is_repeated else None,
        first_index=outcome.index if is_repeated else None,
    )


def signed_entry(block: Block, index: int) -> tuple[str, bytes]:
    """The office and the bytes, as it signed them, of the entry at this place among a block's entries."""
    first = 0
    for executed in block.submissions:
        if index < first + len(executed.outcomes):
            office, raw_entries = read_entries(executed.data)
            return office, raw_entries[index - first]
        first += len(executed.outcomes)
    raise LookupError(f"expected an index below {first}, got {index}")


def certificate_document(certificate: CheckpointCertificate) -> CertificateDocument:
    """A checkpoint certificate as JSON."""
    return CertificateDocument(
        height=certificate.height,
        block_hash=certificate.block_hash.hex(),
        signatures=tuple(
            OfficeSignature(ip_office_code=office, signature=signature.hex())
            for office, signature in certificate.signatures
        ),
    )
