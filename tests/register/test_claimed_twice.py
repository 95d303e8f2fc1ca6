"""One first filing claimed by its claim key and by its number, before it was opened: both can be undone (R6, S3)."""

import msgspec
import pytest
from register_builders import MappingReader, claim, day, dispute, filing
from sealed_builders import opening, proved, seal_of, sealed, sealed_id

from ledger.register.disputes import load_disputes
from ledger.register.entries import Claim, ClaimAction, FilingReference, PriorityClaim
from ledger.register.family import find_family
from ledger.register.filing import ClaimRecord, decode_filing

FIRST = seal_of("AU", "2026900123", "2026-03-12")
BY_NUMBER = claim("AU", "2026900123", "2026-03-12", "patent")
BY_KEY = PriorityClaim(ip_office_code="AU", claim_key=FIRST.claim_key)
LATER = "EP.patent.26100002"


def change(
    action: ClaimAction,
    named: PriorityClaim,
    decided: str = "2026-09-10",
    replaced: PriorityClaim | None = None,
) -> Claim:
    return Claim(
        filing=FilingReference(right="patent", application_number_text="26100002"),
        action=action,
        claim=named,
        replaced_claim=replaced,
        decision_date=day(decided),
        criterion="dueCare" if action == "restore" else None,
    )


def claimed_twice() -> MappingReader:
    reader = MappingReader()
    entries = (
        ("AU", sealed(FIRST)),
        ("EP", filing("26100002", "2026-09-01", proved(FIRST, LATER))),
        ("EP", change("add", BY_NUMBER, "2026-09-02")),
        ("AU", opening(FIRST, "2026900123", "2026-03-12")),
    )
    for office, entry in entries:
        assert reader.apply(office, entry).status == "accepted"
    return reader


def claims_of(reader: MappingReader) -> tuple[ClaimRecord, ...]:
    data = reader.get(b"fEPP26100002")
    assert data is not None
    return decode_filing(data).claims


def members(reader: MappingReader) -> list[str]:
    return [one.filing_id for one in find_family(reader, LATER, "extended").members]


@pytest.mark.parametrize("named", [BY_NUMBER, BY_KEY], ids=["by number", "by key"])
def test_withdrawing_the_one_withdraws_the_other(named: PriorityClaim) -> None:
    reader = claimed_twice()
    outcome = reader.apply("EP", change("withdraw", named))
    assert (outcome.status, {one.status for one in claims_of(reader)}) == (
        "accepted",
        {"withdrawn"},
    )
    assert members(reader) == [LATER]
    assert reader.apply("EP", change("withdraw", named)).status == "repeated"


@pytest.mark.parametrize("named", [BY_NUMBER, BY_KEY], ids=["by number", "by key"])
def test_correcting_the_one_corrects_the_other(named: PriorityClaim) -> None:
    reader = claimed_twice()
    other = claim("AU", "2026900999", "2026-03-12", "patent")
    correction = change("correct", other, replaced=named)
    assert reader.apply("EP", correction).status == "accepted"
    assert [one.status for one in claims_of(reader)] == ["corrected", "corrected", "claimed"]
    assert reader.apply("EP", correction).status == "repeated"


@pytest.mark.parametrize("named", [BY_NUMBER, BY_KEY], ids=["by number", "by key"])
def test_a_restoration_is_of_both(named: PriorityClaim) -> None:
    reader = claimed_twice()
    assert reader.apply("EP", change("restore", named)).status == "accepted"
    assert [one.status for one in claims_of(reader)] == ["restored", "restored"]


def test_a_third_time_is_repeated() -> None:
    reader = claimed_twice()
    assert reader.apply("EP", change("add", BY_NUMBER, "2026-09-03")).status == "repeated"
    again = change("add", proved(FIRST, LATER), "2026-09-03")
    assert reader.apply("EP", again).status == "repeated"


@pytest.mark.parametrize("named", [BY_NUMBER, BY_KEY], ids=["by number", "by key"])
def test_disputing_the_one_disputes_the_other(named: PriorityClaim) -> None:
    reader = claimed_twice()
    assert reader.apply("JP", dispute("EP", "26100002", named)).status == "accepted"
    for other in (BY_NUMBER, BY_KEY):
        assert reader.apply("JP", dispute("EP", "26100002", other)).status == "repeated"
    ended = dispute("EP", "26100002", named, action="withdraw")
    assert reader.apply("JP", ended).status == "accepted"
    assert all(one.withdrawn_on for _, one in load_disputes(reader, b"fEPP26100002"))


def test_a_claim_by_number_with_another_date_stays_another_claim() -> None:
    reader = claimed_twice()
    wrong = msgspec.structs.replace(BY_NUMBER, filing_date=day("2026-03-13"))
    assert reader.apply("EP", change("withdraw", wrong)).reason == "CLAIM_NOT_FOUND"


def test_a_claim_that_was_proved_while_the_filing_was_sealed_may_come_again_after_the_opening() -> (
    None
):
    # R6: a repeat gets its first receipt, whatever happened between.
    reader = MappingReader()
    later = seal_of("EP", "26100002", "2026-09-01")
    made = Claim(
        filing=FilingReference(claim_key=later.claim_key),
        action="add",
        claim=proved(FIRST, sealed_id(later)),
        decision_date=day("2026-09-10"),
    )
    for office, entry in (
        ("AU", sealed(FIRST)),
        ("EP", sealed(later)),
        ("EP", made),
        ("EP", opening(later, "26100002", "2026-09-01")),
    ):
        assert reader.apply(office, entry).status == "accepted"
    again = reader.apply("EP", made)
    assert (again.status, again.height) == ("repeated", 3)
    # It counts for this filing, and for no other.
    other = msgspec.structs.replace(
        made, filing=FilingReference(right="patent", application_number_text="26100003")
    )
    reader.apply("EP", filing("26100003", "2026-09-02"))
    assert reader.apply("EP", other).reason == "CLAIM_NOT_PROVED"
