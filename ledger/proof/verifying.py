"""Verifies a proof file against a genesis document: no network, no node, no ledger (docs/proofs.md)."""

from collections.abc import Mapping

import msgspec

from crypto.errors import InvalidProofError, InvalidSignatureError, MalformedBytesError
from crypto.keyring import Keyring
from crypto.merkle import leaf_hash, verify_inclusion
from crypto.state_proof import AbsenceProof, decode_proof, verify_absence, verify_presence
from ledger.block import Header, entry_leaf
from ledger.genesis import Genesis
from ledger.proof.checkpoint import verify_checkpoint, verify_covered
from ledger.proof.document import (
    ProofDocument,
    ProvedEntry,
    ProvedFact,
    content_digest,
    decode_proof_file,
    outcome_of,
    to_bytes,
    to_path,
)
from ledger.proof.errors import InvalidProofFileError
from ledger.proof.judging import Judged, days_asked, judge
from ledger.proof.places import Place, entry_places


class Verdict(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a proof file proves, and what in it is only the word of the office that made it."""

    kind: str
    outcome: str
    summary: str
    is_recomputed: bool
    """Whether the outcome follows from the proved facts by the register's rules; else it is the node's word."""
    node_word_bag: tuple[str, ...]
    """What is not proved, in sentences."""
    height: int
    time_ms: int
    network_id: str
    signer_bag: tuple[str, ...]
    """The offices whose signatures on the checkpoint were checked: a quorum or more."""
    checkpoint_height: int
    attested_by: str
    fact_count: int
    entry_count: int


def verify_proof_file(data: bytes, trusted: Genesis, access_code: str | None = None) -> Verdict:
    """Return what the file proves. The access code is that of the question, where it had one.

    Raises:
        InvalidProofFileError: it does not prove what it says; `check` names the first check that failed.
        UndecidableProofFileError: it cannot be judged here.
    """
    document = decode_proof_file(data)
    keyring = trusted.keyring()
    if document.genesis.network_id() != keyring.network_id:
        raise InvalidProofFileError(
            "genesis",
            f"expected network {keyring.network_id.hex()}, got {document.genesis.network_id().hex()}",
        )
    checkpoint = verify_checkpoint(document.checkpoint, keyring)
    headers = _verify_headers(document, checkpoint, keyring.network_id)
    header = headers.get(document.height)
    if header is None:
        raise InvalidProofFileError("headers", f"expected the header of height {document.height}")
    facts = _verify_facts(document.fact_bag, header, trusted.slot_bits)
    _verify_entries(document, headers, facts)
    judged = judge(document, facts, header, keyring, access_code)
    attested_by = _verify_attestation(document, keyring)
    return _verdict(document, header, checkpoint, judged, attested_by)


def _verify_headers(
    document: ProofDocument, checkpoint: Header, network_id: bytes
) -> dict[int, Header]:
    """The headers of the file by height: all are in the history that the checkpoint's header covers."""
    headers = [verify_covered(each, checkpoint, network_id) for each in document.header_bag]
    heights = [header.height for header in headers]
    if heights != sorted(set(heights)) or checkpoint.height in heights:
        raise InvalidProofFileError(
            "headers", f"expected rising heights below {checkpoint.height}, got {heights!s:.200}"
        )
    needed = {document.height, *(entry.height for entry in document.entry_bag)}
    if set(heights) != needed - {checkpoint.height}:
        expected = sorted(needed - {checkpoint.height})
        raise InvalidProofFileError(
            "headers", f"expected those of heights {expected!s:.200}, got {heights!s:.200}"
        )
    return {header.height: header for header in (*headers, checkpoint)}


def _verify_facts(
    given: tuple[ProvedFact, ...], header: Header, slot_bits: int
) -> dict[bytes, bytes | None]:
    keys = [fact.key for fact in given]
    if keys != sorted(set(keys)):
        raise InvalidProofFileError("facts", "expected them sorted by key, each once")
    return dict(_verify_fact(fact, header.state_root, slot_bits) for fact in given)


def _verify_fact(fact: ProvedFact, root: bytes, slot_bits: int) -> tuple[bytes, bytes | None]:
    key = fact.key.encode()
    value = None if fact.value is None else to_bytes("facts", fact.value)
    try:
        proof = decode_proof(to_bytes("facts", fact.proof))
        if isinstance(proof, AbsenceProof):
            verify_absence(root, slot_bits, key, proof)
        else:
            verify_presence(root, slot_bits, key, value or b"", proof)
    except (InvalidProofError, MalformedBytesError) as error:
        raise InvalidProofFileError("facts", f"{fact.key[:80]}: {error}") from error
    if isinstance(proof, AbsenceProof) != (value is None):
        expected = "a value" if value is None else "no value"
        raise InvalidProofFileError(
            "facts", f"{fact.key[:80]}: expected {expected} beside its proof"
        )
    return key, value


def _verify_entries(
    document: ProofDocument, headers: Mapping[int, Header], facts: Mapping[bytes, bytes | None]
) -> None:
    """Return when the entries are in their blocks, and are those that the facts come from."""
    for entry in document.entry_bag:
        _verify_entry(entry, headers[entry.height])
    try:
        expected = entry_places(facts, days_asked(document.subject))
    except (msgspec.DecodeError, ValueError, LookupError) as error:
        raise InvalidProofFileError("facts", f"expected facts that can be read: {error}") from error
    found = [(entry.height, entry.index) for entry in document.entry_bag]
    if found != expected:
        raise InvalidProofFileError(
            "entries",
            f"expected those at (height, index) {_shown(expected)}, got {_shown(found)}",
        )


def _shown(places: list[Place]) -> str:
    return ", ".join(str(place) for place in places) or "none"


def _verify_entry(entry: ProvedEntry, header: Header) -> None:
    name, outcome = f"({entry.height}, {entry.index})", outcome_of(entry)
    path = to_path("entries", entry.path_bag)
    try:
        leaf = entry_leaf(entry.ip_office_code, to_bytes("entries", entry.entry), outcome)
        size, root = header.entry_count, header.entries_root
        verify_inclusion(leaf_hash(leaf), entry.index, size, path, root)
    except (InvalidProofError, OverflowError) as error:
        raise InvalidProofFileError("entries", f"{name}: {error}") from error
    if outcome.status != "accepted":
        raise InvalidProofFileError(
            "entries", f"{name}: expected an accepted one, got {outcome.status}"
        )


def _verify_attestation(document: ProofDocument, keyring: Keyring) -> str:
    """The office that signed for the file as a whole."""
    attestation = document.attestation
    if attestation is None:
        raise InvalidProofFileError(
            "attestation", "expected the signature of an office, got nothing"
        )
    signature = to_bytes("attestation", attestation.signature)
    office = attestation.ip_office_code
    try:
        keyring.verify(office, "proof", content_digest(document), signature)
    except InvalidSignatureError as error:
        raise InvalidProofFileError("attestation", str(error)) from error
    return office


def _verdict(
    document: ProofDocument, header: Header, checkpoint: Header, judged: Judged, attested_by: str
) -> Verdict:
    signatures = document.checkpoint.signature_bag
    return Verdict(
        kind=str(document.subject.__struct_config__.tag),
        outcome=judged.outcome,
        summary=judged.summary,
        is_recomputed=judged.is_recomputed,
        node_word_bag=judged.node_word,
        height=header.height,
        time_ms=header.time_ms,
        network_id=header.network_id.hex(),
        signer_bag=tuple(each.ip_office_code for each in signatures),
        checkpoint_height=checkpoint.height,
        attested_by=attested_by,
        fact_count=len(document.fact_bag),
        entry_count=len(document.entry_bag),
    )
