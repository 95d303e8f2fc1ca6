"""A filing that claims one first filing by key and by number: after the opening each name means both (R6, S3)."""

from itertools import product

import pytest
from msgspec.structs import replace
from register_builders import MappingReader, claim, day, dispute, filing, of
from sealed_builders import named, opening, proved, related, seal_of, sealed

from ledger.register.entries import Claim, ClaimAction, PriorityClaim, RelatedFiling
from ledger.register.family import Family, find_family
from ledger.register.filing import ClaimStatus, FilingRecord, decode_disputes, decode_filing
from ledger.register.keys import disputes_key, filing_key, sealed_key
from ledger.register.outcome import Outcome

NUMBER, FILED = "2026900123", "2026-03-12"
FIRST, FIRST_ID = seal_of("AU", NUMBER, FILED), f"AU.patent.{NUMBER}"
LATER, LATER_ID = "26100002", "EP.patent.26100002"
BY_KEY = named(FIRST)
BY_NUMBER = claim("AU", NUMBER, FILED, "patent")
WITHOUT_RIGHT, WITHOUT_DATE = replace(BY_NUMBER, right=None), replace(BY_NUMBER, filing_date=None)
NAMES = (BY_KEY, BY_NUMBER, WITHOUT_RIGHT, WITHOUT_DATE)
OTHER = claim("AU", "2026900999", FILED, "patent")
EARLIER, LATER_DAY = "2026-10-01", "2027-02-01"


def change(
    action: ClaimAction,
    about: PriorityClaim,
    on: str = LATER_DAY,
    *,
    replaced_claim: PriorityClaim | None = None,
) -> Claim:
    return Claim(
        filing=of(LATER),
        action=action,
        claim=about,
        replaced_claim=replaced_claim,
        decision_date=day(on),
        criterion="dueCare" if action == "restore" else None,
    )


def claimed_twice(*, key_first: bool = True) -> MappingReader:
    """EP claims AU's filing by key and by number; then AU opens it."""
    proof = proved(FIRST, LATER_ID)
    made = (proof, BY_NUMBER) if key_first else (BY_NUMBER, proof)
    reader = MappingReader()
    reader.apply("AU", sealed(FIRST))
    for entry in (filing(LATER, "2026-09-01", made[0]), change("add", made[1], EARLIER)):
        assert reader.apply("EP", entry).status == "accepted"
    assert reader.apply("AU", opening(FIRST, NUMBER, FILED)).status == "accepted"
    return reader


def later_of(reader: MappingReader) -> FilingRecord:
    data = reader.get(filing_key("EP", "patent", LATER))
    assert data is not None
    return decode_filing(data)


def statuses(reader: MappingReader) -> list[ClaimStatus]:
    return [made.status for made in later_of(reader).claims]


def members(reader: MappingReader, *, without_disputed: bool = False) -> list[str]:
    family = find_family(reader, LATER_ID, "extended", without_disputed=without_disputed)
    return [member.filing_id for member in family.members]


CASES = list(product(NAMES, (True, False)))


@pytest.mark.parametrize(("name", "key_first"), CASES)
def test_a_withdrawal_by_either_name_withdraws_both(name: PriorityClaim, key_first: bool) -> None:
    reader = claimed_twice(key_first=key_first)
    assert members(reader) == [FIRST_ID, LATER_ID]
    assert reader.apply("EP", change("withdraw", name)).status == "accepted"
    assert statuses(reader) == ["withdrawn", "withdrawn"]
    assert members(reader) == [LATER_ID]
    for again in NAMES:
        assert reader.apply("EP", change("withdraw", again)).status == "repeated"


@pytest.mark.parametrize(("name", "key_first"), CASES[: 2 * 3])
def test_a_correction_by_either_name_replaces_both(name: PriorityClaim, key_first: bool) -> None:
    reader = claimed_twice(key_first=key_first)
    correction = change("correct", OTHER, replaced_claim=name)
    assert reader.apply("EP", correction).status == "accepted"
    assert statuses(reader) == ["corrected", "corrected", "claimed"]
    for again in NAMES[:3]:
        retried = change("correct", OTHER, replaced_claim=again)
        assert reader.apply("EP", retried).status == "repeated"


@pytest.mark.parametrize("name", NAMES)
def test_a_restoration_by_either_name_is_decided_of_both(name: PriorityClaim) -> None:
    reader = claimed_twice()
    assert reader.apply("EP", change("restore", name)).status == "accepted"
    assert statuses(reader) == ["restored", "restored"]


