"""Lists of claim changes: as a table, JSON and JSON Lines, read back as they were written."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from listed_builders import CLAIMS, DATES, NUMBERS, RIGHTS

from api.explain import FieldError
from api.formats.claims import MEDIA_TYPES, WRITERS, read_claims
from api.formats.row import ListedClaim
from ledger.register.entries import Claim, FilingReference, PriorityClaim

CHANGES = st.builds(
    Claim,
    filing=st.builds(
        FilingReference,
        right=st.sampled_from(RIGHTS),
        application_number_text=NUMBERS,
        filing_date=st.none() | DATES,
    ),
    action=st.sampled_from(("add", "correct", "withdraw", "restore")),
    claim=CLAIMS,
    replaced_claim=st.none() | CLAIMS,
    decision_date=DATES,
    criterion=st.none() | st.sampled_from(("dueCare", "unintentional")),
    request_key=st.none() | NUMBERS,
    request_date=st.none() | DATES,
)


@pytest.mark.parametrize(("name", "media_type"), [("csv", "text/csv"), ("jsonl", MEDIA_TYPES[1])])
@given(claims=st.lists(st.builds(ListedClaim, st.just("AU"), CHANGES), max_size=4))
def test_a_list_of_changes_is_read_back_equal(
    name: str, media_type: str, claims: list[ListedClaim]
) -> None:
    rows = list(read_claims(media_type, b"".join(WRITERS[name](claims))))
    assert [row.errors for row in rows] == [()] * len(claims)
    assert [ListedClaim(row.office, row.claim) for row in rows if row.claim] == claims


def test_faults_name_the_columns_of_the_claim_and_of_the_one_it_replaces() -> None:
    table = (
        b"right,applicationNumberText,action,decisionDate,claimFilingDate,replacedClaimFilingDate\n"
        b"patent,1,correct,yesterday,2.1.2020,2020-13-01\n"
    )
    (row,) = read_claims("text/csv", table)
    assert row.errors == (
        FieldError("claimFilingDate", "a date as YYYY-MM-DD", '"2.1.2020"'),
        FieldError("replacedClaimFilingDate", "a date as YYYY-MM-DD", '"2020-13-01"'),
        FieldError("decisionDate", "a date as YYYY-MM-DD", '"yesterday"'),
    )


@pytest.mark.parametrize("line", [b"7", b"null", b"{", b"[]", b'{"ipOfficeCode":7}', b"[" * 5000])
def test_a_hostile_line_is_one_malformed_row(line: bytes) -> None:
    good = next(WRITERS["jsonl"]([ListedClaim("AU", change())]))
    bad, read = read_claims("application/jsonl", line + b"\n" + good)
    assert bad.claim is None
    assert bad.errors
    assert read.claim == change()


def change() -> Claim:
    return Claim(
        filing=FilingReference(right="patent", application_number_text="2013287263"),
        action="withdraw",
        claim=PriorityClaim(ip_office_code="US", application_number_text="61/610,420"),
        decision_date=date(2014, 2, 3),
    )
