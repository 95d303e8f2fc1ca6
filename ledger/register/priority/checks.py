"""The checks of the first filing as it is claimed: 1, 2 and 4 to 7 (register.md section 4).

Each has its result, a reason code where it did not simply pass, and its article.
"""

from functools import cache

import msgspec

from ledger.register.entries import Right
from ledger.register.keys import is_sealed
from ledger.register.numbers import Number, format_hint, is_exact
from ledger.register.numbers.number import FORM_AMBIGUOUS, RIGHT_DIFFERS, SERIES_DERIVED
from ledger.register.offices import (
    has_ceased,
    is_paris_only,
    is_private_use,
    membership_in_words,
    office_name,
    priority_right,
)
from ledger.register.periods import FIRST_RIGHTS, PERIOD_MONTHS, basis_of_period
from ledger.register.priority.case import Case, first_date, judged_day
from ledger.register.priority.second_office import (
    bound_with_first,
    refusal_of_second,
    same_office,
    with_refusal,
)
from ledger.register.priority.unlock import NO_ANSWER, USUAL_MISTAKES
from ledger.register.text import trim
from ledger.register.verification import Check

NO_SEALED_FILING_ANSWERS = "NO_SEALED_FILING_ANSWERS"
"""The access code unlocks no filing of this number and date; which of the three is wrong, nobody can tell."""
MAY_BE_SEALED = "MAY_BE_SEALED"
"""Not found, but the office has filings that nobody finds without their access code (register.md S6)."""
_COMPLETE = "Paris Convention Art. 4D(1), 4D(5)"
_OFFICE = "Paris Convention Art. 4A(1), 4A(2); TRIPS Art. 2(1)"
_NUMBER = "WIPO Standard ST.10/C"
_EXISTS = "Paris Convention Art. 4A(2), 4A(3)"
_DATE = "Paris Convention Art. 4C(2), 4D(1)"
_A_MEMBER = "an office of the Paris Union, of a WTO member or under a treaty"
_CLAIMS_NOTHING = Check(
    7,
    "rightsFit",
    "failed",
    "35 USC 111(b)(7)",
    "PROVISIONAL_CLAIMS_NOTHING",
    expected="a nonprovisional application",
    came="a provisional application, which can claim no priority",
)
_IS_COMPLETE = Check(1, "claimComplete", "passed", _COMPLETE)


def complete(case: Case) -> Check:
    """Check 1: office, date and number are given; what is missing is all named."""
    first, missing = case.request.first, []
    if not trim(first.ip_office_code):
        missing.append("MISSING_OFFICE")
    if first.filing_date is None:
        missing.append("MISSING_DATE")
    has_key = case.number is not None and bool(case.number.match_key)
    # Without a known office there are no number rules: a number that is given may be one.
    if not has_key and not (case.number is None and trim(first.application_number_text)):
        missing.append("MISSING_NUMBER")
    if missing:
        reason, *further = missing
        expected = "office, date and number"
        check = Check(1, "claimComplete", "failed", _COMPLETE, reason, expected)
        return msgspec.structs.replace(check, further_reasons=tuple(further))
    return _IS_COMPLETE


def office(case: Case) -> Check:
    """Check 2: a filing there gave a right of priority at the second office (register.md O5 to O10)."""
    if case.first_office:
        refusal = refusal_of_second(case)
        if refusal is None:
            return same_office(case) or bound_with_first(case, _of_first(case))
        return with_refusal(_of_first(case), refusal)
    given = trim(case.request.first.ip_office_code)
    if not given:
        return Check(2, "officeGivesPriority", "notApplicable", _OFFICE)
    reason = "OFFICE_CODE_PRIVATE" if is_private_use(given) else "OFFICE_UNKNOWN"
    return Check(2, "officeGivesPriority", "unknown", _OFFICE, reason, _A_MEMBER, given)


def _of_first(case: Case) -> Check:
    """Return check 2 of the office of first filing alone: a filing there gave a right of priority on that day."""
    code, right, on = case.first_office, case.right, first_date(case)
    paris_only = is_paris_only(case.second_office, judged_day(case))
    gives = priority_right(code, right, on, is_paris_only=paris_only)
    ceased = has_ceased(code, on)
    return _known_office(code, right, gives=gives, paris_only=paris_only, ceased=ceased)


@cache
def _known_office(
    code: str, right: Right, *, gives: bool | None, paris_only: bool, ceased: bool
) -> Check:
    """Return check 2 for one of the codes of ST.3, of which there are some hundred."""
    name, basis, expected = "officeGivesPriority", _OFFICE, _A_MEMBER
    if right == "plantVariety":
        basis, expected = basis_of_period(right, right), "an office of a UPOV member"
    elif paris_only:
        basis, expected = "EPC 1973 Art. 87(1)", "an office of the Paris Union or under a treaty"
    came = membership_in_words(code, right)
    if ceased and gives is not False:
        expected = "a filing before that office ceased, or the code of its successor"
        return Check(2, name, "warning", basis, "OFFICE_CEASED", expected, came)
    if gives:
        return Check(2, name, "passed", basis, came=came)
    if gives is None:
        return Check(2, name, "unknown", basis, "MEMBERSHIP_UNKNOWN", expected, came)
    expected += ", on the day of the first filing"
    return Check(2, name, "failed", basis, "NO_PRIORITY_RIGHT", expected, came)