@pytest.mark.parametrize(("name", "back"), list(product(NAMES, NAMES)))
def test_a_dispute_by_either_name_is_about_both_and_is_taken_back_by_either(
    name: PriorityClaim, back: PriorityClaim
) -> None:
    reader = claimed_twice()
    assert reader.apply("JP", dispute("EP", LATER, name)).status == "accepted"
    assert reader.apply("JP", dispute("EP", LATER, back)).status == "repeated"
    assert members(reader, without_disputed=True) == [LATER_ID]
    assert disputed_joints(find_family(reader, LATER_ID, "extended")) == [1, 1]
    taken_back = dispute("EP", LATER, back, action="withdraw")
    assert reader.apply("JP", taken_back).status == "accepted"
    assert members(reader, without_disputed=True) == [FIRST_ID, LATER_ID]


def disputed_joints(family: Family) -> list[int]:
    """How many disputes each of the joints has that lead to the first filing."""
    joints = [joint for member in family.members for joint in member.joint_bag]
    return [
        len(joint.dispute_bag)
        for joint in dict.fromkeys(joints)
        if joint.earlier_filing_id == FIRST_ID
    ]


def test_a_dispute_by_number_before_the_opening_is_about_both_after_it() -> None:
    reader = MappingReader()
    reader.apply("AU", sealed(FIRST))
    reader.apply("EP", filing(LATER, "2026-09-01", proved(FIRST, LATER_ID), BY_NUMBER))
    assert reader.apply("JP", dispute("EP", LATER, BY_NUMBER)).status == "accepted"
    reader.apply("AU", opening(FIRST, NUMBER, FILED))
    assert members(reader, without_disputed=True) == [LATER_ID]
    assert reader.apply("JP", dispute("EP", LATER, BY_KEY)).status == "repeated"
    taken_back = dispute("EP", LATER, BY_KEY, action="withdraw")
    assert reader.apply("JP", taken_back).status == "accepted"
    data = reader.get(disputes_key(filing_key("EP", "patent", LATER), "JP"))
    assert data is not None
    assert [one.withdrawn_on is None for one in decode_disputes(data)] == [False]


def test_relations_made_by_key_and_by_number_are_disputed_as_one() -> None:
    by_number = RelatedFiling(
        relation="division",
        ip_office_code="AU",
        application_number_text=NUMBER,
        filing_date=day(FILED),
        right="patent",
    )
    bag = (related(FIRST, LATER_ID, "division"), by_number)
    reader = MappingReader()
    reader.apply("AU", sealed(FIRST))
    reader.apply("EP", replace(filing(LATER, "2026-09-01"), related_filing_bag=bag))
    reader.apply("AU", opening(FIRST, NUMBER, FILED))
    disputed = replace(dispute("EP", LATER, BY_NUMBER), relation="division")
    assert reader.apply("JP", disputed).status == "accepted"
    assert members(reader, without_disputed=True) == [LATER_ID]


def test_an_opened_filing_is_not_claimed_by_its_key_beside_its_number() -> None:
    reader = MappingReader()
    reader.apply("AU", sealed(FIRST))
    reader.apply("EP", filing(LATER, "2026-09-01", BY_NUMBER))
    reader.apply("AU", opening(FIRST, NUMBER, FILED))
    again = reader.apply("EP", change("add", proved(FIRST, LATER_ID)))
    assert again == Outcome("repeated", "", LATER_ID, 2, 0)
    assert statuses(reader) == ["claimed"]


def test_a_claim_of_another_date_stays_another_claim() -> None:
    wrong_day = replace(BY_NUMBER, filing_date=day("2026-03-21"))
    reader = MappingReader()
    reader.apply("AU", sealed(FIRST))
    reader.apply("EP", filing(LATER, "2026-09-01", proved(FIRST, LATER_ID), wrong_day))
    reader.apply("AU", opening(FIRST, NUMBER, FILED))
    assert reader.apply("EP", change("withdraw", BY_NUMBER)).status == "accepted"
    assert statuses(reader) == ["withdrawn", "claimed"]
    assert reader.apply("EP", change("withdraw", wrong_day)).status == "accepted"
    assert statuses(reader) == ["withdrawn", "withdrawn"]


def test_while_the_first_filing_is_sealed_nobody_can_know_that_both_are_one() -> None:
    reader = MappingReader()
    reader.apply("AU", sealed(FIRST))
    reader.apply("EP", filing(LATER, "2026-09-01", proved(FIRST, LATER_ID), BY_NUMBER))
    assert reader.get(sealed_key("AU", FIRST.claim_key)) is not None
    assert reader.apply("EP", change("withdraw", BY_NUMBER)).status == "accepted"
    assert statuses(reader) == ["claimed", "withdrawn"]
