"""Why the register rejected an entry, told as a field, what was expected there and what came."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from api.claim_rejections import CLAIM_REASONS
from api.explain import FieldError, quote
from api.problems import ProblemError
from api.report_rejections import REPORT_REASONS
from api.sealed_rejections import EXPLAIN_SEALED, SEALED_CONFLICTS, Explain
from ledger.register.entries import (
    CLAIMS_MAX,
    CLOSED_DAYS_MAX,
    NAME_LENGTH_MAX,
    REASON_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    Claim,
    ClosedDays,
    Coverage,
    Dispute,
    Entry,
    Event,
    Filing,
    Opening,
    Report,
    SealedFiling,
    Withholding,
)
from ledger.register.filing import FilingRecord, load_filing
from ledger.register.offices import office_code
from ledger.register.outcome import Outcome
from ledger.register.printable import is_printable
from ledger.register.reader import RegisterReader

CONFLICT_REASONS: Final = frozenset(
    (
        "DATE_CONFLICT",
        "CONTENT_CONFLICT",
        "CLAIM_CONFLICT",
        "DISPUTE_CONFLICT",
        "REPORT_CONFLICT",
        "WITHHOLDING_CONFLICT",
        "WITHHOLDING_TAKEN_BACK",
        "RECEIVING_OFFICE_DIFFERS",
        *SEALED_CONFLICTS,
    )
)
"""The register holds something else under the same name (docs/register.md, section 8)."""
KEY_REUSED_REASON: Final = "REQUEST_KEY_REUSED"
OTHER_OFFICE_REASON: Final = "OTHER_OFFICE"
"""A row names another office than that which would register it: it is not sent."""

_ABOUT_A_FILING: Final = (Event, Claim, Dispute, Report, Withholding)


def rejection(reader: RegisterReader, entry: Entry, outcome: Outcome) -> ProblemError:
    """The problem that stands for a rejection, with its field where one is to blame."""
    if outcome.reason in CONFLICT_REASONS:
        code = "conflict"
    elif outcome.reason == KEY_REUSED_REASON:
        code = "key-reused"
    else:
        code = "rejected"
    detail = f"{outcome.subject}: {outcome.reason}" if outcome.subject else outcome.reason
    errors = rejection_errors(reader, entry, outcome)
    return ProblemError(code, detail, reason=outcome.reason, errors=errors)


def other_office_error(office: str, named: str) -> FieldError | None:
    """What is wrong with a row that names an office, at the node of `office`; None: nothing is."""
    if not named or office_code(named) == office_code(office):
        return None
    expected = f"{office}: an office registers its own filings only"
    return FieldError("ipOfficeCode", expected, quote(named))


def rejection_errors(
    reader: RegisterReader, entry: Entry, outcome: Outcome
) -> tuple[FieldError, ...]:
    """The field that a rejection is about; empty for a reason that no one field is to blame for."""
    explain = _EXPLAIN.get(outcome.reason)
    if explain is None:
        return ()
    about_known = outcome.reason in _ABOUT_A_KNOWN_FILING
    record = load_filing(reader, outcome.subject) if about_known else None
    return (explain(entry, record),)


_ABOUT_A_KNOWN_FILING: Final = frozenset(("DATE_CONFLICT", "CONTENT_CONFLICT", *SEALED_CONFLICTS))
"""Reasons whose subject is a filing that the register holds."""


def _date_conflict(entry: Entry, record: FilingRecord | None) -> FieldError:
    place = "filingDate" if isinstance(entry, Filing) else "filing.filingDate"
    given = entry.filing_date if isinstance(entry, Filing) else _filing_date(entry)
    expected = "the registered date"
    if record is not None:
        expected = f"{record.filing_date}, as registered at height {record.height}"
    return FieldError(place, expected, quote(given))


def _filing_date(entry: Entry) -> object:
    return entry.filing.filing_date if isinstance(entry, _ABOUT_A_FILING) else None


def _content_conflict(entry: Entry, record: FilingRecord | None) -> FieldError:
    """The first field in which a filing differs from the one that is registered under its number."""
    height = "" if record is None else f" at height {record.height}"
    if not isinstance(entry, Filing) or record is None:
        return FieldError("", f"what was registered{height}", "something else")
    claims = [claim.number for claim in record.claims[: record.claims_filed]]
    given = [claim.application_number_text for claim in entry.priority_claim_bag]
    if claims != given:
        return FieldError(
            "priorityClaimBag",
            f"{quote(claims)}, as registered{height}; later changes are claim entries",
            quote(given),
        )
    return FieldError(
        "priorityClaimBag, relatedFilingBag or receivingOfficeCode",
        f"what was registered{height}; later changes are claim entries",
        "something else",
    )


def _number(entry: Entry, _: FilingRecord | None) -> FieldError:
    path, text = _number_of(entry)
    return FieldError(path, "a number with letters or digits", quote(text))


def _long_number(entry: Entry, _: FilingRecord | None) -> FieldError:
    path, text = _number_of(entry)
    return FieldError(path, f"numbers of at most {TEXT_LENGTH_MAX} characters", quote(text))


def _unknown_filing(entry: Entry, _: FilingRecord | None) -> FieldError:
    path, text = _number_of(entry)
    anybodys = isinstance(entry, Dispute | Report | Withholding)
    whose = "the register holds" if anybodys else "your office registered"
    return FieldError(path, f"the number of a filing that {whose}", quote(text))


def _undated_filing(entry: Entry, _: FilingRecord | None) -> FieldError:
    expected = f"the filing date, which tells two readings of {quote(_number_of(entry)[1])} apart"
    return FieldError("filing.filingDate", expected, "nothing")


def _number_of(entry: Entry) -> tuple[str, str]:
    if isinstance(entry, Filing | Opening):
        return "applicationNumberText", entry.application_number_text
    if isinstance(entry, _ABOUT_A_FILING):
        return "filing.applicationNumberText", entry.filing.application_number_text
    return "", ""


def _right(entry: Entry, _: FilingRecord | None) -> FieldError:
    right = entry.right if isinstance(entry, Filing | Opening | Coverage) else ""
    return FieldError("right", "a right that your office registers", quote(right))


def _receiving_office(expected: str) -> Explain:
    def explain(entry: Entry, _: FilingRecord | None) -> FieldError:
        given = entry.receiving_office_code if isinstance(entry, Filing | Opening) else None
        received = "nothing" if given is None else quote(given)
        return FieldError("receivingOfficeCode", expected, received)

    return explain


def _dates(entry: Entry, _: FilingRecord | None) -> FieldError:
    if isinstance(entry, Coverage):
        return FieldError(
            "untilDate", f"a date not before {entry.from_date}", quote(entry.until_date)
        )
    if isinstance(entry, ClosedDays):
        dates = [given.date for given in entry.closed_day_bag]
        outside = [day for day in dates if day.year != entry.year]
        return FieldError("closedDayBag", f"days of {entry.year}", quote(outside))
    return FieldError("", "other dates", "these")


def _future_coverage(entry: Entry, _: FilingRecord | None) -> FieldError:
    until = entry.until_date if isinstance(entry, Coverage) else ""
    return FieldError(
        "untilDate", "a date that has come: no register is complete before", quote(until)
    )


def _too_many(entry: Entry, _: FilingRecord | None) -> FieldError:
    if isinstance(entry, ClosedDays):
        return FieldError(
            "closedDayBag", f"at most {CLOSED_DAYS_MAX} days", str(len(entry.closed_day_bag))
        )
    expected = f"at most {CLAIMS_MAX} claims, those told before an opening included"
    if not isinstance(entry, Filing | SealedFiling | Opening):
        return FieldError("claim", expected, "one more")
    return FieldError("priorityClaimBag", expected, str(len(entry.priority_claim_bag)))


def _repeated_day(entry: Entry, _: FilingRecord | None) -> FieldError:
    expected = "each date once for the whole office, or once for each filing place"
    seen: list[tuple[date, str]] = []
    for given in entry.closed_day_bag if isinstance(entry, ClosedDays) else ():
        place = (given.date, given.filing_place.strip())
        if place in seen:
            return FieldError("closedDayBag", expected, quote(given))
        seen.append(place)
    return FieldError("closedDayBag", expected, "a date twice")


def _long_text(entry: Entry, _: FilingRecord | None) -> FieldError:
    if isinstance(entry, ClosedDays):
        longest = max(
            (text for given in entry.closed_day_bag for text in (given.name, given.filing_place)),
            key=len,
        )
        expected = f"names of at most {NAME_LENGTH_MAX} characters"
        return FieldError("closedDayBag", expected, quote(longest))
    if isinstance(entry, Dispute | Withholding):
        expected = f"a text of at most {REASON_LENGTH_MAX} characters"
        return FieldError("reasonText", expected, quote(entry.reason_text))
    expected = f"texts of at most {TEXT_LENGTH_MAX} characters"
    return FieldError("keyEventCode", expected, "a longer one")


def _unprintable_text(entry: Entry, _: FilingRecord | None) -> FieldError:
    expected = "a text in one line without control, format and private-use characters"
    if isinstance(entry, Dispute | Withholding):
        return FieldError("reasonText", expected, quote(entry.reason_text))
    for position, given in enumerate(entry.closed_day_bag if isinstance(entry, ClosedDays) else ()):
        for name, text in (("name", given.name), ("filingPlace", given.filing_place)):
            if not is_printable(text):
                return FieldError(f"closedDayBag[{position}].{name}", expected, quote(text))
    return FieldError("", expected, "another one")


def _reason(entry: Entry, _: FilingRecord | None) -> FieldError:
    given = entry.reason_text if isinstance(entry, Dispute | Withholding) else ""
    what = "the provision by which" if isinstance(entry, Withholding) else "why"
    subject = (
        "the report is withheld" if isinstance(entry, Withholding) else "the claim is disputed"
    )
    return FieldError("reasonText", f"{what} {subject}", quote(given))


def _key(entry: Entry, _: FilingRecord | None) -> FieldError:
    return FieldError(
        "requestKey", "a key that stands for no other content", quote(entry.request_key)
    )


_EXPLAIN: Final[Mapping[str, Explain]] = {
    "DATE_CONFLICT": _date_conflict,
    "CONTENT_CONFLICT": _content_conflict,
    **CLAIM_REASONS,
    "REASON_MISSING": _reason,
    **REPORT_REASONS,
    "NUMBER_MISSING": _number,
    "NUMBER_TOO_LONG": _long_number,
    "FILING_NOT_FOUND": _unknown_filing,
    "FILING_AMBIGUOUS": _undated_filing,
    "RIGHT_NOT_REGISTRABLE": _right,
    "RECEIVING_OFFICE_MISSING": _receiving_office("the receiving office of a PCT filing"),
    "RECEIVING_OFFICE_UNKNOWN": _receiving_office("an office code of WIPO Standard ST.3"),
    "RECEIVING_OFFICE_PRIVATE": _receiving_office(
        "the code of an office: ST.3 leaves this one to everybody's own use"
    ),
    "RECEIVING_OFFICE_UNEXPECTED": _receiving_office("nothing: only PCT filings at WO have one"),
    "DATES_REVERSED": _dates,
    "COVERAGE_IN_FUTURE": _future_coverage,
    "DATE_OUTSIDE_YEAR": _dates,
    "TOO_MANY_DAYS": _too_many,
    "DAY_REPEATED": _repeated_day,
    "TEXT_TOO_LONG": _long_text,
    "TEXT_NOT_PRINTABLE": _unprintable_text,
    "TOO_MANY_CLAIMS": _too_many,
    KEY_REUSED_REASON: _key,
    "REQUEST_KEY_TOO_LONG": _key,
    **EXPLAIN_SEALED,
}
