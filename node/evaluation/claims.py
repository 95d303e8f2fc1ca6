"""Asks the register for the first filings that claims name: as they are, with another date, with another digit.

Which filing a claim means is taken from DOCDB's numbers in the data: it is the filing with the same one. The
register is asked with the number in the claim itself; claims that have none but DOCDB's are left out.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from ledger.register.number_forms import number_forms
from ledger.register.priority import verify_priority
from ledger.register.verification import (
    GIVES_PRIORITY,
    FirstFiling,
    PriorityRequest,
    SecondFiling,
    Verification,
)
from node.collection import StatedPriority
from node.evaluation.collection import CollectionRegister, Entered
from node.evaluation.count import Count

_FOUND, _DATE = 5, 6
"""Checks of a verification: the first filing is registered, and with this date (register.md section 4)."""
_DAY = timedelta(days=1)


class _Case(NamedTuple):
    """A claim whose first filing is in the collection, as it is asked about."""

    second: Entered
    claim: StatedPriority
    first: Entered
    number: str
    date: date

    def __str__(self) -> str:
        office = self.claim.office
        return f"line {self.second.row.line}: {self.second.filing_id} claims {office} {self.number} of {self.date}"


def evaluate_claims(collection: CollectionRegister) -> tuple[Count, ...]:
    """Count the claims whose first filing is in the collection, and of which the register says what is so."""
    cases = _cases(collection)
    right = [case for case in cases if case.date == case.first.filing.filing_date]
    wrong = [case for case in cases if case.date != case.first.filing.filing_date]
    shifted = [case._replace(date=case.date - _DAY) for case in right]
    miswritten = [case._replace(number=text) for case in right if (text := _with_other_digit(case))]

    def count(
        question: str, asked: Iterable[_Case], is_right: Callable[[_Case, Verification], bool]
    ) -> Count:
        return _count(collection, question, tuple(asked), is_right)

    counts = (
        count("a claimed first filing of the data is found, with its date", right, _is_found),
        count("a claim whose date differs from the first filing's is told so", wrong, _mismatches),
        count("the right claims, with a date that is a day off, are told so", shifted, _mismatches),
        count(
            "the right claims, with the last digit of the serial number changed: none is confirmed",
            miswritten,
            lambda _, answer: answer.outcome not in GIVES_PRIORITY,
        ),
        count("... and the right filing is among the suggestions", miswritten, _is_suggested),
    )
    return tuple(each for each in counts if each.cases)


def _cases(collection: CollectionRegister) -> list[_Case]:
    firsts = {each.row.docdb: each for each in collection.entered if each.row.docdb}
    return [
        _Case(second, claim, firsts[claim.docdb], claim.best_number, date.fromisoformat(claim.date))
        for second in collection.entered
        for claim in second.row.priorities
        if claim.docdb in firsts
        and claim.best_number
        and claim.date
        and not claim.is_self
        and claim.docdb != second.row.docdb
    ]


def _with_other_digit(case: _Case) -> str:
    """Return the number with another last digit of its serial number; empty where no text has that match key."""
    office, right = case.first.row.office, case.first.filing.right
    forms = number_forms(office, right, case.number, case.date)
    printed = forms.canonical_text
    expected = _other_last_digit(forms.match_key)
    for place in range(len(printed), 0, -1):
        text = _other_last_digit(printed[:place]) + printed[place:]
        if number_forms(office, right, text, case.date).match_key == expected:
            return text
    return ""


def _other_last_digit(text: str) -> str:
    """Return the text with its last digit one higher, nine become zero."""
    for place in range(len(text) - 1, -1, -1):
        if "0" <= text[place] <= "9":
            return f"{text[:place]}{(int(text[place]) + 1) % 10}{text[place + 1 :]}"
    return text


def _count(
    collection: CollectionRegister,
    question: str,
    asked: tuple[_Case, ...],
    is_right: Callable[[_Case, Verification], bool],
) -> Count:
    otherwise = []
    for case in asked:
        verification = _verify(collection, case)
        if not is_right(case, verification):
            otherwise.append(f"{case}: {verification.summary}")
    return Count(
        question=question,
        cases=len(asked),
        as_expected=len(asked) - len(otherwise),
        otherwise=tuple(otherwise),
    )


def _is_found(_case: _Case, answer: Verification) -> bool:
    return {_FOUND, _DATE} <= {check.number for check in answer.checks if check.result == "passed"}


def _mismatches(_case: _Case, answer: Verification) -> bool:
    return answer.outcome == "mismatch"


def _is_suggested(case: _Case, answer: Verification) -> bool:
    return case.first.filing_id in {each.filing_id for each in answer.suggestions}


def _verify(collection: CollectionRegister, case: _Case) -> Verification:
    second = case.second.filing
    request = PriorityRequest(
        first=FirstFiling(
            ip_office_code=case.claim.office,
            application_number_text=case.number,
            filing_date=case.date,
        ),
        second=SecondFiling(
            ip_office_code=case.second.row.office,
            filing_date=second.filing_date,
            right=second.right,
            application_number_text=second.application_number_text,
        ),
    )
    return verify_priority(collection.register, request)


def evaluate_dates(collection: CollectionRegister) -> Count:
    """Count the filings that claim a priority dated after themselves, and those of which the register said so."""
    impossible = [
        each
        for each in collection.entered
        if any(
            claim.filing_date is not None and claim.filing_date > each.filing.filing_date
            for claim in each.filing.priority_claim_bag
        )
    ]
    silent = [each.filing_id for each in impossible if "PRIORITY_AFTER_FILING" not in each.warnings]
    return Count(
        question="a priority dated after the filing is told",
        cases=len(impossible),
        as_expected=len(impossible) - len(silent),
        otherwise=tuple(silent),
    )
