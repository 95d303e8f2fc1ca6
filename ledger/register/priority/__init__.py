"""Verifies a priority claim: all checks, one outcome, one sentence, and what the answer rests on.

A judgement at one height, never on the ledger: an *undetermined* is never dressed up as a no.
"""

from datetime import date

from ledger.register.keys import filing_id
from ledger.register.priority import checks, claim_checks, period_checks, restoration_checks
from ledger.register.priority.calendar_doubts import doubts_of_late
from ledger.register.priority.case import Case
from ledger.register.priority.examiner_checks import for_the_examiner
from ledger.register.priority.faults import judge_faults, summarise
from ledger.register.priority.gathering import gather
from ledger.register.priority.limits import (
    DESIGNATED_OFFICE_RULE,
    WITH_WINDOW,
    law_of,
    restoration_rule,
)
from ledger.register.priority.suggestions import suggest
from ledger.register.priority.unlock import NO_ANSWER, USUAL_MISTAKES
from ledger.register.reader import RegisterReader
from ledger.register.text import trim
from ledger.register.verification import (
    NEEDS_NOTHING,
    Check,
    FirstFiling,
    FoundFiling,
    Period,
    PriorityRequest,
    SecondFiling,
    Verification,
    VerificationOutcome,
)

__all__ = [
    "Check",
    "FirstFiling",
    "FoundFiling",
    "PriorityRequest",
    "SecondFiling",
    "Verification",
    "VerificationOutcome",
    "verify_priority",
]

_DECIDING: tuple[tuple[str, VerificationOutcome], ...] = (
    ("NO_PRIORITY_RIGHT", "notEntitled"),
    ("PROVISIONAL_CLAIMS_NOTHING", "notEntitled"),
    ("RIGHT_MISMATCH", "notEntitled"),
    ("ABANDONED", "notEntitled"),
    ("OFFICE_UNKNOWN", "undetermined"),
    ("OFFICE_CODE_PRIVATE", "undetermined"),
    ("MISSING_OFFICE", "undetermined"),
    ("MISSING_DATE", "undetermined"),
    ("MISSING_NUMBER", "undetermined"),
    ("SECOND_RIGHT_NOT_REGISTRABLE", "undetermined"),
    ("SECOND_OFFICE_CEASED", "undetermined"),
    ("DENIED", "noSuchFiling"),
    ("DATE_MISMATCH", "mismatch"),
    ("OWN_INTERNATIONAL_APPLICATION", "nationalPhase"),
    ("NATIONAL_PHASE_ASSUMED", "nationalPhase"),
    ("NOT_FOUND", "undetermined"),
    (checks.MAY_BE_SEALED, "undetermined"),
    (checks.NO_SEALED_FILING_ANSWERS, "mismatch"),
    ("OFFICE_NOT_CONNECTED", "undetermined"),
    ("CLAIM_CORRECTED", "notEntitled"),
    ("SECOND_OFFICE_UNKNOWN", "undetermined"),
    ("PARENT_UNKNOWN", "undetermined"),
    ("SAME_DAY", "notEntitled"),
    ("BEFORE_PRIORITY", "notEntitled"),
)
"""The first of these reasons that a check gave decides (register.md V3)."""
_DECIDING_IN_TIME: tuple[tuple[str, VerificationOutcome], ...] = (
    ("NOT_CLAIMED_IN_PCT", "undetermined"),
    ("CLAIM_LATE", "undetermined"),
    ("CLAIM_MAY_BE_LATE", "undetermined"),
)
"""The same, of a filing that is not late, or whose right was restored."""
_CLAIM_REASONS = frozenset({"CLAIM_LATE", "CLAIM_MAY_BE_LATE"})
_LATE: frozenset[VerificationOutcome] = frozenset({"late", "lateRestorable"})
_NO_REMARK = frozenset({"SECOND_FILING_NOT_FOUND", "NOT_LOOKED_UP"})
"""Reasons that say only that the register was not asked, or cannot know."""


def verify_priority(
    reader: RegisterReader,
    request: PriorityRequest,
    also_claimed: date | None = None,
    *,
    with_suggestions: bool = True,
) -> Verification:
    """Return whether the first filing gives the second one its priority, as far as form goes.

    `also_claimed` is the earliest date that other claims of the second filing have, where the register
    does not know them: time limits run from the earliest. Without suggestions, which are guesses that
    nothing rests on, only what the answer rests on is read: this is what is proved.
    """
    case = gather(reader, request, also_claimed)
    done = (
        checks.complete(case),
        checks.office(case),
        claim_checks.timely(case),
        checks.number(case),
        checks.exists(case),
        checks.same_date(case),
        checks.rights(case),
        period_checks.in_time(case),
        restoration_checks.restored(case),
        *for_the_examiner(case),
    )
    reasons = tuple(
        dict.fromkeys([each for check in done if check.reason for each in check.reasons])
    )
    outcome = _outcome(reasons)
    if outcome not in NEEDS_NOTHING:
        done = judge_faults(case, done)
    return Verification(
        outcome=outcome,
        summary=_summary(case, outcome, reasons),
        reasons=reasons,
        checks=done,
        first_filing=_found(case),
        period=case.period,
        remedy=summarise(done) if outcome not in NEEDS_NOTHING else "",
        suggestions=suggest(case) if with_suggestions and _is_worth_a_guess(case, outcome) else (),
        claim_status=case.claim.status if case.claim is not None else None,
        height=reader.height,
        time_ms=reader.time_ms,
        fact_keys=tuple(key.decode() for key in dict.fromkeys(case.keys)),
    )


