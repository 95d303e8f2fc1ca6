"""Finds the first filings that claims name in the register, with the date claimed.

What the data say is taken from DOCDB's numbers in them, which the register does not see: a claim's
first filing is the filing with the same DOCDB number.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from ledger.register.priority import verify_priority
from ledger.register.verification import FirstFiling, PriorityRequest, SecondFiling, Verification
from node.evaluation.collection import CollectionRegister, Entered
from node.evaluation.count import Count

_FOUND, _DATE = 5, 6
"""Checks of a verification: the first filing is registered, and with this date (register.md section 4)."""
_DAY = timedelta(days=1)


class _Priority(msgspec.Struct, rename={"is_self": "self"}):
    office: str = ""
    number: str = ""
    docdb: str | None = None
    date: str = ""
    is_self: bool = False


class _Row(msgspec.Struct):
    priorities: tuple[_Priority, ...] = ()


class _Case(NamedTuple):
    """A claim whose first filing is in the collection."""

    second: Entered
    claim: _Priority
    filed: date
    """When the first filing was filed."""

    def __str__(self) -> str:
        claim = f"{self.claim.office} {self.claim.number} of {self.claim.date}"
        return f"line {self.second.line}: {self.second.filing_id} claims {claim}"


def evaluate_claims(lines: Iterable[bytes], collection: CollectionRegister) -> tuple[Count, ...]:
    """Count the claims whose first filing is in the collection, as they are, and with a date that is a day off.

    `lines` are those of which the collection was made.
    """
    cases = _cases(tuple(lines), collection)
    right = [case for case in cases if case.filed.isoformat() == case.claim.date]
    wrong = [case for case in cases if case.filed.isoformat() != case.claim.date]
    return (
        _count(
            "a claimed first filing of the data is found, with its date",
            collection,
            [(case, case.filed) for case in right],
            lambda answer: _passed(answer, _FOUND) and _passed(answer, _DATE),
        ),
        _count(
            "a claim whose date differs from the first filing's is told so",
            collection,
            [(case, date.fromisoformat(case.claim.date)) for case in wrong],
            _tells_mismatch,
        ),
        _count(
            "the right claims, with a date that is a day off, are told so",
            collection,
            [(case, case.filed - _DAY) for case in right],
            _tells_mismatch,
        ),
    )


def _cases(lines: tuple[bytes, ...], collection: CollectionRegister) -> list[_Case]:
    dates = {each.docdb: each.filing.filing_date for each in collection.entered if each.docdb}
    return [
        _Case(each, claim, dates[claim.docdb])
        for each in collection.entered
        for claim in msgspec.json.decode(lines[each.line - 1], type=_Row).priorities
        if claim.docdb in dates and claim.date and not claim.is_self and claim.docdb != each.docdb
    ]


def _count(
    question: str,
    collection: CollectionRegister,
    asked: list[tuple[_Case, date]],
    is_right: Callable[[Verification], bool],
) -> Count:
    """Count the claims, each with the date to ask about, whose verification is right."""
    otherwise = []
    for case, claimed in asked:
        verification = _verify(collection, case, claimed)
        if not is_right(verification):
            otherwise.append(f"{case}: {verification.summary}")
    return Count(
        question=question,
        cases=len(asked),
        as_expected=len(asked) - len(otherwise),
        otherwise=tuple(otherwise),
    )


def _tells_mismatch(verification: Verification) -> bool:
    return verification.outcome == "mismatch"


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


def _verify(collection: CollectionRegister, case: _Case, claimed: date) -> Verification:
    second, claim = case.second, case.claim
    request = PriorityRequest(
        first=FirstFiling(
            ip_office_code=claim.office,
            application_number_text=claim.number or claim.docdb or "",
            filing_date=claimed,
        ),
        second=SecondFiling(
            ip_office_code=second.office,
            filing_date=second.filing.filing_date,
            right=second.filing.right,
            application_number_text=second.filing.application_number_text,
        ),
    )
    return verify_priority(collection.register, request)


def _passed(verification: Verification, number: int) -> bool:
    return any(check.number == number and check.result == "passed" for check in verification.checks)
