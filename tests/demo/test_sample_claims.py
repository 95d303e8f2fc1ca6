"""The six claims of the sample, verified by the register's own rules over the whole sample."""

from collections.abc import Iterator

import pytest

from ledger.register.apply import Position, apply_entry
from ledger.register.family import find_family
from ledger.register.priority import verify_priority
from ledger.register.verification import PriorityRequest
from node.demo.sample import DemoClaim, load_claims, load_declarations, load_filings


class SampleRegister:
    """The register after the sample, in memory: a `RegisterReader`."""

    height = 1
    time_ms = 1_795_000_000_000  # November 2026
    offices = ("AU", "EP", "JP", "US")

    def __init__(self) -> None:
        self._facts: dict[bytes, bytes] = {}
        self.statuses: list[tuple[str, str]] = []
        self._index = 0
        for entries in (load_filings(), load_declarations()):
            for office, of_office in entries.items():
                for entry in of_office:
                    applied = apply_entry(
                        self.get, office, entry, Position(1, self._index, self.time_ms)
                    )
                    self._index += 1
                    self._facts.update(applied.facts)
                    self._facts.update(applied.links)
                    self.statuses.append((applied.outcome.status, applied.outcome.reason))

    def get(self, key: bytes) -> bytes | None:
        return self._facts.get(key)

    def scan(
        self, prefix: bytes, after: bytes = b"", limit: int | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        keys = sorted(key for key in self._facts if key.startswith(prefix) and key > after)
        return ((key, self._facts[key]) for key in keys[:limit])


@pytest.fixture(scope="module")
def register() -> SampleRegister:
    return SampleRegister()


def test_every_row_of_the_sample_is_accepted(register: SampleRegister) -> None:
    assert {status for status, _ in register.statuses} == {"accepted"}


@pytest.mark.parametrize("claim", load_claims(), ids=lambda claim: claim.expected)
def test_a_claim_of_the_sample_gets_its_answer(register: SampleRegister, claim: DemoClaim) -> None:
    answer = verify_priority(register, PriorityRequest(first=claim.first, second=claim.second))
    assert answer.outcome == claim.expected, answer.reasons
    if claim.expected_last_day is not None:
        assert answer.period is not None
        assert answer.period.last_date == claim.expected_last_day


def test_the_family_of_the_story_spans_three_offices(register: SampleRegister) -> None:
    family = find_family(register, "US.patent.11964952", "extended")
    assert {"EP", "JP", "US"} <= {member.ip_office_code for member in family.members}
