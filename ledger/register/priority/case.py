"""Gathers from the register what the checks of a priority claim need: reading apart from judging."""

from dataclasses import dataclass, field
from datetime import date

import msgspec

from ledger.register.apply_filing import related_record
from ledger.register.entries import Right
from ledger.register.filing import (
    ACTIVE,
    ClaimRecord,
    FilingRecord,
    RelatedRecord,
    decode_coverage,
    decode_filing,
)
from ledger.register.keys import coverage_key, filing_key
from ledger.register.numbers import Number, normalise, read_earlier
from ledger.register.numbers.number import FORMAT_UNUSUAL
from ledger.register.offices import may_register, office_code
from ledger.register.periods import FIRST_RIGHTS, PERIOD_MONTHS, compute_period
from ledger.register.priority.dates import PARENTS_MAX, FilingDate, find_dates, judged_by
from ledger.register.reader import RegisterReader
from ledger.register.verification import Period, PriorityRequest, SecondFiling


@dataclass(slots=True)
class Case:
    """What the register knows about one request."""

    reader: RegisterReader
    request: PriorityRequest
    first_office: str
    """Empty where ST.3 knows no such code. WO for a PCT filing, though its receiving office was named."""
    second_office: str
    right: Right
    """Of the first filing: as stated, as found, else as assumed."""
    also_claimed: date | None = None
    """The earliest date of the other claims that are asked about."""
    is_connected: bool = False
    """Whether the office of first filing runs a node."""
    number: Number | None = None
    key: bytes = b""
    found: FilingRecord | None = None
    is_covered: bool = False
    """Whether the office declared its register complete for the claimed date, for every right looked under."""
    second: FilingRecord | None = None
    related: tuple[RelatedRecord, ...] = ()
    """What the second filing continues or divides: as registered, else as the request says."""
    claim: ClaimRecord | None = None
    """The claim of the second filing to this first one, as the register has it."""
    is_own_international: bool = False
    """The "first filing" is the PCT application whose national phase the second filing is."""
    period: Period | None = None
    calendar_doubt: str = ""
    """The reason code that tells why the period may rest on another office's calendar."""
    filed: FilingDate | None = None
    """The date of the second filing by which the period is judged; None where it is not known."""
    keys: list[bytes] = field(default_factory=list)


def gather(
    reader: RegisterReader, request: PriorityRequest, also_claimed: date | None = None
) -> Case:
    """Return what the register knows about the request."""
    first, second = request.first, request.second
    case = Case(
        reader=reader,
        request=request,
        first_office=office_code(first.ip_office_code),
        second_office=office_code(second.ip_office_code),
        right=first.right or FIRST_RIGHTS[second.right][0],
        also_claimed=also_claimed,
    )
    if case.first_office and first.application_number_text:
        _find_first(reader, case)
    case.is_connected = case.first_office in reader.offices
    if second.application_number_text:
        _find_second(reader, case)
    if case.second is None and second.related_filing_bag:
        given = second.related_filing_bag[:PARENTS_MAX]
        case.related = tuple(related_record(each, second.right) for each in given)
    case.is_own_international = _is_own_international(case)
    _set_period(reader, case)
    return case


def _find_first(reader: RegisterReader, case: Case) -> None:
    """Look under the right named or stated, then under the others that give priority; an equal date decides.

    Of an ambiguous number all readings are looked up.
    """
    first = case.request.first
    text, claimed_date = first.application_number_text, first.filing_date
    likely = FIRST_RIGHTS[case.request.second.right]
    named, searched = case.first_office, list[Right]()
    for right in likely if first.right is None else (first.right, *likely):
        office, number = read_earlier(named, right, text, claimed_date)
        if case.number is None:
            case.first_office, case.number, case.right = office, number, number.right
        if number.right in searched:
            continue
        if not number.match_key or not may_register(office, number.right):
            continue
        searched.append(number.right)
        is_meant = first.right is None or number.right == case.number.right
        if _look_up(reader, case, number, is_meant=is_meant):
            break
    if case.found is None and claimed_date is not None:
        covered = [_is_covered(reader, case, right, claimed_date) for right in searched]
        case.is_covered = bool(covered) and all(covered)


def _look_up(reader: RegisterReader, case: Case, number: Number, *, is_meant: bool) -> bool:
    """Look under all readings of the number; return whether one has the date claimed.

    Under a right that is not meant, only a filing of that date is the one: serial numbers of several
    rights overlap.
    """
    for match_key in (number.match_key, *number.alternatives):
        key = filing_key(case.first_office, number.right, match_key)
        data = reader.get(key)
        case.keys.append(key)
        if data is None:
            continue
        record = decode_filing(data)
        same_date = record.filing_date == case.request.first.filing_date
        if same_date or (is_meant and case.found is None):
            if match_key != number.match_key:
                canonical = record.canonical
                number = msgspec.structs.replace(
                    number,
                    canonical=canonical,
                    match_key=match_key,
                    alternatives=(number.match_key,),
                )
            case.number, case.right, case.key, case.found = number, number.right, key, record
        if same_date:
            return True
    return False


