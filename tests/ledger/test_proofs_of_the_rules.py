"""Answers that rest on more than the first filing: older filings, links, sealed claimants, openings."""

from datetime import date

import pytest
from builders.ledgers import GENESIS, KEYRING, opened
from builders.proof_files import (
    CLOSED,
    CODE,
    FILED,
    SEALED,
    claims_of,
    extend,
    finished,
    first,
    priority_of,
    resigned,
)
from msgspec.structs import replace

from crypto import base64url
from crypto.access_code import AccessCode
from crypto.digest import sha256
from crypto.seal import seal
from ledger.ledger import Ledger
from ledger.proof.document import ProofDocument, encode_proof_file
from ledger.proof.errors import InvalidProofFileError
from ledger.proof.filing_question import NamedFiling
from ledger.proof.making import draft_filing
from ledger.proof.verifying import Verdict, verify_proof_file
from ledger.register.entries import (
    Event,
    Filing,
    FilingReference,
    Opening,
    PriorityClaim,
    RelatedFiling,
    SealedFiling,
)
from ledger.register.verification import FirstFiling

OLD = "2013000050"
OLD_CLAIM = PriorityClaim(
    ip_office_code="AU", application_number_text=OLD, filing_date=date(2013, 1, 2), right="patent"
)
CLAIMANT = seal(
    KEYRING.network_id, "EP", "patent", "13900002", FILED, code=AccessCode(sha256(b"other")[:16])
)


def verified(document: ProofDocument) -> Verdict:
    return verify_proof_file(encode_proof_file(document), GENESIS)


def with_older() -> Ledger:
    """Filing 1 of AU is an addition to an older one, which was withdrawn before and never claimed."""
    ledger = opened()
    extend(ledger, CLOSED, office="US")
    addition = RelatedFiling(
        relation="addition", ip_office_code="AU", application_number_text=OLD, right="patent"
    )
    older = Filing(right="patent", application_number_text=OLD, filing_date=date(2013, 1, 2))
    gone = Event(
        filing=FilingReference(right="patent", application_number_text=OLD),
        event_category="withdrawn",
        event_date=date(2013, 2, 1),
    )
    later = Filing(
        right="patent",
        application_number_text="2013000001",
        filing_date=FILED,
        related_filing_bag=(addition,),
    )
    for entry in (older, gone, later):
        extend(ledger, entry)
    return ledger


def sealed(*claims: PriorityClaim) -> SealedFiling:
    return SealedFiling(
        claim_key=CLAIMANT.claim_key, commitment=CLAIMANT.commitment, priority_claim_bag=claims
    )


def test_what_rests_on_links_is_said_to_be_the_word_of_the_node() -> None:
    # Paris Convention Art. 4C(4): nobody claimed the older filing, which no state proof can show
    document = priority_of(first(1), with_older())
    verdict = verified(document)
    assert (verdict.outcome, verdict.is_recomputed) == ("confirmedWithRemarks", True)
    assert [word[:24] for word in verdict.node_word_bag] == ["That the links read are "]
    assert len(document.links_read_bag) == 2  # from the patent and the utility model of this number
    with pytest.raises(InvalidProofFileError, match=r"^answer: .*expected the links"):
        verify_proof_file(resigned(replace(document, links_read_bag=())), GENESIS)


@pytest.mark.parametrize("since", [b"", b"6", bytes(8), (99).to_bytes(8, "big"), bytes(9)])
def test_a_link_is_there_since_a_block_of_this_history(since: bytes) -> None:
    document = claims_of()
    read = document.links_read_bag[0]
    link = (read.link_bag[0][0], base64url.encode(since))
    altered = (replace(read, link_bag=(link,)), *document.links_read_bag[1:])
    with pytest.raises(InvalidProofFileError, match=r"^answer: expected a link since a height"):
        verify_proof_file(resigned(replace(document, links_read_bag=altered)), GENESIS)


def test_an_open_claimant_is_in_the_file_and_changes_the_answer() -> None:
    ledger = with_older()
    claimant = Filing(
        right="patent",
        application_number_text="13900003",
        filing_date=date(2013, 3, 1),
        priority_claim_bag=(OLD_CLAIM,),
    )
    before = priority_of(first(1), ledger).subject.answer
    extend(ledger, claimant, office="EP")
    document = priority_of(first(1), ledger)
    assert document.subject.answer != before
    assert [fact.key for fact in document.fact_bag if fact.key.startswith("fEP")] == [
        "fEPP13900003"
    ]
    assert verified(document).is_recomputed


def test_a_sealed_claimant_is_in_no_file() -> None:
    # register.md F13
    ledger = with_older()
    before = priority_of(first(1), ledger)
    extend(ledger, sealed(OLD_CLAIM), office="EP")
    after = priority_of(first(1), ledger)
    assert CLAIMANT.claim_key.encode() not in encode_proof_file(after)
    assert after.links_read_bag == before.links_read_bag
    assert [fact.key for fact in after.fact_bag] == [fact.key for fact in before.fact_bag]
    assert verified(after).is_recomputed


def test_an_opened_filing_is_proved_with_and_without_its_code() -> None:
    ledger = opened()
    extend(ledger, CLOSED, office="US")
    extend(
        ledger,
        SealedFiling(claim_key=SEALED.claim_key, commitment=SEALED.commitment),
        office="EP",
    )
    opening = Opening(
        claim_key=SEALED.claim_key,
        blinding=SEALED.blinding,
        right="patent",
        application_number_text="13900001",
        filing_date=FILED,
    )
    extend(ledger, opening, office="EP")
    named = FirstFiling(
        ip_office_code="EP",
        application_number_text="13900001",
        filing_date=FILED,
        right="patent",
    )
    assert verified(priority_of(named, ledger)).outcome == "confirmed"
    coded = encode_proof_file(priority_of(replace(named, access_code=CODE.printed), ledger))
    assert verify_proof_file(coded, GENESIS, CODE.printed).is_recomputed
    question = NamedFiling(
        ip_office_code="EP", right="patent", application_number_text="13900001", filing_date=FILED
    )
    assert verified(finished(ledger, draft_filing(ledger, question))).outcome == "registered"
