"""Check 3 of a priority claim: whether it was made in time (register.md C1)."""

from datetime import date
from typing import Literal

from ledger.register.calendar import add_months
from ledger.register.filing import ClaimRecord, FilingRecord
from ledger.register.priority.calendar_doubts import ASSUMED, late_doubt
from ledger.register.priority.case import Case
from ledger.register.priority.limits import (
    CLAIM_RULES,
    PROVISIONAL_RULES,
    claim_rule,
    earliest_claimed,
    has_claim_limit,
    late_claim_rule,
    law_of,
    shortest_limit,
)
from ledger.register.verification import Check, CheckResult

_NAME = "claimMadeInTime"
_NO_SECOND: dict[str, Check] = {
    rule: Check(3, _NAME, "notApplicable", rule, came="no number of the second filing")
    for rule in (*CLAIM_RULES.values(), PROVISIONAL_RULES[0])
}


def timely(case: Case) -> Check:
    """Check 3: the claim was made in time, as far as the register has it."""
    rule, second = claim_rule(case), case.request.second
    if second.application_number_text is None:
        return _NO_SECOND[rule]
    if case.second is None:
        came = "the second filing is not in the register"
        return Check(3, _NAME, "unknown", rule, "SECOND_FILING_NOT_FOUND", came=came)
    check = _made(case, case.second)
    registered = case.second.filing_date
    if registered == second.filing_date:
        return check
    differs = "SECOND_DATE_DIFFERS"
    came = f"{second.filing_date}; {check.came}"
    return Check(
        3, _NAME, "warning", rule, differs, str(registered), came, further_reasons=check.reasons
    )


def _made(case: Case, second: FilingRecord) -> Check:
    rule = claim_rule(case)
    if case.claim is None:
        came = "the second filing does not make this claim in the register"
        return Check(3, _NAME, "warning", rule, "CLAIM_NOT_REGISTERED", came=came)
    claim = case.claim
    nature = _nature(second, claim)
    if claim.made_on is None or nature == "filed":
        return Check(3, _NAME, "passed", rule, came="made with the filing")
    return _made_later(case, second, claim, claim.made_on, adds=nature == "added")


def _made_later(
    case: Case, second: FilingRecord, claim: ClaimRecord, made_on: date, *, adds: bool
) -> Check:
    """Return check 3 of a claim that was added or corrected: the receipt of its notice counts."""
    law = law_of(case)
    rule, counted = claim_rule(case), claim.requested_on or made_on
    came = f"{'added' if adds else 'corrected'} on {made_on}"
    if claim.requested_on is not None:
        came += f", by a notice of {claim.requested_on}"
    if not has_claim_limit(case):
        expected = "as long as the law of that time and office gives"
        return Check(3, _NAME, "unknown", rule, "CLAIM_LIMIT_NATIONAL", expected, came)
    last = shortest_limit(case, earliest_claimed(second) or second.filing_date, adds=adds)
    expected = f"by {last.day}"
    if counted <= last.day:
        is_assumed = any(why.basis == "assumed" for day, why in last.passed_over if day < counted)
        result: CheckResult = "warning" if is_assumed else "passed"
        return Check(3, _NAME, result, rule, ASSUMED if is_assumed else "", expected, came)
    if law not in {"PCT", "EPC"}:
        expected += f", or later where it was unintentional ({late_claim_rule(case)})"
        return Check(3, _NAME, "unknown", rule, "CLAIM_LIMIT_NATIONAL", expected, came)
    office = case.period.calendar_office if case.period is not None else case.second_office
    is_assumed = last.basis == "assumed"
    doubt = late_doubt(case, office, last.day, counted, is_assumed=is_assumed)
    unsure = _unsure(claim, last.day, is_pct_correction=law == "PCT" and not adds)
    if doubt is None and not unsure:
        return Check(3, _NAME, "failed", rule, "CLAIM_LATE", expected, came)
    further = () if doubt is None else (doubt.reason,)
    came += unsure + ("" if doubt is None else f"; {doubt.note}")
    reason = "CLAIM_MAY_BE_LATE"
    return Check(3, _NAME, "unknown", rule, reason, expected, came, further_reasons=further)


def _unsure(claim: ClaimRecord, limit: date, *, is_pct_correction: bool) -> str:
    """Return why a claim entered after its limit may have been made in time, as far as its own dates go."""
    if claim.requested_on is None:
        return "; in time if its notice came before, whose day is not told"
    if is_pct_correction and claim.requested_on <= add_months(limit, 1):
        return "; in time if the receiving office had not declared the claim void (PCT Rule 26bis.2(b))"
    return ""


def _nature(second: FilingRecord, claim: ClaimRecord) -> Literal["filed", "added", "corrected"]:
    """Return how the claim came about: one that replaced another and says the same came about as that did."""
    place = claim.height, claim.index
    replaced = [
        was for was in second.claims if was.status == "corrected" and was.changed_at == place
    ]
    if not replaced:
        return "filed" if claim.made_on is None else "added"
    same = next((was for was in replaced if _says(was) == _says(claim)), None)
    return "corrected" if same is None else _nature(second, same)


def _says(claim: ClaimRecord) -> tuple[object, ...]:
    return claim.office, claim.match_key or claim.number, claim.filing_date, claim.right
