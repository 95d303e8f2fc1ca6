"""Which entries of a block can concern an office: bulk loads are passed over unread, and nothing hides in them."""

import msgspec
import pytest
from builders.ledgers import START_MS, filing, opened, signed, submission

from ledger.block_entries import accepted_entries, concerning_entries
from ledger.register.entries import Filing, PriorityClaim
from ledger.submission import holds_bare_filings

CLAIM = PriorityClaim(
    ip_office_code="AU",
    application_number_text="2013000001",
    filing_date=filing(1).filing_date,
)


def claiming(serial: int) -> Filing:
    return msgspec.structs.replace(filing(serial), priority_claim_bag=(CLAIM,))


def test_filings_without_claims_in_our_own_form_are_seen_to_be_bare() -> None:
    assert holds_bare_filings(signed(*map(filing, range(50))), 50)


@pytest.mark.parametrize(
    "written",
    [
        msgspec.json.encode(claiming(1)),
        msgspec.json.encode(claiming(1)).replace(b"priorityClaimBag", rb"priorityClaim\u0042ag"),
        msgspec.json.format(msgspec.json.encode(filing(1))),
        msgspec.json.encode(filing(1)).replace(b'"filing"', rb'"fil\u0069ng"'),
    ],
    ids=["a claim", "a claim with an escaped name", "other white space", "an escaped category"],
)
def test_what_is_written_otherwise_or_claims_is_not(written: bytes) -> None:
    data = signed(filing(2), msgspec.Raw(written))
    assert not holds_bare_filings(data, 2)


def test_a_claim_with_an_escaped_name_concerns_the_office_whose_filing_it_names() -> None:
    hidden = msgspec.json.encode(claiming(7)).replace(
        b"priorityClaimBag", rb"priorityClaim\u0042ag"
    )
    ledger = opened()
    ledger.append(1, START_MS, [submission(*map(filing, range(1, 4)))])
    later = submission(filing(20), msgspec.Raw(hidden), office="EP")
    ledger.append(2, START_MS, [later])
    assert len(accepted_entries(ledger.block(2))) == 2
    (entered,) = concerning_entries(ledger.reader, ledger.block(2))
    assert (entered.index, entered.office) == (1, "EP")
    (claimed,) = concerning_entries(ledger.reader, ledger.block(1))
    assert claimed.subject == "AU.patent.2013000001"


def test_a_block_of_bare_filings_and_empty_ones_concern_nobody() -> None:
    ledger = opened()
    ledger.append(
        1, START_MS, [submission(*map(filing, range(20))), submission(filing(99), office="EP")]
    )
    ledger.append(2, START_MS, [])
    for height in (1, 2):
        assert concerning_entries(ledger.reader, ledger.block(height)) == []
