"""Verifies the priority claims of one filing together (register.md V7).

Paris Convention Art. 4F lets a filing claim several priorities. Only together do they show which date
counts (the earliest, PCT Art. 2(xi)), which claim says the same as another, and which contradicts it.
"""

from collections.abc import Iterator
from datetime import date

from ledger.register.apply_filing import related_record
from ledger.register.filing import ACTIVE, ClaimRecord, FilingRecord, parse_filing_id
from ledger.register.keys import RIGHTS, filing_id, is_sealed
from ledger.register.numbers import normalise
from ledger.register.priority import verify_priority
from ledger.register.priority.calendar_office import CalendarOffice
from ledger.register.priority.dates import PARENTS_MAX, FilingDate, find_dates
from ledger.register.priority.findings import find_findings
from ledger.register.priority.sealed_claim import of_sealed
from ledger.register.priority.second_filing import Second, find_second
from ledger.register.priority.unlock import Unlocked, as_unlocked
from ledger.register.reader import RegisterReader
from ledger.register.verification import (
    GIVES_PRIORITY,
    ClaimVerification,
    FilingQuestion,
    FilingVerification,
    FirstFiling,
    PriorityRequest,
    SecondFiling,
)
from ledger.register.view import with_code


def question_about(key: bytes, record: FilingRecord) -> FilingQuestion:
    """Return the question about all claims of a registered filing."""
    text = key.decode()
    second = SecondFiling(
        ip_office_code=text[1:3],
        filing_date=record.filing_date,
        right=RIGHTS[text[3]],
        application_number_text=record.canonical,
        receiving_office_code=record.receiving_office or None,
    )
    return FilingQuestion(second=second)


def claims_asked(
    reader: RegisterReader, question: FilingQuestion
) -> tuple[FirstFiling | ClaimRecord, ...]:
    """Return the claims that are meant: those named, else those that the filing makes and that stand.

    A sealed one whose first filing is not published cannot be asked about by number: it stays its record.
    """
    if question.priority_claim_bag:
        return question.priority_claim_bag
    record = find_second(reader, question.second).record
    claims = record.claims if record is not None else ()
    return tuple(_asked(claim) for claim in claims if claim.status in ACTIVE)


def _asked(claim: ClaimRecord) -> FirstFiling | ClaimRecord:
    if claim.claim_key and not claim.match_key:
        return claim
    return FirstFiling(
        ip_office_code=claim.office,
        application_number_text=claim.number,
        filing_date=claim.filing_date,
        right=claim.right,
    )


def verify_claims(
    reader: RegisterReader,
    second: SecondFiling,
    claims: tuple[FirstFiling | ClaimRecord, ...],
    *,
    with_suggestions: bool = True,
) -> Iterator[ClaimVerification]:
    """Yield the verification of each claim, in order; suggestions are guesses, which no proof holds."""
    earliest = _earliest(claim.filing_date for claim in claims)
    for number, claim in enumerate(claims, 1):
        if isinstance(claim, ClaimRecord):
            first = FirstFiling(ip_office_code=claim.office, application_number_text=claim.number)
            verification = of_sealed(reader, claim)
        else:
            first = claim.without_secret
            asked = PriorityRequest(first=claim, second=second)
            verification = verify_priority(
                reader, asked, earliest, with_suggestions=with_suggestions
            )
        yield ClaimVerification(number=number, first=first, verification=verification)


def conclude(
    reader: RegisterReader, second: SecondFiling, claims: tuple[ClaimVerification, ...]
) -> FilingVerification:
    """Return what the claims of a filing give it together."""
    unlocked = _unlocked(reader, claims)
    for first in unlocked:
        reader = with_code(reader, first.sealed_as)
    found = find_second(reader, second)
    record = found.record
    filed = second.filing_date if record is None else record.filing_date
    kept = _kept_date(reader, second, found, unlocked)
    valid = [claim for claim in claims if claim.verification.outcome in GIVES_PRIORITY]
    firsts = (claim.verification.first_filing for claim in valid)
    priority_date = _earliest(first.filing_date for first in firsts if first is not None) or kept
    claimed = _earliest(claim.first.filing_date for claim in claims) or kept
    return FilingVerification(
        ip_office_code=second.ip_office_code,
        filing_id=filing_id(found.key) if record is not None else "",
        filing_date=filed,
        right=found.right,
        summary=_summary(claims, valid, priority_date, claimed, filed),
        claims=claims,
        claimed_priority_date=claimed,
        priority_date=priority_date,
        findings=find_findings(reader, second, claims),
        height=reader.height,
        time_ms=reader.time_ms,
    )


def verify_filing(
    reader: RegisterReader, question: FilingQuestion, *, with_suggestions: bool = True
) -> FilingVerification:
    """Return the verification of several claims of one filing, and what they show together."""
    second, claims = question.second, claims_asked(reader, question)
    verified = verify_claims(reader, second, claims, with_suggestions=with_suggestions)
    return conclude(reader, second, tuple(verified))


def _unlocked(
    reader: RegisterReader, claims: tuple[ClaimVerification, ...]
) -> tuple[Unlocked, ...]:
    """Return the sealed first filings that access codes unlocked, as the answers tell of them."""
    found: list[Unlocked] = []
    for claim in claims:
        first = claim.verification.first_filing
        if first is None or not is_sealed(key := parse_filing_id(first.filing_id)):
            continue
        office, text = key[1:3].decode(), first.application_number_text
        number = normalise(office, first.right, text, first.filing_date)
        found.append(as_unlocked(with_code(reader, key), key, number, first.filing_date))
    return tuple(found)


def _kept_date(
    reader: RegisterReader, second: SecondFiling, found: Second, unlocked: tuple[Unlocked, ...]
) -> date:
    """Return the date that the filing has in law: a division its parent's, a national phase its PCT filing's.

    EPC Art. 76(1), Paris Convention Art. 4G; PCT Art. 11(3). Where none of them is known, its own.
    """
    filed = second.filing_date if found.record is None else found.record.filing_date
    if found.record is not None:
        related = found.record.related
    else:
        given = second.related_filing_bag[:PARENTS_MAX]
        related = tuple(related_record(each, found.right) for each in given)
    own = FilingDate(filed, CalendarOffice(found.office))
    dates = find_dates(reader, own, related, found.right, unlocked)
    inherited = (each.day for each in dates.dates if each.is_inherited)
    return filed if any(each.is_own for each in dates.dates) else _earliest(inherited) or filed


def _earliest(dates: Iterator[date | None]) -> date | None:
    return min((day for day in dates if day is not None), default=None)


def _summary(
    claims: tuple[ClaimVerification, ...],
    valid: list[ClaimVerification],
    priority_date: date,
    claimed: date,
    filed: date,
) -> str:
    kept = "" if valid or priority_date == filed else ", which it keeps"
    counts = f"the filing date counts, {priority_date}{kept}"
    asked = [claim for claim in claims if claim.verification.outcome != "nationalPhase"]
    if not asked:
        named = "Its own international application and no other priority is named"
        return f"{named if claims else 'No priority is claimed'}; {counts}."
    count = f"{len(valid)} of {len(asked)} claims {'is' if len(valid) == 1 else 'are'} confirmed"
    beside = f", while {claimed} is claimed" if claimed != priority_date else ""
    if valid:
        counts = f"the earliest priority date that they give is {priority_date}"
    return f"{count}; {counts}{beside}."
