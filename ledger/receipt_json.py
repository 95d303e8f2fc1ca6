"""Receipts and state evidence as JSON: digests in hexadecimal, other bytes in unpadded base64url (docs/ledger.md)."""

from base64 import urlsafe_b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64

import msgspec

from crypto.certificate import CheckpointCertificate
from crypto.errors import MalformedBytesError
from crypto.state_proof import decode_proof, encode_proof
from ledger.certified import CertifiedHeader
from ledger.errors import MalformedReceiptError
from ledger.receipt import Receipt, StateEvidence
from ledger.register.outcome import Outcome


class _Document(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    pass


class SignatureDocument(_Document, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An office's signature on a checkpoint."""

    ip_office_code: str
    signature: str


class CertifiedHeaderDocument(_Document, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See `CertifiedHeader`; the certificate's block hash is that of the header it covers."""

    header: str
    certificate_height: int
    block_hash: str
    signature_bag: tuple[SignatureDocument, ...]
    later_header: str = ""
    history_path_bag: tuple[str, ...] = ()


class StateEvidenceDocument(_Document, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See `StateEvidence`; a document without a value shows absence."""

    key: str
    value: str | None = None
    proof: str
    certified_header: CertifiedHeaderDocument


class OutcomeDocument(_Document, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See `Outcome`; empty members are left out."""

    status: str
    reason: str = ""
    subject: str = ""
    height: int = 0
    index: int = 0


class ReceiptDocument(_Document, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See `Receipt`."""

    ip_office_code: str
    entry: str
    outcome: OutcomeDocument
    index: int
    path_bag: tuple[str, ...]
    certified_header: CertifiedHeaderDocument
    state: StateEvidenceDocument | None = None


_encoder = msgspec.json.Encoder()
_receipt_decoder = msgspec.json.Decoder(ReceiptDocument)
_evidence_decoder = msgspec.json.Decoder(StateEvidenceDocument)


def encode_receipt(receipt: Receipt) -> bytes:
    """The receipt as JSON."""
    return _encoder.encode(receipt_document(receipt))


def decode_receipt(data: bytes) -> Receipt:
    """The receipt in this JSON document, not yet verified.

    Raises:
        MalformedReceiptError: it is not one; the message names the member.
    """
    try:
        document = _receipt_decoder.decode(data)
        return Receipt(
            office=document.ip_office_code,
            entry=_from_base64("entry", document.entry),
            outcome=msgspec.convert(msgspec.structs.astuple(document.outcome), Outcome),
            index=document.index,
            path=tuple(_from_hex("pathBag", node) for node in document.path_bag),
            certified=_certified(document.certified_header),
            state=_evidence(document.state) if document.state else None,
        )
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedReceiptError(f"receipt: {error}") from error


def encode_state_evidence(evidence: StateEvidence) -> bytes:
    """The evidence as JSON."""
    return _encoder.encode(state_evidence_document(evidence))


def decode_state_evidence(data: bytes) -> StateEvidence:
    """The evidence in this JSON document, not yet verified.

    Raises:
        MalformedReceiptError: it is not such a document; the message names the member.
    """
    try:
        return _evidence(_evidence_decoder.decode(data))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedReceiptError(f"state evidence: {error}") from error


def receipt_document(receipt: Receipt) -> ReceiptDocument:
    """The receipt as a value that becomes JSON."""
    return ReceiptDocument(
        ip_office_code=receipt.office,
        entry=_to_base64(receipt.entry),
        outcome=OutcomeDocument(**msgspec.structs.asdict(receipt.outcome)),
        index=receipt.index,
        path_bag=tuple(node.hex() for node in receipt.path),
        certified_header=_certified_document(receipt.certified),
        state=state_evidence_document(receipt.state) if receipt.state else None,
    )


def state_evidence_document(evidence: StateEvidence) -> StateEvidenceDocument:
    """The evidence as a value that becomes JSON."""
    return StateEvidenceDocument(
        key=_to_base64(evidence.key),
        value=None if evidence.value is None else _to_base64(evidence.value),
        proof=_to_base64(encode_proof(evidence.proof)),
        certified_header=_certified_document(evidence.certified),
    )


def _certified_document(certified: CertifiedHeader) -> CertifiedHeaderDocument:
    certificate = certified.certificate
    return CertifiedHeaderDocument(
        header=_to_base64(certified.header),
        certificate_height=certificate.height,
        block_hash=certificate.block_hash.hex(),
        signature_bag=tuple(
            SignatureDocument(ip_office_code=office, signature=_to_base64(signature))
            for office, signature in certificate.signatures
        ),
        later_header=_to_base64(certified.later_header),
        history_path_bag=tuple(node.hex() for node in certified.history_path),
    )


def _certified(document: CertifiedHeaderDocument) -> CertifiedHeader:
    return CertifiedHeader(
        header=_from_base64("header", document.header),
        certificate=CheckpointCertificate(
            document.certificate_height,
            _from_hex("blockHash", document.block_hash),
            tuple(
                (each.ip_office_code, _from_base64("signature", each.signature))
                for each in document.signature_bag
            ),
        ),
        later_header=_from_base64("laterHeader", document.later_header),
        history_path=tuple(_from_hex("historyPathBag", x) for x in document.history_path_bag),
    )


def _evidence(document: StateEvidenceDocument) -> StateEvidence:
    try:
        proof = decode_proof(_from_base64("proof", document.proof))
    except MalformedBytesError as error:
        raise MalformedReceiptError(f"proof: {error}") from error
    return StateEvidence(
        key=_from_base64("key", document.key),
        value=None if document.value is None else _from_base64("value", document.value),
        proof=proof,
        certified=_certified(document.certified_header),
    )


def _to_base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _from_base64(member: str, text: str) -> bytes:
    try:
        standard = text.translate({45: 43, 95: 47}) + "=" * (-len(text) % 4)
        data = a2b_base64(standard, strict_mode=True)
    except (Base64Error, ValueError) as error:
        raise MalformedReceiptError(f"{member}: expected unpadded base64url: {error}") from error
    if _to_base64(data) != text:
        raise MalformedReceiptError(f"{member}: expected unpadded base64url in its one form")
    return data


def _from_hex(member: str, text: str) -> bytes:
    try:
        data = bytes.fromhex(text)
    except ValueError as error:
        raise MalformedReceiptError(f"{member}: expected hexadecimal: {error}") from error
    if data.hex() != text:
        raise MalformedReceiptError(f"{member}: expected lower-case hexadecimal without spaces")
    return data
