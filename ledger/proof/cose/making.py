"""Makes statements from receipts of the ledger, and joins those of several offices into one."""

from collections.abc import Sequence

from crypto import cose
from crypto.merkle import leaf_hash, root_above
from crypto.signing import SigningKey
from ledger.block import decode_header, entry_leaf
from ledger.genesis import Genesis
from ledger.proof.cose.form import (
    Claims,
    OfficeReceipt,
    Statement,
    decode_statement,
    encode_statement,
    inclusion_header,
    receipt_header,
    statement_header,
)
from ledger.proof.cose.verifying import verify_statement
from ledger.proof.errors import InvalidProofFileError
from ledger.receipt import Receipt


def make_statement(receipt: Receipt, office: str, key: SigningKey) -> bytes:
    """The file that shows an entry of the ledger: said by this office, with its receipt and the quorum's certificate.

    The receipt is one of the office's own ledger, whose path leads to its own entries root.
    """
    header = decode_header(receipt.certified.header)
    claims = Claims(
        receipt.outcome.subject,
        header.network_id,
        header.height,
        header.time_ms,
        header.entry_count,
        receipt.index,
    )
    leaf = entry_leaf(receipt.office, receipt.entry, receipt.outcome)
    receipts = (_receipt(claims, leaf, receipt.path, office, key),)
    message = cose.sign(key, statement_header(office, claims), {}, leaf)
    statement = Statement(office, claims, leaf, receipts, receipt.certified, message)
    return encode_statement(statement)


def _receipt(
    claims: Claims, leaf: bytes, path: tuple[bytes, ...], office: str, key: SigningKey
) -> OfficeReceipt:
    root = root_above(leaf_hash(leaf), claims.index, claims.entry_count, path)
    unprotected = inclusion_header(claims, path)
    message = cose.sign(key, receipt_header(office, claims), unprotected, root)
    return OfficeReceipt(office, claims, path, message._replace(payload=None))


def join_statements(files: Sequence[bytes], trusted: Genesis) -> bytes:
    """One file with the receipts of all, about one and the same entry. Every file is verified first.

    The first one's statement is kept, and of each office its first receipt; the receipts stand in the order of their
    offices' codes.

    Raises:
        InvalidProofFileError: a file does not prove what it says, or is about another entry.
        UndecidableProofFileError: one is of a later version.
    """
    for file in files:
        verify_statement(file, trusted)
    statements = [decode_statement(file) for file in files]
    first = statements[0]
    for number, each in enumerate(statements[1:], 2):
        if (each.claims, each.leaf) != (first.claims, first.leaf):
            raise InvalidProofFileError(
                "entries",
                f"file {number} is about entry {each.claims.index} of block {each.claims.height},"
                f" the first about entry {first.claims.index} of block {first.claims.height}",
            )
    receipts: dict[str, OfficeReceipt] = {}
    for statement in statements:
        for receipt in statement.receipts:
            receipts.setdefault(receipt.office, receipt)
    certified = next((each.certified for each in statements if each.certified is not None), None)
    ordered = tuple(receipts[office] for office in sorted(receipts))
    return encode_statement(first._replace(receipts=ordered, certified=certified))
