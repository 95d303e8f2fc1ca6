"""Verifies claims at the edge of the priority period, by the closed days of the offices.

The first filing of each case is registered with the date claimed. The closed days come from the
drafts that offices are given for review (`node.closed_days_draft`).
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import msgspec

from ledger.register.entries import ClosedDays, Filing, Right
from ledger.register.memory import MemoryRegister
from ledger.register.numbers import normalise
from ledger.register.offices import office_code
from ledger.register.priority import verify_priority
from ledger.register.verification import (
    GIVES_PRIORITY,
    FirstFiling,
    PriorityRequest,
    SecondFiling,
    Verification,
)
from node.closed_days_draft import NoDraftError, draft_closed_days
from node.collection import RIGHTS
from node.evaluation.collection import TIME_MS
from node.evaluation.count import Count

_EXPECTED: Mapping[str, frozenset[str]] = {
    "in time by weekend rule": GIVES_PRIORITY,
    "late 1-10 days": GIVES_PRIORITY,
    "late up to 2 months": frozenset({"lateRestorable"}),
    "same day": frozenset({"nationalPhase"}),
}
"""Per category the outcomes that are right. Those late by a few days came after public holidays."""
_RESTORED_SINCE: Mapping[str, date] = {
    "WO": date(2007, 4, 1),
    "EP": date(2007, 12, 13),
    "US": date(2013, 12, 18),
}
"""Since when the right of priority is restored: PCT Rule 26bis.3, EPC Art. 122, 37 CFR 1.55(c)."""
_SOME_WEEKS = timedelta(weeks=4)


class _Priority(msgspec.Struct):
    office: str
    number: str
    date: date


class EdgeCase(msgspec.Struct):
    """A second filing with the priority that it claims."""

    category: str
    office: str
    right: str
    number: str
    filing_date: date
    priority: _Priority


def read_edge_cases(lines: Iterable[bytes]) -> tuple[EdgeCase, ...]:
    """Return the cases, one JSON object a line."""
    return tuple(msgspec.json.decode(line, type=EdgeCase) for line in lines if line.strip())


def evaluate_edge_cases(cases: tuple[EdgeCase, ...]) -> tuple[Count, ...]:
    """Count per category the cases whose outcome is right."""
    counts = []
    for category in sorted({case.category for case in cases}):
        of_category = [case for case in cases if case.category == category]
        otherwise = []
        for case in of_category:
            verification = _verify(case)
            if verification.outcome not in _expected(case):
                name = f"{case.office} {case.number} of {case.filing_date}"
                otherwise.append(f"{name}: {verification.outcome}: {verification.summary}")
        counts.append(
            Count(
                question=f"claims at the edge: {category}",
                cases=len(of_category),
                as_expected=len(of_category) - len(otherwise),
                otherwise=tuple(otherwise),
            )
        )
    return tuple(counts)


def _expected(case: EdgeCase) -> frozenset[str]:
    """Return the outcomes that are right: before its rule no filing that came late was restorable."""
    expected = _EXPECTED.get(case.category, frozenset())
    since = _RESTORED_SINCE.get(office_code(case.office))
    is_before = since is not None and case.filing_date < since
    return frozenset({"late"}) if is_before and expected == {"lateRestorable"} else expected


def _verify(case: EdgeCase) -> Verification:
    first = case.priority
    office = office_code(first.office)
    register = MemoryRegister((office,), TIME_MS)
    right: Right = "patent" if office == "WO" else RIGHTS[case.right]
    number = normalise(office, right, first.number, first.date)
    receiving_office = number.match_key[:2] if office == "WO" else None
    register.enter(
        office,
        Filing(
            right=right,
            application_number_text=first.number,
            filing_date=first.date,
            receiving_office_code=receiving_office,
        ),
    )
    second = office_code(case.office)
    own = normalise(second, RIGHTS[case.right], case.number, case.filing_date)
    closing = office_code(own.match_key[:2]) if second == "WO" else second
    for year in {case.filing_date.year, (case.filing_date - _SOME_WEEKS).year}:
        _declare(register, closing, year)
    return verify_priority(
        register,
        PriorityRequest(
            first=FirstFiling(
                ip_office_code=first.office,
                application_number_text=first.number,
                filing_date=first.date,
            ),
            second=SecondFiling(
                ip_office_code=case.office,
                filing_date=case.filing_date,
                right=RIGHTS[case.right],
                application_number_text=case.number,
            ),
        ),
    )


def _declare(register: MemoryRegister, office: str, year: int) -> None:
    try:
        draft = draft_closed_days(office, year)
    except NoDraftError:
        return
    register.enter(
        office,
        ClosedDays(
            year=year,
            closed_day_bag=draft.closed_day_bag,
            weekly_rest_day_bag=draft.weekly_rest_day_bag,
        ),
    )
