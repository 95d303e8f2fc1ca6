"""What the register would say to the rows of a document, found without sending any: a dry run.

The register's own rules are applied to an empty register, so rows that contradict one another are
found too. What only the network knows (what is registered already) is not.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from api.explain import FieldError, quote
from api.formats import Row
from api.rejections import OTHER_OFFICE_REASON, other_office_error, rejection_errors
from api.remarks import remarks
from api.schemas import RowReport
from ledger.register.entries import Filing
from ledger.register.filing import load_filing
from ledger.register.memory import MemoryRegister
from ledger.register.offices import office_code
from ledger.register.outcome import Outcome

_OF_ANOTHER_ROW: Final = frozenset(("DATE_CONFLICT", "CONTENT_CONFLICT"))


def preview(rows: Iterable[Row], office: str, time_ms: int) -> Iterator[RowReport]:
    """What `office` would be told of each row, were it sent at this time (Unix milliseconds).

    Rows that name no office are of this one; with none (empty) each row is of the office that it names.
    `accepted` rows may have errors too: what their warnings mean.
    """
    known = MemoryRegister((), time_ms)  # a row's number stands for its height
    for row in rows:
        speaker = office or office_code(row.office)
        fault = other_office_error(speaker, row.office) if speaker else None
        if row.filing is None:
            yield RowReport(row=row.number, status="malformed", errors=row.errors)
        elif not speaker:
            yield RowReport(row=row.number, status="undecided", errors=row.doubts)
        elif fault is not None:
            yield RowReport(
                row=row.number, status="rejected", reason_code=OTHER_OFFICE_REASON, errors=(fault,)
            )
        else:
            report = _apply(known, speaker, row.filing, row)
            yield msgspec.structs.replace(report, errors=(*report.errors, *row.doubts))


def _apply(known: MemoryRegister, office: str, filing: Filing, row: Row) -> RowReport:
    filing, is_told_in_part = _without_sealed_claims(filing)
    outcome = known.enter(office, filing, height=row.number)
    if outcome.status == "rejected":
        errors = _rejection_errors(known, filing, outcome)
    elif outcome.status == "repeated":
        errors = (FieldError("", "each filing once", f"the filing of row {outcome.height} again"),)
    else:
        errors = remarks(office, filing, outcome, is_of_table=row.is_of_table)
    return RowReport(
        row=row.number,
        status=outcome.status,
        subject=outcome.subject,
        reason_code=outcome.reason if outcome.status == "rejected" else "",
        warning_codes=outcome.warnings,
        errors=(*errors, *((_SEALED,) if is_told_in_part else ())),
    )


_SEALED: Final = FieldError(
    "priorityClaimBag or relatedFilingBag",
    "claims by number: a dry run knows no sealed filings",
    "sealed ones, which are checked when they are registered",
)


def _without_sealed_claims(filing: Filing) -> tuple[Filing, bool]:
    """The filing as far as a dry run can tell, and whether anything was left out."""
    claims = tuple(one for one in filing.priority_claim_bag if one.claim_key is None)
    related = tuple(one for one in filing.related_filing_bag if one.claim_key is None)
    if (claims, related) == (filing.priority_claim_bag, filing.related_filing_bag):
        return filing, False
    bags = {"priority_claim_bag": claims, "related_filing_bag": related}
    return msgspec.structs.replace(filing, **bags), True


def _rejection_errors(
    known: MemoryRegister, filing: Filing, outcome: Outcome
) -> tuple[FieldError, ...]:
    """The fields that a rejection is about; of two rows that contradict one another, the first is named."""
    if outcome.reason not in _OF_ANOTHER_ROW:
        return rejection_errors(known, filing, outcome)
    first = load_filing(known, outcome.subject)
    number = 0 if first is None else first.height
    if outcome.reason == "DATE_CONFLICT" and first is not None:
        expected = f"{first.filing_date}, as row {number} says of the same number"
        return (FieldError("filingDate", expected, quote(filing.filing_date)),)
    field = "priorityClaimBag, relatedFilingBag or receivingOfficeCode"
    return (FieldError(field, f"what row {number} says of the same number", "something else"),)
