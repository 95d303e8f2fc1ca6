"""A stored ledger with every kind of entry, and an index with every kind of key."""

from datetime import date
from pathlib import Path

from builders.ledgers import GENESIS, KEYRING, MINUTE_MS, START_MS, certified, submission
from crypto.access_code import AccessCode
from crypto.seal import seal
from ledger.files import FileLedger
from ledger.ledger import Ledger
from ledger.register.entries import (
    Claim,
    ClosedDays,
    Coverage,
    Dispute,
    Entry,
    Event,
    Filing,
    FilingReference,
    Opening,
    PriorityClaim,
    Report,
    ReportAccess,
    SealedFiling,
    Withholding,
)
from ledger.store import KeyValueStore

FIRST, LATER = "2012900001", "13161234"
FILED, DAY = date(2012, 3, 13), date(2013, 3, 12)
DIGEST = "ab" * 32
SEAL = seal(KEYRING.network_id, "AU", "patent", "2026900123", DAY, code=AccessCode(b"A" * 16))
CLAIM = PriorityClaim(ip_office_code="AU", application_number_text=FIRST, filing_date=FILED)
OWN = FilingReference(right="patent", application_number_text=FIRST)

ENTRIES: tuple[tuple[str, Entry], ...] = (
    ("AU", Filing(right="patent", application_number_text=FIRST, filing_date=FILED)),
    (
        "EP",
        Filing(
            right="patent",
            application_number_text=LATER,
            filing_date=DAY,
            priority_claim_bag=(CLAIM,),
            request_key="a request",
        ),
    ),
    ("AU", Coverage(right="patent", from_date=FILED, until_date=DAY)),
    ("AU", ClosedDays(year=2012, closed_day_bag=())),
    ("AU", SealedFiling(claim_key=SEAL.claim_key, commitment=SEAL.commitment)),
    ("AU", Event(filing=OWN, event_category="published", event_date=DAY)),
    (
        "JP",
        Dispute(
            claiming_office_code="EP",
            filing=FilingReference(right="patent", application_number_text=LATER),
            action="raise",
            claim=CLAIM,
            reason_text="not the same invention",
            decision_date=DAY,
        ),
    ),
    (
        "AU",
        Report(
            filing=OWN,
            report_category="searchReport",
            document_date=DAY,
            language_code="en",
            media_type="application/pdf",
            document_digest=DIGEST,
            document_size=5,
        ),
    ),
    (
        "AU",
        ReportAccess(
            report_identifier=f"AU.patent.{FIRST}.AU.{DIGEST}",
            reading_office_code="EP",
            access_identifier="A" * 22,
        ),
    ),
    (
        "AU",
        Withholding(
            filing=OWN,
            action="raise",
            legal_ground="applicantRequest",
            reason_text="EPC Rule 144(d)",
            decision_date=DAY,
        ),
    ),
    (
        "AU",
        Opening(
            claim_key=SEAL.claim_key,
            blinding=SEAL.blinding,
            right="patent",
            application_number_text="2026900123",
            filing_date=DAY,
        ),
    ),
    (
        "EP",
        Claim(
            filing=FilingReference(right="patent", application_number_text=LATER),
            action="withdraw",
            claim=CLAIM,
            decision_date=DAY,
        ),
    ),
)


def stored(files: Path, index: KeyValueStore, start_ms: int = START_MS) -> Ledger:
    """A block for each entry, all certified; each entry is accepted."""
    ledger = Ledger(GENESIS, FileLedger(files, KEYRING.network_id), index)
    for height, (office, entry) in enumerate(ENTRIES, 1):
        valid_until_ms = start_ms + MINUTE_MS
        entered = submission(entry, office=office, nonce=height, valid_until_ms=valid_until_ms)
        block = ledger.append(height, start_ms + height, [entered])
        outcome = block.submissions[0].outcomes[0]
        assert outcome.status == "accepted", (entry, outcome)
        ledger.attach_certificate(certified(ledger, height))
    return ledger
