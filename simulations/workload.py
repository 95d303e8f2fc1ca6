"""Submissions of made-up filings, signed by their offices; numbers run on, as an office's do."""

from collections import Counter
from datetime import date, timedelta

from crypto.jws import sign_submission
from ledger.genesis import Genesis
from ledger.register.entries import Entry, Filing, PriorityClaim
from ledger.submission import NONCE_SIZE, Submission, admit, encode_payload
from simulations.identities import key_of

FIRST_DAY = date(2024, 1, 1)
FIRST_SERIAL = 10


class FilingNumbers:
    """The serial numbers that each office has given out: they run on without a gap."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def next_filings(self, office: str, filings: int) -> tuple[Filing, ...]:
        """So many new filings of the office."""
        first = FIRST_SERIAL + self._given[office]
        self._given[office] += filings
        return tuple(filing(office, first + index) for index in range(filings))


def filing(office: str, serial: int) -> Filing:
    """The office's filing of this serial number; every second one claims the priority of the one before."""
    claims: tuple[PriorityClaim, ...] = ()
    if serial % 2:
        earlier = FIRST_DAY + timedelta(days=(serial - 1) % 300)
        claims = (
            PriorityClaim(
                ip_office_code=office,
                application_number_text=f"2024{serial - 1:06}",
                filing_date=earlier,
            ),
        )
    return Filing(
        right="patent",
        application_number_text=f"2024{serial:06}",
        filing_date=FIRST_DAY + timedelta(days=serial % 300),
        priority_claim_bag=claims,
    )


def submission(
    genesis: Genesis, office: str, entries: tuple[Entry, ...], *, unix_ms: int, nonce: int
) -> Submission:
    """A signed and admitted submission of the office, valid for five minutes."""
    payload = encode_payload(
        genesis.network_id(),
        office,
        unix_ms + 300_000,
        nonce.to_bytes(NONCE_SIZE, "big"),
        entries,
    )
    return admit(sign_submission(key_of(office), office, payload), genesis.keyring())
