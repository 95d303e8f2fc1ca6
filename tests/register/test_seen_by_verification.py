"""Verification answers an outsider as if no sealed filing, and no claim to one, were there (register.md S7)."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from register_builders import MappingReader, asking, claim, filing
from sealed_builders import code_of, proved, seal_of, sealed
from sealed_builders import related as continuing

from ledger.register.entries import PriorityClaim, RelatedFiling
from ledger.register.filing import load_filing, parse_filing_id
from ledger.register.priority import verify_priority
from ledger.register.priority.filing import question_about, verify_filing
from ledger.register.verification import FilingVerification, PriorityRequest, Verification
from ledger.register.view import RegisterView

HIDDEN = seal_of("EP", "26100001", "2026-01-05")
OPEN = claim("US", "61/610,420", "2025-12-02")
LATER = "EP.patent.26100002"


def register(*claims: PriorityClaim, related: tuple[RelatedFiling, ...] = ()) -> MappingReader:
    """EP's open filing claims, and continues, these; its sealed one is there in any case."""
    reader = MappingReader()
    for office, entry in (
        ("EP", sealed(HIDDEN)),
        ("US", filing("61/610,420", "2025-12-02")),
        ("EP", replace(filing("26100002", "2026-09-01", *claims), related_filing_bag=related)),
    ):
        assert reader.apply(office, entry).status == "accepted"
    return reader


AS_FIRST = asking(("EP", "26100002", "2026-09-01"), ("AU", "2027-03-01"))
AS_SECOND = asking(("US", "61/610,420", "2025-12-02"), ("EP", "2026-09-01"), number="26100002")


def answered(reader: MappingReader, office: str, asked: PriorityRequest) -> Verification:
    return verify_priority(RegisterView(reader, office), asked)


def all_claims(reader: MappingReader, office: str) -> FilingVerification:
    record = load_filing(reader, LATER)
    assert record is not None
    question = question_about(parse_filing_id(LATER), record)
    return verify_filing(RegisterView(reader, office), question)


WITH: dict[str, Callable[[], MappingReader]] = {
    "claim": lambda: register(OPEN, proved(HIDDEN, LATER)),
    "relation": lambda: register(OPEN, related=(continuing(HIDDEN, LATER, "division"),)),
}


@pytest.mark.parametrize("hidden", WITH)
@pytest.mark.parametrize("asked", [AS_FIRST, AS_SECOND], ids=["as first", "as second"])
def test_an_outsider_gets_the_answer_of_a_register_without_it(
    hidden: str, asked: PriorityRequest
) -> None:
    assert answered(WITH[hidden](), "AU", asked) == answered(register(OPEN), "AU", asked)


@pytest.mark.parametrize("hidden", WITH)
def test_an_outsider_is_told_of_all_claims_of_a_filing_but_the_sealed_ones(hidden: str) -> None:
    expected = all_claims(register(OPEN), "AU")
    assert all_claims(WITH[hidden](), "AU") == expected
    assert [one.first.ip_office_code for one in expected.claims] == ["US"]


def test_the_office_itself_is_told_of_them() -> None:
    told = all_claims(WITH["claim"](), "EP")
    assert [one.first.ip_office_code for one in told.claims] == ["US", "EP"]
    parts = answered(WITH["relation"](), "EP", AS_SECOND)
    assert parts != answered(register(OPEN), "EP", AS_SECOND)


def test_who_shows_the_access_code_is_told_that_it_is_claimed() -> None:
    reader = WITH["claim"]()
    question = asking(("EP", "26100001", "2026-01-05"), ("EP", "2026-09-01"), number="26100002")
    first = replace(question.first, access_code=code_of("code").printed)
    with_code = replace(question, first=first)
    assert answered(reader, "AU", with_code).claim_status == "claimed"
    assert answered(reader, "AU", question).claim_status is None
