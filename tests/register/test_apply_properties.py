from datetime import date
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st
from register_builders import MappingReader

from ledger.register.calendar import WEEKDAYS
from ledger.register.entries import (
    Claim,
    ClaimAction,
    ClosedDay,
    ClosedDays,
    Coverage,
    Dispute,
    Entry,
    Event,
    Filing,
    FilingReference,
    PriorityClaim,
    Report,
    Withholding,
)
from ledger.register.family import FamilyKind, find_family
from ledger.register.keys import filing_id
from ledger.register.priority import verify_priority
from ledger.register.verification import FirstFiling, PriorityRequest, SecondFiling

RIGHTS = st.sampled_from(("patent", "utilityModel", "design", "trademark", "plantVariety"))
CODES = st.sampled_from(("AU", "EP", "US", "IB", "WO", "ZZ", "", "us"))
NUMBERS = st.sampled_from(("10167109.7", "2013287263", "61/000,001", "PCT/US13/32081", "", "№ 7"))
DATES = st.dates(date(2010, 1, 1), date(2012, 1, 1)) | st.sampled_from((date.min, date.max))
CLAIMS = st.builds(
    PriorityClaim,
    ip_office_code=CODES,
    application_number_text=NUMBERS,
    filing_date=st.none() | DATES,
    right=st.none() | RIGHTS,
)
REFERENCES = st.builds(
    FilingReference, right=RIGHTS, application_number_text=NUMBERS, filing_date=st.none() | DATES
)
KEYS = st.none() | st.sampled_from(("a", "b"))
ENTRIES: st.SearchStrategy[Entry] = st.one_of(
    st.builds(
        Filing,
        right=RIGHTS,
        application_number_text=NUMBERS,
        filing_date=DATES,
        receiving_office_code=st.none() | CODES,
        priority_claim_bag=st.lists(CLAIMS, max_size=3).map(tuple),
        request_key=KEYS,
    ),
    st.builds(
        Event,
        filing=REFERENCES,
        event_category=st.sampled_from(("published", "withdrawn")),
        event_date=DATES,
        request_key=KEYS,
    ),
    st.builds(
        Claim,
        filing=REFERENCES,
        action=st.sampled_from(get_args(ClaimAction)),
        claim=CLAIMS,
        replaced_claim=st.none() | CLAIMS,
        decision_date=DATES,
        criterion=st.none() | st.just("dueCare"),
        deciding_office_code=st.none() | CODES,
        request_key=KEYS,
    ),
    st.builds(
        Dispute,
        claiming_office_code=CODES,
        filing=REFERENCES,
        action=st.sampled_from(("raise", "withdraw")),
        claim=CLAIMS,
        relation=st.none() | st.sampled_from(("division", "nationalPhase")),
        reason_text=st.sampled_from(("", "wrong digit", "x" * 201)),
        decision_date=DATES,
        request_key=KEYS,
    ),
    st.builds(
        Report,
        filing=REFERENCES,
        filing_office_code=st.none() | CODES,
        report_category=st.sampled_from(("searchReport", "decisionToGrant")),
        document_date=DATES,
        language_code=st.just("en"),
        media_type=st.just("application/pdf"),
        document_digest=st.sampled_from(("0" * 64, "1" * 64)),
        document_size=st.integers(1, 2),
        request_key=KEYS,
    ),
    st.builds(
        Withholding,
        filing=REFERENCES,
        filing_office_code=st.none() | CODES,
        document_digest=st.none() | st.sampled_from(("0" * 64, "1" * 64)),
        action=st.sampled_from(("raise", "withdraw")),
        legal_ground=st.none() | st.just("nationalLaw"),
        reason_text=st.sampled_from(("", "by order", "x" * 201)),
        decision_date=DATES,
        request_key=KEYS,
    ),
    st.builds(Coverage, right=RIGHTS, from_date=DATES, until_date=DATES, request_key=KEYS),
    st.builds(
        ClosedDays,
        year=st.integers(1883, 9_999),
        closed_day_bag=st.lists(
            st.builds(
                ClosedDay,
                date=DATES,
                name=st.text(max_size=5),
                filing_place=st.sampled_from(("", "Munich", " ")),
            ),
            max_size=3,
        ).map(tuple),
        weekly_rest_day_bag=st.none() | st.lists(st.sampled_from(WEEKDAYS), max_size=8).map(tuple),
        request_key=KEYS,
    ),
)
KINDS: tuple[FamilyKind, ...] = get_args(FamilyKind)
OFFICES = st.sampled_from(("AU", "EP", "US", "WO"))


def owner(fact: bytes) -> str:
    """The office whose fact it is: where it speaks of another's filing, the one named behind that."""
    if fact.startswith((b"r", b"a")):
        return fact.split(b".")[1].decode()
    return (fact[-2:] if fact.startswith((b"x", b"q", b"w")) else fact[1:3]).decode()


@given(st.lists(st.tuples(OFFICES, ENTRIES), max_size=8))
def test_every_entry_has_an_outcome_and_only_accepted_ones_change_facts(
    entries: list[tuple[str, Entry]],
) -> None:
    reader = MappingReader()
    for office, entry in entries:
        applied = reader.applied(office, entry)
        assert applied.outcome.status == "accepted" or not applied.facts
        assert applied.outcome.status != "rejected" or not applied.links
        assert all(owner(key) == office for key, _ in applied.facts)
        reader.content.update(applied.facts)
        reader.content.update(applied.links)
        again = reader.applied(office, entry)
        if applied.outcome.status == "accepted":
            assert again.outcome.status == "repeated"
            assert again.outcome.subject == applied.outcome.subject
        else:
            assert again.outcome.status == applied.outcome.status


@given(
    st.lists(st.tuples(OFFICES, ENTRIES), max_size=6),
    st.builds(
        PriorityRequest,
        first=st.builds(
            FirstFiling,
            ip_office_code=CODES,
            application_number_text=NUMBERS,
            filing_date=st.none() | DATES,
            right=st.none() | RIGHTS,
        ),
        second=st.builds(
            SecondFiling,
            ip_office_code=CODES,
            filing_date=DATES,
            right=RIGHTS,
            application_number_text=st.none() | NUMBERS,
            receiving_office_code=st.none() | CODES,
        ),
    ),
)
def test_every_question_has_an_answer(
    entries: list[tuple[str, Entry]], request: PriorityRequest
) -> None:
    reader = MappingReader()
    for office, entry in entries:
        reader.apply(office, entry)
    verification = verify_priority(reader, request)
    confirms = verification.outcome in ("confirmed", "confirmedWithRemarks")
    assert not confirms or verification.first_filing is not None
    assert [check.number for check in verification.checks] == list(range(1, 16))
    for key in [key for key in reader.content if key.startswith(b"f")]:
        for kind in KINDS:
            family = find_family(reader, filing_id(key), kind)
            assert filing_id(key) in {member.filing_id for member in family.members}
