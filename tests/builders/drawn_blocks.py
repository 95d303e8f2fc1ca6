"""Blocks with entries of every kind, drawn so that they meet: few offices, numbers, seals and days."""

from datetime import date
from typing import get_args

from hypothesis import strategies as st

from builders.ledgers import GENESIS, START_MS, submission
from builders.offices import FOUR
from crypto.access_code import AccessCode
from crypto.seal import PRIORITY, Seal, seal
from ledger.ledger import Ledger
from ledger.register.entries import (
    Claim,
    ClaimAction,
    ClosedDay,
    ClosedDays,
    Coverage,
    Dispute,
    DisputeAction,
    Entry,
    Event,
    Filing,
    FilingReference,
    Opening,
    PriorityClaim,
    RelatedFiling,
    Report,
    ReportAccess,
    Right,
    SealedFiling,
    Withholding,
)
from ledger.register.family import FamilyKind

FILED = {
    "2012900001": date(2012, 3, 13),
    "2012900002": date(2012, 9, 3),
    "2013287263": date(2013, 3, 12),
    "2013287264": date(2013, 5, 10),
}
OFFICES = FOUR[:3]
NUMBERS = tuple(FILED)
KINDS: tuple[FamilyKind, ...] = get_args(FamilyKind)
RIGHT: Right = "patent"
DAYS = st.sampled_from((date(2013, 3, 11), date(2013, 3, 12), date(2013, 3, 13)))
CODE = AccessCode(bytes(16))
SEALS = tuple(
    seal(GENESIS.network_id(), office, RIGHT, number, FILED[number], code=CODE)
    for office, number in zip(OFFICES, NUMBERS[1:], strict=True)
)
"""One of each office, which may be opened as one of the numbers."""


def id_of(office: str, number: str) -> str:
    return f"{office}.{RIGHT}.{number}"


def sealed_id(made: Seal) -> str:
    return f"{made.office}.sealed.{made.claim_key}"


def sealed(made: Seal, *claimed: PriorityClaim) -> SealedFiling:
    return SealedFiling(
        claim_key=made.claim_key, commitment=made.commitment, priority_claim_bag=claimed
    )


def opening(made: Seal, *claimed: PriorityClaim) -> Opening:
    number = NUMBERS[1 + SEALS.index(made)]
    return Opening(
        claim_key=made.claim_key,
        blinding=made.blinding,
        right=RIGHT,
        application_number_text=number,
        filing_date=FILED[number],
        priority_claim_bag=claimed,
    )


def proved(first: Seal, later: str) -> PriorityClaim:
    return PriorityClaim(
        ip_office_code=first.office, claim_key=first.claim_key, proof=first.prove(PRIORITY, later)
    )


def named(first: Seal) -> PriorityClaim:
    return PriorityClaim(ip_office_code=first.office, claim_key=first.claim_key)


def of_sealed(made: Seal) -> FilingReference:
    return FilingReference(claim_key=made.claim_key)


numbers = st.sampled_from(NUMBERS)
seals = st.sampled_from(SEALS)
digests = st.sampled_from(("0" * 64, "1" * 64))
offices = st.sampled_from(OFFICES)
claims = st.builds(
    lambda office, number, mistaken: PriorityClaim(
        ip_office_code=office,
        application_number_text=number,
        filing_date=date(2012, 1, 1) if mistaken else FILED[number],
    ),
    offices,
    numbers,
    st.sampled_from((False, False, False, True)),
)
claims = claims | st.builds(lambda first, later: proved(first, sealed_id(later)), seals, seals)
claims = claims | st.builds(named, seals)
references = st.builds(FilingReference, right=st.just(RIGHT), application_number_text=numbers)
references = references | seals.map(of_sealed)
filings = st.builds(
    lambda number, bag, related: Filing(
        right=RIGHT,
        application_number_text=number,
        filing_date=FILED[number],
        priority_claim_bag=tuple(bag),
        related_filing_bag=tuple(related),
    ),
    numbers,
    st.lists(claims, max_size=2),
    st.lists(
        st.builds(
            RelatedFiling,
            relation=st.sampled_from(("division", "continuation")),
            ip_office_code=offices,
            application_number_text=numbers,
        ),
        max_size=1,
    ),
)
entries: st.SearchStrategy[Entry] = st.one_of(
    filings,
    filings,
    seals.map(sealed),
    st.builds(lambda made, first: sealed(made, proved(first, sealed_id(made))), seals, seals),
    seals.map(opening),
    st.builds(
        lambda number, office, first: Filing(
            right=RIGHT,
            application_number_text=number,
            filing_date=FILED[number],
            priority_claim_bag=(proved(first, id_of(office, number)),),
        ),
        numbers,
        offices,
        seals,
    ),
    st.builds(
        Event,
        filing=references,
        event_category=st.sampled_from(("published", "withdrawn")),
        event_date=DAYS,
    ),
    st.builds(
        Claim,
        filing=references,
        action=st.sampled_from(get_args(ClaimAction)),
        claim=claims,
        replaced_claim=claims,
        decision_date=DAYS,
        criterion=st.just("dueCare"),
        deciding_office_code=st.sampled_from((None, "US")),
    ),
    st.builds(
        Dispute,
        claiming_office_code=offices,
        filing=references,
        action=st.sampled_from(get_args(DisputeAction)),
        claim=claims,
        relation=st.sampled_from((None, "division")),
        reason_text=st.just("another number is meant"),
        decision_date=DAYS,
    ),
    st.builds(
        Report,
        filing=references,
        report_category=st.sampled_from(("searchReport", "citations")),
        document_date=DAYS,
        language_code=st.just("en"),
        media_type=st.just("application/pdf"),
        document_digest=digests,
        document_size=st.just(13),
    ),
    st.builds(
        Withholding,
        filing=references,
        document_digest=st.none() | digests,
        action=st.sampled_from(get_args(DisputeAction)),
        legal_ground=st.just("nationalLaw"),
        reason_text=st.just("by order"),
        decision_date=DAYS,
    ),
    st.builds(
        lambda office, number, digest, reading: ReportAccess(
            report_identifier=f"{office}.{RIGHT}.{number}.{office}.{digest}",
            reading_office_code=reading,
            access_identifier="A" * 22,
        ),
        offices,
        numbers,
        digests,
        offices,
    ),
    st.builds(
        Coverage,
        right=st.just(RIGHT),
        from_date=st.sampled_from((date(2012, 1, 1), date(2013, 1, 1))),
        until_date=st.sampled_from((date(2012, 6, 30), date(2013, 12, 31))),
    ),
    st.builds(
        ClosedDays,
        year=st.just(2013),
        closed_day_bag=st.lists(DAYS, max_size=2, unique=True).map(
            lambda days: tuple(ClosedDay(date=day) for day in days)
        ),
        weekly_rest_day_bag=st.sampled_from((None, (), ("friday",))),
    ),
)
blocks = st.lists(
    st.lists(st.tuples(offices, st.lists(entries, min_size=1, max_size=6)), max_size=3),
    min_size=1,
    max_size=6,
)


def append(ledger: Ledger, *submissions: tuple[str, list[Entry]]) -> None:
    """Append a block with these submissions of offices."""
    height = ledger.height + 1
    signed = [
        submission(*of_one, office=office, nonce=100 * height + place)
        for place, (office, of_one) in enumerate(submissions)
    ]
    ledger.append(height, START_MS + 10 * height, signed)
