"""Verifies statements against a genesis document: no network, no node, no ledger (docs/standard-forms.md)."""

import msgspec

from crypto import cose
from crypto.errors import InvalidProofError, InvalidSignatureError, MalformedBytesError
from crypto.keyring import Keyring
from crypto.merkle import leaf_hash, root_above
from ledger.block import Header, decode_entry_leaf
from ledger.certified import CertifiedHeader, verify_certified_header
from ledger.errors import InvalidReceiptError, MalformedBlockError, MalformedReceiptError
from ledger.genesis import Genesis
from ledger.proof.cose.form import Claims, OfficeReceipt, Statement, decode_statement
from ledger.proof.errors import InvalidProofFileError
from ledger.register.outcome import Outcome


class EntryVerdict(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a statement proves: that an entry stands in a block, and what the register said to it."""

    kind: str = "entry"
    status: str
    """Accepted, repeated or rejected."""
    reason: str
    subject: str
    """The filing id, or what else the entry is about."""
    ip_office_code: str
    """The office that made the entry."""
    entry: str
    """JSON, as that office signed for it."""
    height: int
    time_ms: int
    index: int
    network_id: str
    stated_by: str
    receipt_bag: tuple[str, ...]
    """The offices whose receipts were checked."""
    signer_bag: tuple[str, ...]
    """The offices that signed the block's certificate; empty where the file has none."""
    is_certified: bool
    """Whether a quorum of the offices stands behind it, by the certificate or by their receipts."""
    missing: int
    """How many more offices a quorum needs."""


def verify_statement(data: bytes, trusted: Genesis) -> EntryVerdict:
    """Return what the file proves.

    Raises:
        InvalidProofFileError: it does not prove what it says; `check` names the first check that failed.
        UndecidableProofFileError: it is of a later version.
    """
    statement, keyring = decode_statement(data), trusted.keyring()
    if statement.claims.network_id != keyring.network_id:
        found = statement.claims.network_id.hex()
        raise InvalidProofFileError(
            "genesis", f"expected network {keyring.network_id.hex()}, got {found[:64]}"
        )
    office, entry, outcome = _verify_leaf(statement, keyring)
    _verify_signature(statement, keyring)
    root = _verify_receipts(statement, keyring)
    signers: tuple[str, ...] = ()
    if statement.certified is not None:
        _verify_certificate(statement.certified, statement.claims, root, keyring)
        signers = tuple(code for code, _ in statement.certified.certificate.signatures)
    return _verdict(statement, keyring, (office, entry, outcome), signers)


def _verify_leaf(statement: Statement, keyring: Keyring) -> tuple[str, str, Outcome]:
    """The office, the entry and the outcome in the statement's leaf; the claims say the same of it."""
    try:
        office, entry, outcome = decode_entry_leaf(statement.leaf)
        text = entry.decode()
    except (MalformedBlockError, UnicodeDecodeError, OverflowError) as error:
        raise InvalidProofFileError("entries", str(error)) from error
    if office not in keyring:
        raise InvalidProofFileError(
            "entries", f"expected the entry of an office of this network, got {office!a:.80}"
        )
    if outcome.subject != statement.claims.subject:
        raise InvalidProofFileError(
            "entries",
            f"expected the subject {outcome.subject:.80}, got {statement.claims.subject:.80}",
        )
    return office, text, outcome


def _verify_signature(statement: Statement, keyring: Keyring) -> None:
    try:
        cose.verify(statement.message, keyring.key(statement.office), statement.leaf)
    except InvalidSignatureError as error:
        raise InvalidProofFileError("statement", f"{statement.office:.8}: {error}") from error


def _verify_receipts(statement: Statement, keyring: Keyring) -> bytes:
    """The root of the block's entries, for which the office of each receipt signed."""
    offices = [receipt.office for receipt in statement.receipts]
    if not offices or len(set(offices)) < len(offices):
        raise InvalidProofFileError(
            "receipts", f"expected at least one, each office once, got {', '.join(offices):.80}"
        )
    leaf = leaf_hash(statement.leaf)
    roots = {_verify_receipt(each, statement.claims, leaf, keyring) for each in statement.receipts}
    if len(roots) > 1:
        raise InvalidProofFileError("receipts", "expected one root for the entries of one block")
    return roots.pop()


def _verify_receipt(receipt: OfficeReceipt, claims: Claims, leaf: bytes, keyring: Keyring) -> bytes:
    name = f"{receipt.office:.8}"
    if receipt.claims != claims:
        others = [
            each
            for each in claims.__struct_fields__
            if getattr(claims, each) != getattr(receipt.claims, each)
        ]
        raise InvalidProofFileError(
            "receipts", f"{name}: expected what the statement says, got another {', '.join(others)}"
        )
    try:
        root = root_above(leaf, claims.index, claims.entry_count, receipt.path)
        cose.verify(receipt.message, keyring.key(receipt.office), root)
    except (InvalidProofError, InvalidSignatureError) as error:
        raise InvalidProofFileError("receipts", f"{name}: {error}") from error
    return root


def _verify_certificate(
    certified: CertifiedHeader, claims: Claims, root: bytes, keyring: Keyring
) -> None:
    """Return when a quorum of the offices signed for the block in which the entry stands."""
    try:
        header: Header = verify_certified_header(certified, keyring)
    except (InvalidReceiptError, MalformedReceiptError, MalformedBytesError) as error:
        raise InvalidProofFileError("checkpoint", str(error)) from error
    told = (claims.height, claims.time_ms, claims.entry_count, root)
    expected = (header.height, header.time_ms, header.entry_count, header.entries_root)
    if told != expected:
        raise InvalidProofFileError(
            "checkpoint",
            f"expected block {header.height} of {header.entry_count} entries with the root"
            f" {header.entries_root.hex()[:16]}, got {claims.height}, {claims.entry_count} and {root.hex()[:16]}",
        )


def _verdict(
    statement: Statement,
    keyring: Keyring,
    leaf: tuple[str, str, Outcome],
    signers: tuple[str, ...],
) -> EntryVerdict:
    (office, entry, outcome), claims = leaf, statement.claims
    receipts = tuple(receipt.office for receipt in statement.receipts)
    missing = max(keyring.quorum - max(len(signers), len(receipts)), 0)
    return EntryVerdict(
        status=outcome.status,
        reason=outcome.reason,
        subject=outcome.subject,
        ip_office_code=office,
        entry=entry,
        height=claims.height,
        time_ms=claims.time_ms,
        index=claims.index,
        network_id=claims.network_id.hex(),
        stated_by=statement.office,
        receipt_bag=receipts,
        signer_bag=signers,
        is_certified=not missing,
        missing=missing,
    )
