"""The shipped sample: real filings in the form of the API, enough for the demonstration."""

from datetime import date

import msgspec
import pytest

from ledger.register.entries import ClosedDays, Coverage, Filing, PriorityClaim
from node.demo.sample import DemoClaim, load_claims, load_declarations, load_filings

OFFICES = ("AU", "EP", "JP", "US")


def test_every_filing_of_the_sample_is_an_entry_of_one_of_the_four_offices() -> None:
    filings = load_filings()
    assert set(filings) == set(OFFICES)
    assert 300 <= sum(map(len, filings.values())) <= 400
    assert all(isinstance(f, Filing) for rows in filings.values() for f in rows)


def test_no_filing_of_the_sample_occurs_twice() -> None:
    for office, filings in load_filings().items():
        keys = [(f.right, f.application_number_text) for f in filings]
        assert len(keys) == len(set(keys)), office


def test_every_office_declares_coverage_and_closed_days() -> None:
    for office, entries in load_declarations().items():
        assert office in OFFICES
        assert any(isinstance(entry, Coverage) for entry in entries)
        assert any(isinstance(entry, ClosedDays) for entry in entries)


def test_closed_days_lie_in_their_year() -> None:
    for entries in load_declarations().values():
        for entry in entries:
            if isinstance(entry, ClosedDays):
                assert {day.date.year for day in entry.closed_day_bag} == {entry.year}


def test_the_filings_lie_inside_the_declared_coverage() -> None:
    coverage = {
        (office, entry.right): entry
        for office, entries in load_declarations().items()
        for entry in entries
        if isinstance(entry, Coverage)
    }
    for office, filings in load_filings().items():
        for filing in filings:
            declared = coverage[office, filing.right]
            assert declared.from_date <= filing.filing_date <= declared.until_date


def test_the_six_claims_have_the_six_answers() -> None:
    claims = load_claims()
    assert [claim.expected for claim in claims] == [
        "confirmed",
        "confirmed",
        "late",
        "noSuchFiling",
        "mismatch",
        "undetermined",
    ]
    assert {claim.asked_at for claim in claims} <= set(OFFICES)


def test_the_wrong_digit_is_no_filing_of_the_sample() -> None:
    wrong = next(c for c in load_claims() if c.expected == "noSuchFiling")
    numbers = {f.application_number_text for f in load_filings()["US"]}
    assert wrong.first.application_number_text not in numbers


def _filing_of(claim: DemoClaim) -> Filing:
    filings = load_filings()[claim.second.ip_office_code]
    number = claim.second.application_number_text
    return next(f for f in filings if f.application_number_text == number)


@pytest.mark.parametrize("outcome", ["confirmed", "mismatch", "undetermined"])
def test_the_second_filings_claim_what_is_verified(outcome: str) -> None:
    claim = next(c for c in load_claims() if c.expected == outcome)
    claimed = [c.ip_office_code for c in _filing_of(claim).priority_claim_bag]
    assert claim.first.ip_office_code in claimed


def test_the_sample_holds_the_real_case_of_columbus_day() -> None:
    french = PriorityClaim(
        ip_office_code="FR",
        application_number_text="0707161",
        filing_date=date(2007, 10, 12),
    )
    assert [f.filing_date for f in load_filings()["US"] if f.priority_claim_bag == (french,)] == [
        date(2008, 10, 14)
    ]


def test_a_filing_of_the_sample_decodes_from_the_form_it_is_sent_in() -> None:
    filing = load_filings()["US"][0]
    assert msgspec.json.decode(msgspec.json.encode(filing), type=Filing) == filing