def _is_covered(reader: RegisterReader, case: Case, right: Right, claimed_date: date) -> bool:
    key = coverage_key(case.first_office, right)
    data = reader.get(key)
    case.keys.append(key)
    return data is not None and any(
        interval.from_date <= claimed_date <= interval.until_date
        for interval in decode_coverage(data)
    )


def second_key(second: SecondFiling) -> bytes:
    """Return the fact key of the second filing; empty where it is not named."""
    office, text = office_code(second.ip_office_code), second.application_number_text
    if not office or not text:
        return b""
    number = normalise(office, second.right, text, second.filing_date)
    return filing_key(office, number.right, number.match_key) if number.match_key else b""


def _find_second(reader: RegisterReader, case: Case) -> None:
    key = second_key(case.request.second)
    if not key:
        return
    data = reader.get(key)
    case.keys.append(key)
    if data is None:
        return
    record = decode_filing(data)
    case.second, case.related = record, record.related
    if case.number is not None and case.number.match_key:
        case.claim = _claim_made(case, case.number, record)


def _claim_made(case: Case, number: Number, second: FilingRecord) -> ClaimRecord | None:
    """Return the second filing's claim to the first: with the date asked about, then active, then the latest."""
    match_keys = (number.match_key, *number.alternatives)
    asked = case.request.first.filing_date
    made = [
        claim
        for claim in reversed(second.claims)
        if claim.office == case.first_office
        and claim.match_key in match_keys
        and claim.right in {None, case.right}
    ]

    def rank(claim: ClaimRecord) -> tuple[bool, bool]:
        return claim.filing_date == asked, claim.status in ACTIVE

    return max(made, key=rank, default=None)


def _is_own_international(case: Case) -> bool:
    """Return whether the second filing is the national phase of the PCT application that it claims.

    It says so, or has its date (PCT Art. 11(3)); unless it is the national phase of another one.
    """
    number, second = case.number, case.request.second
    if case.first_office != "WO" or case.second_office in {"", "WO"} or case.right != "patent":
        return False
    if number is None or not number.match_key or second.right not in FIRST_RIGHTS["patent"]:
        return False
    phases = [related for related in case.related if related.relation == "nationalPhase"]
    if phases:
        meant = {number.match_key, *number.alternatives}
        return any(phase.office == "WO" and phase.match_key in meant for phase in phases)
    if case.related:
        return False
    first_date = case.found.filing_date if case.found else case.request.first.filing_date
    return first_date is not None and first_date == second_date(case)


def second_date(case: Case) -> date:
    """Return the filing date of the second filing: as registered, else as the request says."""
    return case.request.second.filing_date if case.second is None else case.second.filing_date


def _set_period(reader: RegisterReader, case: Case) -> None:
    first_date = case.found.filing_date if case.found else case.request.first.filing_date
    months = PERIOD_MONTHS.get((case.right, case.request.second.right))
    office = _calendar_office(case)
    if first_date is not None and months is not None and office:
        period, keys = compute_period(reader, first_date, months, office)
        if case.calendar_doubt == "RECEIVING_OFFICE_UNKNOWN":
            period = msgspec.structs.replace(
                period, calendar="assumed", restorable_calendar="assumed"
            )
        case.period = period
        case.keys.extend(keys)
        _judge_date(reader, case, period)


def _judge_date(reader: RegisterReader, case: Case, period: Period) -> None:
    if not case.related:
        case.filed = FilingDate(second_date(case))
        return
    right = case.request.second.right
    filing_dates = find_dates(reader, second_date(case), case.related, right)
    case.filed = judged_by(filing_dates, period, case.key)
    case.keys.extend(filing_dates.keys)


def _calendar_office(case: Case) -> str:
    """Return whose closed days count: for a PCT filing the receiving office's (PCT Rule 80.5)."""
    for related in case.related:
        if related.relation == "nationalPhase" and related.office == "WO":
            return office_code(related.match_key[:2]) or "WO"
    if case.second_office != "WO" or case.request.second.right != "patent":
        return case.second_office
    told = [office for office in _receiving_offices(case) if office]
    if not told:
        case.calendar_doubt = "RECEIVING_OFFICE_UNKNOWN"
        return "WO"
    if len(set(told)) > 1:
        case.calendar_doubt = "RECEIVING_OFFICE_DIFFERS"
    return told[0]


def _receiving_offices(case: Case) -> tuple[str, str, str]:
    """Return the receiving office as registered, as the request and as the number says; empty: unknown."""
    second = case.request.second
    registered = "" if case.second is None else case.second.receiving_office
    number = normalise("WO", "patent", second.application_number_text or "", second.filing_date)
    in_number = "" if FORMAT_UNUSUAL in number.warnings else number.match_key[:2]
    return registered, office_code(second.receiving_office_code or ""), office_code(in_number)
