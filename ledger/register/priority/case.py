"""A priority claim and what the register knows of it: what the checks judge by (read by `gathering`)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ledger.register.entries import Right
from ledger.register.filing import (
    ACTIVE,
    ClaimRecord,
    FilingRecord,
    RelatedRecord,
)
from ledger.register.numbers import Number, is_provisional
from ledger.register.priority.dates import FilingDate
from ledger.register.priority.unlock import Unlocked
from ledger.register.reader import RegisterReader
from ledger.register.verification import Period, PriorityRequest

OwnInternational = Literal["", "stated", "assumed"]
"""Not, by the relation that the second filing states, or by the same date alone (register.md C3)."""


@dataclass(slots=True)
class Case:
    """What the register knows about one request."""

    reader: RegisterReader
    request: PriorityRequest
    first_office: str
    """Empty where ST.3 knows no such code. WO for a PCT filing, though its receiving office was named."""
    second_office: str
    """As `first_office`."""
    second_right: Right
    """As its number names it, else as the request says."""
    second_key: bytes
    """Its fact key; empty where it is not named."""
    right: Right
    """Of the first filing: as stated, as found, else as assumed."""
    also_claimed: date | None = None
    """The earliest date of the other claims that are asked about."""
    is_connected: bool = False
    """Whether the office of first filing runs a node."""
    number: Number | None = None
    key: bytes = b""
    """Of the filing found: of a sealed one its key as such."""
    found: FilingRecord | None = None
    """What the access code unlocked is found with number and date as asked."""
    unlocked: Unlocked | None = None
    """What the access code unlocked, if that is what was found."""
    is_covered: bool = False
    """Whether the office declared its register complete for the claimed date, for every right looked under."""
    has_sealed: bool = False
    """Whether the office has filings that are sealed, where none was found: this may be one (register.md S6)."""
    second: FilingRecord | None = None
    is_second_provisional: bool = False
    """Whether the second filing is a provisional application, which claims nothing (35 USC 111(b)(7))."""
    related: tuple[RelatedRecord, ...] = ()
    """What the second filing continues or divides: as registered, else as the request says."""
    claim: ClaimRecord | None = None
    """The claim of the second filing to this first one, as the register has it."""
    own_international: OwnInternational = ""
    """Whether the "first filing" is the PCT application whose national phase the second filing is."""
    period: Period | None = None
    calendar_doubt: str = ""
    """The reason code that tells why the period may rest on another office's calendar."""
    filed: FilingDate | None = None
    """The date of the second filing by which the period is judged; None where it is not known."""
    keys: list[bytes] = field(default_factory=list)


def find_claim(case: Case, filing: FilingRecord) -> ClaimRecord | None:
    """Return a filing's claim to the first one: with the date asked about, then of its right, active, the latest.

    A claim that states another right is this one only if its date agrees: numbers of rights overlap.
    """
    number, asked = case.number, case.request.first.filing_date
    if number is None or not number.match_key:
        return None
    match_keys = (number.match_key, *number.alternatives)
    dates = {asked, None if case.found is None else case.found.filing_date} - {None}
    claim_key = "" if case.found is None else case.found.claim_key

    def is_meant(claim: ClaimRecord) -> bool:
        return claim.right in {None, case.right}

    def rank(claim: ClaimRecord) -> tuple[bool, bool, bool]:
        return claim.filing_date == asked, is_meant(claim), claim.status in ACTIVE

    def names_first(claim: ClaimRecord) -> bool:
        if claim_key and claim.claim_key == claim_key:
            return True
        is_same = claim.match_key in match_keys
        return is_same and (is_meant(claim) or claim.filing_date in dates)

    made = [
        claim
        for claim in reversed(filing.claims)
        if claim.office == case.first_office and names_first(claim)
    ]
    claim = max(made, key=rank, default=None)
    return claim if claim is None or case.unlocked is None else case.unlocked.tell(claim)


def claims_own_provisional(case: Case) -> bool:
    """Return whether a United States filing claims a provisional one there: 35 USC 119(e), and not the Convention."""
    number = case.number
    if case.second_office != "US" or number is None:
        return False
    return is_provisional(case.first_office, case.right, number.match_key)


def first_date(case: Case) -> date | None:
    """Return the filing date of the first filing: as registered, else as the request says."""
    return case.request.first.filing_date if case.found is None else case.found.filing_date


def second_date(case: Case) -> date:
    """Return the filing date of the second filing: as registered, else as the request says."""
    return case.request.second.filing_date if case.second is None else case.second.filing_date


def judged_day(case: Case) -> date:
    """Return the date by which the second filing is judged; its own where that is not known."""
    return second_date(case) if case.filed is None else case.filed.day
