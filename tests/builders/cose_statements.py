"""Statements as honest and as lying offices sign them."""

from msgspec.structs import replace

from builders.offices import key_of
from builders.proof_files import register
from crypto import cose
from crypto.cose import Sign1
from crypto.errors import InvalidProofError
from crypto.merkle import leaf_hash, root_above
from ledger.certified import CertifiedHeader
from ledger.proof.cose.form import (
    Claims,
    Members,
    OfficeReceipt,
    Statement,
    decode_statement,
    encode_statement,
    inclusion_header,
    receipt_header,
    statement_header,
)
from ledger.proof.cose.making import make_statement

LEDGER = register()
RECEIPT = LEDGER.entry_receipt(1, 1)
"""Of filing 2 of AU: the second of three entries of block 1."""


def file_of(office: str = "AU", height: int = 1, index: int = 1) -> bytes:
    return make_statement(LEDGER.entry_receipt(height, index), office, key_of(office))


FILE = file_of()
TRUE = decode_statement(FILE)


def receipt_of(
    office: str,
    claims: Claims = TRUE.claims,
    *,
    leaf: bytes = TRUE.leaf,
    path: tuple[bytes, ...] = TRUE.receipts[0].path,
    signed_by: str = "",
    protected: Members | None = None,
    unprotected: Members | None = None,
) -> OfficeReceipt:
    """A receipt over whatever root the path leads to, as an office that lies would sign it."""
    try:
        root = root_above(leaf_hash(leaf), claims.index, claims.entry_count, path)
    except InvalidProofError:
        root = bytes(32)
    header = receipt_header(office, claims) if protected is None else protected
    proof = inclusion_header(claims, path) if unprotected is None else unprotected
    message = cose.sign(key_of(signed_by or office), header, proof, root)
    return OfficeReceipt(office, claims, path, message._replace(payload=None))


def stated(
    claims: Claims = TRUE.claims,
    *,
    office: str = "AU",
    leaf: bytes = TRUE.leaf,
    receipts: tuple[OfficeReceipt, ...] | None = None,
    certified: CertifiedHeader | None = TRUE.certified,
    protected: Members | None = None,
) -> bytes:
    """A statement that the office AU signed, whatever it says."""
    header = statement_header(office, claims) if protected is None else protected
    message = cose.sign(key_of("AU"), header, {}, leaf)
    given = (receipt_of("AU", claims, leaf=leaf),) if receipts is None else receipts
    return encode_statement(Statement(office, claims, leaf, given, certified, message))


def changed(**changes: object) -> Claims:
    return replace(TRUE.claims, **changes)


def with_message(message: Sign1) -> OfficeReceipt:
    """What stands where a receipt is expected."""
    return TRUE.receipts[0]._replace(message=message)
