"""Filings of all rights for the tests of forms, as hypothesis draws them."""

from datetime import date

from hypothesis import strategies as st

from api.formats import ListedFiling
from ledger.register.entries import Filing, PriorityClaim, RelatedFiling
from ledger.register.offices import OFFICES

RIGHTS = ("patent", "utilityModel", "design", "trademark", "plantVariety")
RELATIONS = ("division", "continuation", "continuationInPart", "addition", "nationalPhase")

_CHARACTERS = st.characters(exclude_categories=("C", "Z"))
NUMBERS = st.text(_CHARACTERS, min_size=1, max_size=20)
DATES = st.dates(date(1800, 1, 1), date(2100, 1, 1))
OFFICE_CODES = st.sampled_from(sorted(OFFICES))

CLAIMS = st.builds(
    PriorityClaim,
    ip_office_code=st.one_of(OFFICE_CODES, st.sampled_from(("", "au", "QQ"))),
    application_number_text=st.one_of(NUMBERS, st.just("")),
    filing_date=st.none() | DATES,
    right=st.none() | st.sampled_from(RIGHTS),
).filter(
    lambda claim: bool(claim.ip_office_code or claim.application_number_text or claim.filing_date)
)
RELATED = st.builds(
    RelatedFiling,
    relation=st.sampled_from(RELATIONS),
    ip_office_code=st.one_of(OFFICE_CODES, st.just("QQ")),
    application_number_text=NUMBERS,
    filing_date=st.none() | DATES,
    right=st.none() | st.sampled_from(RIGHTS),
)
FILINGS = st.builds(
    Filing,
    right=st.sampled_from(RIGHTS),
    application_number_text=NUMBERS,
    filing_date=DATES,
    receiving_office_code=st.none() | OFFICE_CODES,
    priority_claim_bag=st.lists(CLAIMS, max_size=4).map(tuple),
    related_filing_bag=st.lists(RELATED, max_size=4).map(tuple),
    request_key=st.none() | NUMBERS,
)
LISTED = st.builds(ListedFiling, st.sampled_from(("AU", "EP", "WO", "CN")), FILINGS)
LISTS = st.lists(LISTED, max_size=5)
