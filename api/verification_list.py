"""Verifies a list of priority claims, row by row: a bad one is reported and never stops the others."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final, Literal, get_args

import msgspec

from api.explain import FieldError
from api.formats.questions import QuestionRow
from api.misplaced_codes import asked_code_errors, without_code
from ledger.register.verification import Suggestion, Verification, VerificationOutcome
from ledger.register.view import RegisterView
from node.service import RegisterService

ROWS_AT_ONCE: Final = 10
"""Claims that are verified before others get their turn; one that is not found costs some hundred reads."""
MALFORMED: Final = "malformed"
OUTCOMES: Final = (*get_args(VerificationOutcome), MALFORMED)


class VerificationRow(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True
):
    """What the register says to the claim of one row."""

    row: int
    """The line; the header of a table is line 1."""
    outcome: VerificationOutcome | Literal["malformed"]
    """`malformed`: the row could not be read; `errors` say why."""
    reference: str = ""
    """The asker's own name for the row, handed through."""
    summary: str = ""
    reasons: tuple[str, ...] = ()
    remedy: str = ""
    """What can still be done, and until when."""
    first_filing_id: str = ""
    """Of the first filing, where it was found."""
    last_date: date | None = None
    """The last day of the priority period."""
    suggestions: tuple[Suggestion, ...] = ()
    """Registered filings that may be meant, where the first filing was not found."""
    height: int | None = None
    """The block after which the answer holds."""
    errors: tuple[FieldError, ...] = ()


class VerificationReport(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the register says to a list of claims, row by row."""

    counts: dict[str, int]
    """How many rows have which outcome; those that no row has are left out."""
    rows: tuple[VerificationRow, ...]


async def verify_rows(
    service: RegisterService, view: RegisterView, rows: Iterator[QuestionRow]
) -> VerificationReport:
    """Return what became of every row, in order, and how many have which outcome."""
    reports: list[VerificationRow] = []
    for count, row in enumerate(rows, 1):
        reference = without_code(row.reference)
        errors = row.errors if row.question is None else asked_code_errors(row.question)
        if row.question is None or errors:
            reports.append(
                VerificationRow(
                    row=row.number,
                    outcome=MALFORMED,
                    reference=reference,
                    errors=errors,
                )
            )
        else:
            verification = service.verify_priority(row.question, view)
            reports.append(_report(row.number, reference, verification))
        if count % ROWS_AT_ONCE == 0:
            await asyncio.sleep(0)
    counted = Counter(report.outcome for report in reports)
    counts = {outcome: counted[outcome] for outcome in OUTCOMES if counted[outcome]}
    return VerificationReport(counts=counts, rows=tuple(reports))


def _report(number: int, reference: str, verification: Verification) -> VerificationRow:
    first, period = verification.first_filing, verification.period
    return VerificationRow(
        row=number,
        reference=reference,
        outcome=verification.outcome,
        summary=verification.summary,
        reasons=verification.reasons,
        remedy=verification.remedy,
        first_filing_id=first.filing_id if first is not None else "",
        last_date=period.last_date if period is not None else None,
        suggestions=verification.suggestions,
        height=verification.height,
    )
