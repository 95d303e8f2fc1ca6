"""Receipts: what an office, or anyone with the genesis document, checks without trusting a node.

A receipt shows that an entry stands in a block, with what the register said to it, and that a quorum of the offices
agreed on that block. State evidence shows that a fact is in the register, or is not, at a height. The JSON form of
both is in `receipt_json`.
"""

import msgspec

from crypto.errors import InvalidProofError
from crypto.merkle import leaf_hash, verify_inclusion
from crypto.state_proof import (
    AbsenceProof,
    PresenceProof,
    StateProof,
    verify_absence,
    verify_presence,
)
from ledger.block import Header, entry_leaf
from ledger.certified import CertifiedHeader, verify_certified_header
from ledger.errors import InvalidReceiptError, MalformedReceiptError
from ledger.genesis import Genesis
from ledger.register.filing import MalformedFilingIdError, parse_filing_id
from ledger.register.outcome import Outcome


class StateEvidence(msgspec.Struct, frozen=True):
    """Shows what the register holds under a key at the height of a header."""

    key: bytes
    value: bytes | None
    """None: the key is absent."""
    proof: StateProof
    certified: CertifiedHeader


class Receipt(msgspec.Struct, frozen=True):
    """Shows that an entry stands in a block, and what the register said to it: a rejection is proved as well."""

    office: str
    """The office that made the entry."""
    entry: bytes
    """Its exact bytes: JSON."""
    outcome: Outcome
    index: int
    """The entry's place in its block."""
    path: tuple[bytes, ...]
    """From the entry's leaf to the header's entries root."""
    certified: CertifiedHeader
    state: StateEvidence | None = None
    """Shows the filing as it stands now; left out while the newest block awaits its certificate."""


def verify_receipt(receipt: Receipt, genesis: Genesis) -> Header:
    """The header of the entry's block, when the receipt proves what it says.

    Raises:
        MalformedReceiptError: a part of it does not have its form.
        InvalidReceiptError: it does not prove it, or not in this network.
    """
    header = verify_certified_header(receipt.certified, genesis.keyring())
    try:
        leaf = leaf_hash(entry_leaf(receipt.office, receipt.entry, receipt.outcome))
    except OverflowError as error:
        raise MalformedReceiptError(f"outcome: expected smaller numbers: {error}") from error
    size, root = header.entry_count, header.entries_root
    try:
        verify_inclusion(leaf, receipt.index, size, receipt.path, root)
    except InvalidProofError as error:
        raise InvalidReceiptError(f"entry {receipt.index}: {error}") from error
    if receipt.state is not None:
        _verify_state(receipt.state, receipt.outcome, header, genesis)
    return header


def _verify_state(state: StateEvidence, outcome: Outcome, header: Header, genesis: Genesis) -> None:
    """The state in a receipt is that of the filing that its entry is about, then or later."""
    if state.value is None:
        raise InvalidReceiptError("state: expected a proof of presence, got one of absence")
    try:
        key = parse_filing_id(outcome.subject)
    except MalformedFilingIdError as error:
        raise InvalidReceiptError(f"state: {error}") from error
    if state.key != key:
        raise InvalidReceiptError(f"state: expected that of {outcome.subject}, got {state.key!r}")
    height = verify_state_evidence(state, genesis).height
    if height < header.height:
        raise InvalidReceiptError(
            f"state: expected one of block {header.height} or later, got one of block {height}"
        )


def verify_state_evidence(evidence: StateEvidence, genesis: Genesis) -> Header:
    """The header at whose height the evidence holds, when it proves what it says.

    Raises:
        MalformedReceiptError: a part of it does not have its form.
        InvalidReceiptError: it does not prove it, or not in this network.
    """
    header = verify_certified_header(evidence.certified, genesis.keyring())
    root, slot_bits, key = header.state_root, genesis.slot_bits, evidence.key
    try:
        match (evidence.value, evidence.proof):
            case (None, AbsenceProof() as absence):
                verify_absence(root, slot_bits, key, absence)
            case (bytes() as value, PresenceProof() as presence):
                verify_presence(root, slot_bits, key, value, presence)
            case _:
                raise MalformedReceiptError("state: expected a value, or else a proof of absence")
    except InvalidProofError as error:
        raise InvalidReceiptError(f"state at height {header.height}: {error}") from error
    return header