def number(case: Case) -> Check:
    """Check 4: the number has a form of that office."""
    read = case.number
    if read is None or not read.match_key:
        return Check(4, "numberForm", "notApplicable", _NUMBER)
    came = read.canonical
    settled = _settled(case) if read.warnings else ()
    doubts = [code for code in read.warnings if code not in settled]
    if not doubts:
        return Check(4, "numberForm", "passed", _NUMBER, came=came)
    hint = format_hint(case.first_office, case.right)
    return Check(4, "numberForm", "warning", _NUMBER, doubts[0], hint, f"{read.as_given} ({came})")


def _settled(case: Case) -> frozenset[str]:
    """Return the doubts that are none: no right was stated, or the filing found has the date claimed."""
    settled = {SERIES_DERIVED}
    if case.request.first.right is None:
        settled.add(RIGHT_DIFFERS)
    if case.found is not None and case.found.filing_date == case.request.first.filing_date:
        settled.add(FORM_AMBIGUOUS)
    return frozenset(settled)


def exists(case: Case) -> Check:
    """Check 5: the first filing is in its office's register."""
    name = "firstFilingExists"
    read = case.number
    if read is None or not read.match_key:
        return Check(5, name, "unknown", _EXISTS, "NOT_LOOKED_UP", came="no number to look up")
    if case.found is not None:
        sealed = ", sealed: not published" if is_sealed(case.key) else ""
        return Check(5, name, "passed", _EXISTS, came=case.found.canonical + sealed)
    if case.is_connected and case.request.first.access_code is not None:
        return _locked(case, read.canonical)
    return _not_found(case, read)


def _not_found(case: Case, read: Number) -> Check:
    """Return check 5 of a filing that is not found: a no only where nothing can be missing."""
    name, expected = "firstFilingExists", read.canonical
    if not case.is_connected:
        came = f"{office_name(case.first_office)} is not connected to this register"
        return Check(5, name, "unknown", _EXISTS, "OFFICE_NOT_CONNECTED", expected, came)
    if case.has_sealed:
        came = "not among the published filings, but the office has sealed ones"
        return Check(5, name, "unknown", _EXISTS, MAY_BE_SEALED, expected, came)
    if not case.is_covered:
        came = "not found, and the office has not declared its register complete for this date"
        return Check(5, name, "unknown", _EXISTS, "NOT_FOUND", expected, came)
    if not is_exact(case.first_office, read):
        came = "not found as given, but another form of this number may be registered"
        return Check(5, name, "unknown", _EXISTS, "NOT_FOUND", expected, came)
    came = "no such filing, in a register declared complete for this date"
    return Check(5, name, "failed", _EXISTS, "DENIED", expected, came)


def _locked(case: Case, expected: str) -> Check:
    """Return check 5 where the access code unlocks nothing: a no only where the register is complete."""
    name, reason = "firstFilingExists", NO_SEALED_FILING_ANSWERS
    came = f"{NO_ANSWER}; {USUAL_MISTAKES}"
    if case.is_covered:
        return Check(5, name, "failed", _EXISTS, reason, expected, came)
    came += "; nor has the office declared its register complete for this date"
    further = (reason,)
    return Check(5, name, "unknown", _EXISTS, "NOT_FOUND", expected, came, further_reasons=further)


def same_date(case: Case) -> Check:
    """Check 6: the date claimed is the one registered."""
    if case.found is None:
        return Check(6, "dateEqual", "notApplicable", _DATE)
    registered = case.found.filing_date
    claimed = case.request.first.filing_date
    if claimed is None:
        return Check(6, "dateEqual", "unknown", _DATE, "MISSING_DATE", str(registered))
    if claimed != registered:
        reason = "DATE_MISMATCH"
        return Check(6, "dateEqual", "failed", _DATE, reason, str(registered), str(claimed))
    if case.claim is not None and case.claim.filing_date != claimed:
        came = f"the second filing claims {case.claim.filing_date or 'no date'} in the register"
        reason = "CLAIM_DATE_DIFFERS"
        return Check(6, "dateEqual", "warning", _DATE, reason, str(registered), came)
    return Check(6, "dateEqual", "passed", _DATE, came=str(registered))


def rights(case: Case) -> Check:
    """Check 7: the later right may claim the priority of the earlier one."""
    first, second = case.right, case.second_right
    if case.is_second_provisional:
        return _CLAIMS_NOTHING
    if (first, second) not in PERIOD_MONTHS:
        expected = " or ".join(FIRST_RIGHTS[second])
        basis, came = "Paris Convention Art. 4C(1), 4E", first + _named_otherwise(case)
        return Check(7, "rightsFit", "failed", basis, "RIGHT_MISMATCH", expected, came)
    basis = basis_of_period(first, second)
    in_claim = None if case.claim is None else case.claim.right
    for stated in (case.request.first.right, in_claim):
        if case.found is not None and stated is not None and stated != first:
            came = first + _named_otherwise(case)
            return Check(7, "rightsFit", "warning", basis, "RIGHT_DIFFERS", stated, came)
    if second != case.request.second.right:
        expected, came = case.request.second.right, f"{first}{_named_otherwise(case)}"
        return Check(7, "rightsFit", "warning", basis, "SECOND_RIGHT_DIFFERS", expected, came)
    return _fitting_rights(first, second)


def _named_otherwise(case: Case) -> str:
    """Return that the number of the second filing names another right than the question, where it does."""
    if case.second_right == case.request.second.right:
        return ""
    return f", claimed by {case.second_right}, as the number of the second filing names it"


@cache
def _fitting_rights(first: Right, second: Right) -> Check:
    basis = basis_of_period(first, second)
    return Check(7, "rightsFit", "passed", basis, came=f"{first}, claimed by {second}")
