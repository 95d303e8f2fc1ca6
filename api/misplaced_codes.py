"""Access codes that were typed where a number belongs: they are refused, neither entered nor repeated."""

from collections.abc import Iterator
from typing import Final

from api.code_like import holds_code
from api.explain import NOT_REPEATED, FieldError
from crypto.access_code import is_access_code
from ledger.register.entries import Claim, Dispute, Entry, Filing
from ledger.register.verification import PriorityRequest

CODE_REASON: Final = "ACCESS_CODE_MISPLACED"
_EXPECTED: Final = "another value: what came is written like an access code"


def entered_code_error(entry: Entry) -> FieldError | None:
    """What is wrong with an entry that would show an access code to every office; None: it does not."""
    for path, number in _numbers_of(entry):
        if is_access_code(number):
            return FieldError(path, _EXPECTED, NOT_REPEATED)
    return None


def asked_code_errors(question: PriorityRequest) -> tuple[FieldError, ...]:
    """What is wrong with a question whose answer would repeat an access code."""
    texts = (
        ("first.ipOfficeCode", question.first.ip_office_code),
        ("second.ipOfficeCode", question.second.ip_office_code),
        ("second.receivingOfficeCode", question.second.receiving_office_code or ""),
        ("first.applicationNumberText", question.first.application_number_text),
        ("second.applicationNumberText", question.second.application_number_text or ""),
    )
    return tuple(
        FieldError(path, _EXPECTED, NOT_REPEATED) for path, text in texts if holds_code(text)
    )


def without_code(text: str) -> str:
    """The text, if there is no access code in it."""
    return NOT_REPEATED if holds_code(text) else text


def _numbers_of(entry: Entry) -> Iterator[tuple[str, str]]:
    """The numbers in an entry, each with its path."""
    if isinstance(entry, Claim | Dispute):
        yield "claim.applicationNumberText", entry.claim.application_number_text
        return
    if not isinstance(entry, Filing):
        return
    yield "applicationNumberText", entry.application_number_text
    for place, claim in enumerate(entry.priority_claim_bag):
        yield f"priorityClaimBag[{place}].applicationNumberText", claim.application_number_text
    for place, related in enumerate(entry.related_filing_bag):
        yield f"relatedFilingBag[{place}].applicationNumberText", related.application_number_text
