"""Tiny builders for tests of the register."""

from datetime import date

from builders.offices import NETWORK

from ledger.register.applied import Applied, Position
from ledger.register.apply import apply_entry
from ledger.register.calendar import Closed, extend_over_closed_days
from ledger.register.entries import (
    Claim,
    ClosedDay,
    ClosedDays,
    Coverage,
    Dispute,
    DisputeAction,
    Entry,
    Filing,
    FilingReference,
    PriorityClaim,
    Relation,
    Right,
    Weekday,
)
from ledger.register.memory import MemoryRegister
from ledger.register.outcome import Outcome
from ledger.register.reader import RegisterReader
from ledger.register.verification import FirstFiling, PriorityRequest, SecondFiling

TIME_MS = 1_795_000_000_000  # November 2026
OFFICES = ("AU", "EP", "JP", "US", "WO")


def day(text: str) -> date:
    return date.fromisoformat(text)


class MappingReader(MemoryRegister):
    """A register of November 2026."""

    def __init__(self, offices: tuple[str, ...] = OFFICES) -> None:
        super().__init__(offices, TIME_MS, NETWORK)

    def apply(self, office: str, entry: Entry) -> Outcome:
        """Enter one entry in a block of its own."""
        return self.enter(office, entry)

    def applied(self, office: str, entry: Entry) -> Applied:
        """What an entry would do, in a block of its own; nothing is changed but the height."""
        self.height += 1
        position = Position(self.height, 0, self.time_ms, self.network_id)
        return apply_entry(self.get, office, entry, position)


def claim(office: str, number: str, filed: str | None, right: Right | None = None) -> PriorityClaim:
    filing_date = None if filed is None else day(filed)
    return PriorityClaim(
        ip_office_code=office,
        application_number_text=number,
        filing_date=filing_date,
        right=right,
    )


def filing(number: str, filed: str, *claims: PriorityClaim, right: Right = "patent") -> Filing:
    return Filing(
        right=right,
        application_number_text=number,
        filing_date=day(filed),
        priority_claim_bag=claims,
    )


def pct(number: str, filed: str, receiving_office: str, *claims: PriorityClaim) -> Filing:
    return Filing(
        right="patent",
        application_number_text=number,
        filing_date=day(filed),
        receiving_office_code=receiving_office,
        priority_claim_bag=claims,
    )


def coverage(from_date: str, until_date: str, right: Right = "patent") -> Coverage:
    return Coverage(right=right, from_date=day(from_date), until_date=day(until_date))


def closed_days(year: int, *days: str, rest_days: tuple[Weekday, ...] | None = None) -> ClosedDays:
    """Each day is a date, with ` NAME` and ` @PLACE` behind it where they matter."""
    bag = []
    for text in days:
        named, _, place = text.partition(" @")
        bag.append(ClosedDay(date=day(named[:10]), name=named[11:], filing_place=place))
    return ClosedDays(year=year, closed_day_bag=tuple(bag), weekly_rest_day_bag=rest_days)


def closed(reader: RegisterReader, office: str, on: date) -> Closed | None:
    """Why the office is closed on this day; None: it is open."""
    return dict(extend_over_closed_days(reader, office, on).passed_over).get(on)


def of(number: str, right: Right = "patent") -> FilingReference:
    return FilingReference(right=right, application_number_text=number)


def withdrawal(number: str, named: PriorityClaim, decided: str) -> Claim:
    return Claim(filing=of(number), action="withdraw", claim=named, decision_date=day(decided))


def dispute(
    filing_of: str,
    number: str,
    named: PriorityClaim,
    reason: str = "a digit is wrong",
    *,
    action: DisputeAction = "raise",
    decided: str = "2014-01-07",
    relation: Relation | None = None,
) -> Dispute:
    return Dispute(
        claiming_office_code=filing_of,
        filing=of(number),
        action=action,
        claim=named,
        relation=relation,
        reason_text=reason,
        decision_date=day(decided),
    )


def asking(
    first: tuple[str, str, str],
    second: tuple[str, str],
    *,
    first_right: Right | None = "patent",
    right: Right = "patent",
    number: str | None = None,
) -> PriorityRequest:
    """The claim of `second` (office, date) to `first` (office, number, date; an empty date is none)."""
    return PriorityRequest(
        first=FirstFiling(
            ip_office_code=first[0],
            application_number_text=first[1],
            filing_date=day(first[2]) if first[2] else None,
            right=first_right,
        ),
        second=SecondFiling(
            ip_office_code=second[0],
            filing_date=day(second[1]),
            right=right,
            application_number_text=number,
        ),
    )