def _is_worth_a_guess(case: Case, outcome: VerificationOutcome) -> bool:
    """Return whether the filing asked about is not the one that was found, if any was."""
    return outcome == "mismatch" or case.found is None


def _outcome(reasons: tuple[str, ...]) -> VerificationOutcome:
    if not reasons:
        return "confirmed"
    for reason, outcome in _DECIDING:
        if reason in reasons:
            return outcome
    if restoration_checks.RESTORED.isdisjoint(reasons):
        if "LATE_RESTORABLE" in reasons and "RESTORATION_REFUSED" not in reasons:
            return "lateRestorable"
        if "LATE_RESTORABLE" in reasons or "LATE" in reasons:
            return "late"
    for reason, outcome in _DECIDING_IN_TIME:
        if reason in reasons:
            return outcome
    remarks = any(reason not in _NO_REMARK for reason in reasons)
    return "confirmedWithRemarks" if remarks else "confirmed"


def _found(case: Case) -> FoundFiling | None:
    found = case.found
    if found is None:
        return None
    return FoundFiling(
        filing_id=filing_id(case.key),
        ip_office_code=case.first_office,
        right=case.right,
        application_number_text=found.canonical,
        filing_date=found.filing_date,
        events=tuple(event.category for event in found.events),
        height=found.height,
        index=found.index,
    )


def _summary(case: Case, outcome: VerificationOutcome, reasons: tuple[str, ...]) -> str:
    """Return the answer in one sentence."""
    first, found, period = case.request.first, case.found, case.period
    name = trim(f"{first.ip_office_code} {first.application_number_text}") or "The first filing"
    says = ""
    if checks.NO_SEALED_FILING_ANSWERS in reasons and outcome in {"mismatch", "undetermined"}:
        return f"{name}: {NO_ANSWER}; {USUAL_MISTAKES}."
    if outcome == "noSuchFiling":
        says = f"of {first.filing_date} does not exist: that register is complete for this date"
    elif outcome == "nationalPhase":
        says = _own_international(case)
    elif outcome == "notEntitled":
        says = f"gives this filing no right of priority: {_deciding(reasons, outcome)}"
    elif found is not None and outcome == "mismatch":
        says = f"was filed on {found.filing_date}, not on {first.filing_date}"
    elif found is not None and period is not None and outcome != "undetermined":
        filed = case.filed.day if case.filed is not None else case.request.second.filing_date
        says = _about_time(case, filed, period, outcome, reasons)
        says += "".join(f"; {doubt.note}" for doubt in doubts_of_late(case) if outcome in _LATE)
    elif found is not None and period is not None and _deciding(reasons, outcome) in _CLAIM_REASONS:
        how = _how(period, reasons)
        says = f"gives priority {how} to a claim made in time: {_deciding(reasons, outcome)}"
    return f"{name} {says or f'could not be determined: {_deciding(reasons, outcome)}'}."


def _own_international(case: Case) -> str:
    """Return what to say of a PCT application that is the filing's own, as it says or as the date lets assume."""
    is_stated = case.own_international == "stated"
    be = "is" if is_stated else "seems, by its date, to be"
    says = f"{be} the international application of this filing itself, which has its date and needs no priority"
    return says if case.found is not None else f"{says}; it is not found in the register"


def _about_time(
    case: Case,
    filed: date,
    period: Period,
    outcome: VerificationOutcome,
    reasons: tuple[str, ...],
) -> str:
    """Return what to say of a filing that exists with its date."""
    if outcome in _LATE:
        says = f"gives priority until {period.last_date}; the second filing came on {filed}"
        return says + (_restorable(case, period) if outcome == "lateRestorable" else "")
    remarks = f", with remarks: {', '.join(reasons)}" if outcome == "confirmedWithRemarks" else ""
    return f"of {period.from_date} gives priority {_how(period, reasons)}{remarks}"


def _restorable(case: Case, period: Period) -> str:
    """Return what to say of restoration: by whose law, and until when where that law has a day."""
    rule = restoration_rule(case)
    if law_of(case) not in WITH_WINDOW:
        return f", and the office's own law decides whether the right is restored ({rule})"
    if rule == DESIGNATED_OFFICE_RULE:
        return f", and the designated office may restore the right ({rule})"
    return f", while restoration was possible, until {period.restorable_until}"


def _how(period: Period, reasons: tuple[str, ...]) -> str:
    is_restored = not restoration_checks.RESTORED.isdisjoint(reasons)
    return "by restoration" if is_restored else f"until {period.last_date}"


def _deciding(reasons: tuple[str, ...], outcome: VerificationOutcome) -> str:
    """Return the reason that decided; of what is missing in a claim, all."""
    missing = [reason for reason in reasons if reason.startswith("MISSING_")]
    decides = (*_DECIDING, *_DECIDING_IN_TIME)
    found = next((reason for reason, by in decides if by == outcome and reason in reasons), "")
    return ", ".join(missing) if found in missing else found
