"""The six claims of the sample, verified by the register's own rules over the whole sample."""

import pytest

from ledger.register.family import find_family
from ledger.register.memory import MemoryRegister
from ledger.register.priority import verify_priority
from ledger.register.verification import PriorityRequest
from node.demo.sample import DemoClaim, load_claims, load_declarations, load_filings

TIME_MS = 1_795_000_000_000  # November 2026


@pytest.fixture(scope="module")
def register() -> MemoryRegister:
    """The register after the sample."""
    made = MemoryRegister(("AU", "EP", "JP", "US"), TIME_MS)
    for entries in (load_filings(), load_declarations()):
        for office, of_office in entries.items():
            for entry in of_office:
                assert made.enter(office, entry).status == "accepted"
    return made


@pytest.mark.parametrize("claim", load_claims(), ids=lambda claim: claim.expected)
def test_a_claim_of_the_sample_gets_its_answer(register: MemoryRegister, claim: DemoClaim) -> None:
    answer = verify_priority(register, PriorityRequest(first=claim.first, second=claim.second))
    assert answer.outcome == claim.expected, answer.reasons
    if claim.expected_last_day is not None:
        assert answer.period is not None
        assert answer.period.last_date == claim.expected_last_day


def test_the_family_of_the_story_spans_three_offices(register: MemoryRegister) -> None:
    family = find_family(register, "US.patent.11964952", "extended")
    assert {"EP", "JP", "US"} <= {member.ip_office_code for member in family.members}
