"""A ledger of four offices with filings, coverage and a sealed filing, and proof files made from it."""

from datetime import date

from msgspec.structs import replace

from builders.ledgers import KEYRING, START_MS, certified, filing, opened, submission
from builders.offices import key_of
from crypto import base64url
from crypto.access_code import AccessCode
from crypto.digest import sha256
from crypto.seal import PRIORITY, seal
from crypto.signing import bound_message
from ledger.ledger import Ledger
from ledger.proof.document import OfficeSignature, ProofDocument, content_digest, encode_proof_file
from ledger.proof.filing_question import NamedFiling
from ledger.proof.making import (
    Draft,
    draft_filing,
    draft_filing_verification,
    draft_priority,
    finish,
)
from ledger.register.entries import (
    ClosedDay,
    ClosedDays,
    Coverage,
    Entry,
    Filing,
    PriorityClaim,
    SealedFiling,
)
from ledger.register.verification import (
    FilingQuestion,
    FirstFiling,
    PriorityRequest,
    SecondFiling,
)

FILED = date(2013, 5, 6)
CODE = AccessCode(sha256(b"code")[:16])
SEALED = seal(KEYRING.network_id, "EP", "patent", "13900001", FILED, code=CODE)
COVERAGE = Coverage(right="patent", from_date=date(2000, 1, 1), until_date=date(2020, 1, 1))
CLOSED = ClosedDays(year=2014, closed_day_bag=(ClosedDay(date=date(2014, 5, 6), name="Holiday"),))
SECOND = SecondFiling(ip_office_code="US", filing_date=date(2014, 5, 7), right="patent")


def register() -> Ledger:
    """Five blocks: filings 1 and 2 of AU with its coverage, closed days of US, a sealed filing of EP, two filings."""
    ledger = opened()
    for entries, office in (
        ((filing(1), filing(2), COVERAGE), "AU"),
        ((CLOSED,), "US"),
        ((SealedFiling(claim_key=SEALED.claim_key, commitment=SEALED.commitment),), "EP"),
        ((filing(3),), "AU"),
        ((filing(4),), "AU"),
    ):
        extend(ledger, *entries, office=office)
    return ledger


def extend(ledger: Ledger, *entries: Entry, office: str = "AU") -> None:
    """One more block, certified."""
    height = ledger.height + 1
    entered = submission(*entries, office=office, nonce=height)
    ledger.append(height, START_MS + height, [entered])
    ledger.attach_certificate(certified(ledger, height))


def first(serial: int, filed: date = FILED) -> FirstFiling:
    return FirstFiling(
        ip_office_code="AU",
        application_number_text=f"2013{serial:06}",
        filing_date=filed,
        right="patent",
    )


def priority_of(claimed: FirstFiling, ledger: Ledger | None = None) -> ProofDocument:
    ledger = ledger or register()
    return finished(ledger, draft_priority(ledger, PriorityRequest(first=claimed, second=SECOND)))


def filing_of(serial: int, filed: date | None = FILED) -> ProofDocument:
    ledger = register()
    named = NamedFiling(
        ip_office_code="AU",
        right="patent",
        application_number_text=f"2013{serial:06}",
        filing_date=filed,
    )
    return finished(ledger, draft_filing(ledger, named))


CLAIMING = "14270001"


def claiming_register() -> Ledger:
    """The register with a filing of US that claims filing 1 of AU, one that is not there, and the sealed one of EP."""
    ledger = register()
    later = f"US.patent.{CLAIMING}"
    sealed_claim = PriorityClaim(
        ip_office_code="EP", claim_key=SEALED.claim_key, proof=SEALED.prove(PRIORITY, later)
    )
    named = [
        PriorityClaim(
            ip_office_code="AU",
            application_number_text=first(serial).application_number_text,
            filing_date=FILED,
            right="patent",
        )
        for serial in (1, 9)
    ]
    claiming = Filing(
        right="patent",
        application_number_text=CLAIMING,
        filing_date=SECOND.filing_date,
        priority_claim_bag=(*named, sealed_claim),
    )
    extend(ledger, claiming, office="US")
    return ledger


def claims_of(*named: FirstFiling, number: str | None = CLAIMING) -> ProofDocument:
    """The claims that are named, else all that the filing of US makes."""
    ledger = claiming_register()
    second = replace(SECOND, application_number_text=number)
    question = FilingQuestion(second=second, priority_claim_bag=named)
    return finished(ledger, draft_filing_verification(ledger, question))


def finished(ledger: Ledger, draft: Draft) -> ProofDocument:
    return finish(ledger, draft, "AU", attest)


def attest(digest: bytes) -> bytes:
    return key_of("AU").sign(bound_message("proof", KEYRING.network_id, digest))


def resigned(document: ProofDocument) -> bytes:
    """The file as a node that lies would make it: its office signs for what it says."""
    unsigned = replace(document, attestation=None)
    signature = attest(content_digest(unsigned))
    named = OfficeSignature(ip_office_code="AU", signature=base64url.encode(signature))
    return encode_proof_file(replace(unsigned, attestation=named))
