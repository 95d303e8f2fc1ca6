"""Gathers from the register what the checks of a priority claim need: reading apart from judging."""

from datetime import date

import msgspec

from ledger.register.apply_filing import related_record
from ledger.register.entries import Right
from ledger.register.filing import ACTIVE, decode_coverage
from ledger.register.keys import coverage_key, filing_key, sealed_count_key
from ledger.register.nodes import load_open
from ledger.register.numbers import Number, read_earlier
from ledger.register.offices import may_register, office_code
from ledger.register.periods import FIRST_RIGHTS, PERIOD_MONTHS
from ledger.register.priority.calendar_office import calendar_office
from ledger.register.priority.case import (
    Case,
    OwnInternational,
    find_claim,
    first_date,
    second_date,
)
from ledger.register.priority.dates import PARENTS_MAX, FilingDate, find_dates
from ledger.register.priority.judged_date import Periods, judge, period_at
from ledger.register.priority.second_filing import find_second
from ledger.register.priority.unlock import readings, unlock
from ledger.register.reader import RegisterReader
from ledger.register.sealed import count_of_sealed
from ledger.register.verification import PriorityRequest
from ledger.register.view import with_code


def gather(
    reader: RegisterReader, request: PriorityRequest, also_claimed: date | None = None
) -> Case:
    """Return what the register knows about the request."""
    first, asked = request.first, request.second
    second = find_second(reader, asked)
    case = Case(
        reader=reader,
        request=request,
        first_office=office_code(first.ip_office_code),
        second_office=second.office,
        second_right=second.right,
        second_key=second.key,
        is_second_provisional=second.is_provisional,
        right=first.right or FIRST_RIGHTS[second.right][0],
        also_claimed=also_claimed,
    )
    if case.first_office and first.application_number_text:
        _find_first(reader, case)
    if case.unlocked is not None:
        case.reader = reader = with_code(reader, case.unlocked.sealed_as)
        second = find_second(reader, asked)
    case.is_connected = case.first_office in reader.offices
    case.keys += second.keys
    if second.record is not None:
        related = second.record.related
        if case.unlocked is not None:
            related = tuple(map(case.unlocked.tell, related))
        case.second, case.related = second.record, related
        case.claim = find_claim(case, second.record)
    elif asked.related_filing_bag:
        given = asked.related_filing_bag[:PARENTS_MAX]
        case.related = tuple(related_record(each, second.right) for each in given)
    case.own_international = _own_international(case)
    _set_period(reader, case, second.match_key)
    return case


def _find_first(reader: RegisterReader, case: Case) -> None:
    """Look under the right named or stated, then under the others that give priority; an equal date decides.

    Of an ambiguous number all readings are looked up.
    """
    first = case.request.first
    text, claimed_date = first.application_number_text, first.filing_date
    likely = FIRST_RIGHTS[case.second_right]
    named, searched = case.first_office, dict[Right, Number]()
    for right in likely if first.right is None else (first.right, *likely):
        office, number = read_earlier(named, right, text, claimed_date)
        if case.number is None:
            case.first_office, case.number, case.right = office, number, number.right
        if number.right in searched:
            continue
        if not number.match_key or not may_register(office, number.right):
            continue
        searched[number.right] = number
        is_meant = first.right is None or number.right == case.number.right
        if _look_up(reader, case, number, is_meant=is_meant):
            return
    if first.access_code is not None and claimed_date is not None:
        _unlock(reader, case, named, claimed_date)
    if case.found is None and claimed_date is not None:
        covered = [_is_covered(reader, case, right, claimed_date) for right in searched]
        case.is_covered = bool(covered) and all(covered)
    if case.found is None and searched:
        case.keys.append(sealed_count_key(case.first_office))
        case.has_sealed = count_of_sealed(reader.get, case.first_office) > 0


def _unlock(reader: RegisterReader, case: Case, named: str, claimed: date) -> None:
    """Find the sealed filing of this number and date: before an open one of another date.

    The code tells which right is meant: all that the number may have are tried.
    """
    first = case.request.first
    text, code = first.application_number_text, first.access_code or ""
    read = readings(named, text, claimed, first.right, case.second_right)
    unlocked, keys = unlock(reader, read, claimed, code)
    case.keys += keys
    if unlocked is not None:
        case.unlocked, case.first_office = unlocked, unlocked.office
        case.number, case.right = unlocked.number, unlocked.number.right
        case.key, case.found = unlocked.key, unlocked.record


def _look_up(reader: RegisterReader, case: Case, number: Number, *, is_meant: bool) -> bool:
    """Look under all readings of the number; return whether one has the date claimed.

    Under a right that is not meant, only a filing of that date is the one: serial numbers of several
    rights overlap.
    """
    for match_key in (number.match_key, *number.alternatives):
        key = filing_key(case.first_office, number.right, match_key)
        record = load_open(reader, key)
        case.keys.append(key)
        if record is None:
            continue
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


def _own_international(case: Case) -> OwnInternational:
    """Return whether the second filing is the national phase of the PCT application that it claims.

    It says so, or has its date (PCT Art. 11(3)); unless it is the national phase of another one, or
    that application claims its priority.
    """
    number = case.number
    if case.first_office != "WO" or case.second_office in {"", "WO"} or case.right != "patent":
        return ""
    if number is None or not number.match_key or case.second_right not in FIRST_RIGHTS["patent"]:
        return ""
    phases = [related for related in case.related if related.relation == "nationalPhase"]
    if phases:
        meant = {number.match_key, *number.alternatives}
        stated = any(phase.office == "WO" and phase.match_key in meant for phase in phases)
        return "stated" if stated else ""
    if case.related or case.is_second_provisional or _claims_second(case):
        return ""
    return "assumed" if first_date(case) == second_date(case) else ""


def _claims_second(case: Case) -> bool:
    """Return whether the first filing claims the priority of the second one: then it is another filing."""
    claims = () if case.found is None else case.found.claims
    return any(
        claim.status in ACTIVE
        and claim.match_key
        and filing_key(claim.office, case.second_right, claim.match_key) == case.second_key
        for claim in claims
    )


def _set_period(reader: RegisterReader, case: Case, match_key: str) -> None:
    from_date = first_date(case)
    months = PERIOD_MONTHS.get((case.right, case.second_right))
    if from_date is None or months is None:
        return
    right, asked = case.second_right, case.request.second.receiving_office_code
    calendar = calendar_office(case.second_office, right, match_key, case.second, asked)
    own = FilingDate(second_date(case), calendar)
    if not case.related:
        case.filed, case.calendar_doubt = own, calendar.doubt
        case.period, keys = period_at(reader, from_date, months, calendar)
        case.keys += keys
        return
    unlocked = () if case.unlocked is None else (case.unlocked,)
    filing_dates = find_dates(reader, own, case.related, right, unlocked)
    periods = Periods(reader, from_date, months, case.key)
    case.filed, case.period, case.calendar_doubt = judge(filing_dates, periods)
    case.keys += (*periods.keys, *filing_dates.keys)
