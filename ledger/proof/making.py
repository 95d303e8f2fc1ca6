"""Makes proof files from a ledger, in two steps: the answer with its facts at the head, then the certificate.

A state proof can be had at the head only, and the head's certificate comes a round of messages later. So the draft
holds the proofs; once a certificate reaches its height, it is finished.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import msgspec

from crypto import base64url
from crypto.certificate import CheckpointCertificate
from crypto.state_proof import StateProof, encode_proof
from ledger.errors import NotCertifiedError
from ledger.ledger import Ledger
from ledger.proof.consistency import CONSISTENCY_FORMAT, ConsistencyDocument, covered_header
from ledger.proof.document import (
    FACTS_MAX,
    FORMAT,
    RULES_EDITION,
    VERSION,
    Checkpoint,
    FilingSubject,
    FilingVerificationSubject,
    LinksRead,
    OfficeSignature,
    PrioritySubject,
    ProofDocument,
    ProvedEntry,
    ProvedFact,
    ProvedHeader,
    Subject,
    content_digest,
)
from ledger.proof.errors import ProofTooLargeError
from ledger.proof.filing_question import NamedFiling, find_named
from ledger.proof.judging import days_asked
from ledger.proof.places import Place, entry_places
from ledger.proof.question_limits import fault_in
from ledger.proof.readers import Links, RecordingReader, Scan, is_untold
from ledger.register.priority import verify_priority
from ledger.register.priority.filing import verify_filing
from ledger.register.verification import FilingQuestion, PriorityRequest


class Draft(NamedTuple):
    """An answer with the proofs of its facts at the height where it holds; it awaits a certificate."""

    subject: Subject
    height: int
    facts: dict[bytes, bytes | None]
    proofs: dict[bytes, StateProof]
    scans: dict[Scan, Links]
    days: frozenset[date]
    """The dates of the first filings, which decide what coverage counts."""


def draft_priority(ledger: Ledger, request: PriorityRequest) -> Draft:
    """Return the answer to a priority claim at the head, with its proofs.

    Raises:
        ProofTooLargeError: it rests on too many facts, or the question has texts that no filing has.
    """
    reader = RecordingReader(ledger.reader)
    answer = verify_priority(reader, request, with_suggestions=False)
    first = request.first
    subject = PrioritySubject(
        question=msgspec.structs.replace(request, first=first.without_secret),
        is_code_withheld=first.access_code is not None,
        answer=answer,
    )
    named = {key.encode() for key in answer.fact_keys}
    return _draft(ledger, subject, reader, named)


def draft_filing(ledger: Ledger, question: NamedFiling) -> Draft:
    """Return the answer to whether a number is registered at the head, with its proofs.

    Raises:
        ProofTooLargeError: it rests on too many facts, or the question has texts that no filing has.
    """
    reader = RecordingReader(ledger.reader)
    subject = FilingSubject(question=question, answer=find_named(reader, question))
    return _draft(ledger, subject, reader, set())


def draft_filing_verification(ledger: Ledger, question: FilingQuestion) -> Draft:
    """Return the answer to all claims of a filing at the head, with its proofs; the question has no access codes.

    Raises:
        ProofTooLargeError: it rests on too many facts, or the question has texts that no filing has.
    """
    reader = RecordingReader(ledger.reader)
    answer = verify_filing(reader, question, with_suggestions=False)
    subject = FilingVerificationSubject(question=question, answer=answer)
    named = {key.encode() for claim in answer.claims for key in claim.verification.fact_keys}
    return _draft(ledger, subject, reader, named)


def _draft(ledger: Ledger, subject: Subject, reader: RecordingReader, named: set[bytes]) -> Draft:
    fault = fault_in(subject.question)
    if fault is not None:
        raise ProofTooLargeError(fault)
    kept = {
        key: value
        for key, value in sorted(reader.facts.items())
        if key in named or not is_untold(key, value)
    }
    if len(kept) > FACTS_MAX:
        raise ProofTooLargeError(
            f"expected an answer that rests on at most {FACTS_MAX} facts, got {len(kept)}"
        )
    scans = dict(sorted(reader.scans.items(), key=repr))
    proofs = {key: ledger.state_proof(key) for key in kept}
    return Draft(subject, ledger.height, kept, proofs, scans, days_asked(subject))


def is_certified(ledger: Ledger, height: int) -> bool:
    """Return whether a certificate reaches this height, so that a draft of it can be finished."""
    latest = ledger.latest_certificate()
    return latest is not None and latest.height >= height


def finish(
    ledger: Ledger, draft: Draft, office: str, sign: Callable[[bytes], bytes]
) -> ProofDocument:
    """Return the whole file. `sign` makes the office's signature with the purpose `proof` over 32 bytes.

    Raises:
        NotCertifiedError: no certificate reaches the draft's height yet.
    """
    certificate = ledger.latest_certificate()
    if certificate is None or certificate.height < draft.height:
        raise NotCertifiedError(f"block {draft.height} awaits its certificate")
    places = entry_places(draft.facts, draft.days)
    heights = {draft.height, *(height for height, _ in places)} - {certificate.height}
    unsigned = ProofDocument(
        format=FORMAT,
        version=VERSION,
        rules_edition=RULES_EDITION,
        genesis=ledger.genesis,
        subject=draft.subject,
        height=draft.height,
        fact_bag=tuple(_fact(key, value, draft.proofs[key]) for key, value in draft.facts.items()),
        entry_bag=tuple(_entry(ledger, place) for place in places),
        links_read_bag=tuple(_links(asked, links) for asked, links in draft.scans.items()),
        header_bag=tuple(_header(ledger, each, certificate.height) for each in sorted(heights)),
        checkpoint=_checkpoint(ledger, certificate),
    )
    attestation = _signature(office, sign(content_digest(unsigned)))
    return msgspec.structs.replace(unsigned, attestation=attestation)


def make_consistency(ledger: Ledger, earlier: int, later: int) -> ConsistencyDocument:
    """Return the proof that the history at one height, from 1, is the beginning of that at a later one.

    Raises:
        IndexError: the heights are not in this order.
        LookupError: there is no such block.
        NotCertifiedError: no certificate reaches the later height yet.
    """
    if not 0 < earlier < later:
        raise IndexError(f"expected an earlier height of 1 to {later - 1}, got {earlier}")
    later_header = ledger.header_bytes(later)
    certificate = ledger.certificate(later) or ledger.latest_certificate()
    if certificate is None or certificate.height < later:
        raise NotCertifiedError(f"block {later} awaits its certificate")
    history, size = ledger.history, later - 1
    growth = history.consistency_proof(earlier - 1, size) if earlier > 1 else ()
    covered = None
    if certificate.height > later:
        path = history.inclusion_proof(later - 1, certificate.height - 1)
        covered = covered_header(later_header, path)
    return ConsistencyDocument(
        format=CONSISTENCY_FORMAT,
        version=1,
        earlier_header=base64url.encode(ledger.header_bytes(earlier)),
        earlier_path_bag=tuple(n.hex() for n in history.inclusion_proof(earlier - 1, size)),
        consistency_path_bag=tuple(node.hex() for node in growth),
        later=covered,
        checkpoint=_checkpoint(ledger, certificate),
    )


def _checkpoint(ledger: Ledger, certificate: CheckpointCertificate) -> Checkpoint:
    return Checkpoint(
        header=base64url.encode(ledger.header_bytes(certificate.height)),
        signature_bag=tuple(_signature(*each) for each in certificate.signatures),
    )


def _signature(office: str, signature: bytes) -> OfficeSignature:
    return OfficeSignature(ip_office_code=office, signature=base64url.encode(signature))


def _fact(key: bytes, value: bytes | None, proof: StateProof) -> ProvedFact:
    shown = None if value is None else base64url.encode(value)
    return ProvedFact(key=key.decode(), value=shown, proof=base64url.encode(encode_proof(proof)))


def _entry(ledger: Ledger, place: Place) -> ProvedEntry:
    at_height, at_index = place
    receipt = ledger.entry_receipt(at_height, at_index)
    status, reason, subject, height, index = msgspec.structs.astuple(receipt.outcome)
    return ProvedEntry(
        ip_office_code=receipt.office,
        entry=base64url.encode(receipt.entry),
        outcome=(status, reason, subject, height, index),
        height=at_height,
        index=at_index,
        path_bag=tuple(node.hex() for node in receipt.path),
    )


def _links(asked: Scan, links: Links) -> LinksRead:
    return LinksRead(
        prefix=base64url.encode(asked.prefix),
        after=base64url.encode(asked.after),
        limit=asked.limit,
        link_bag=tuple((base64url.encode(key), base64url.encode(value)) for key, value in links),
    )


def _header(ledger: Ledger, height: int, checkpoint_height: int) -> ProvedHeader:
    path = ledger.history.inclusion_proof(height - 1, checkpoint_height - 1)
    return covered_header(ledger.header_bytes(height), path)
