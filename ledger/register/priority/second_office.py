"""What check 2 has to say of the office of the second filing (register.md O8 to O10).

Whether it takes filings of that right, whether the first filing was made at another office, and whether
one treaty binds both. National law may give more than a treaty: these are remarks, and no refusals.
"""

import msgspec

from ledger.register.entries import Right
from ledger.register.offices import (
    OFFICES,
    has_ceased,
    may_register,
    office_name,
    takes_in_words,
)
from ledger.register.periods import FIRST_RIGHTS
from ledger.register.priority.case import (
    Case,
    claims_own_provisional,
    first_date,
    judged_day,
    second_date,
)
from ledger.register.treaties import common_treaty
from ledger.register.verification import Check

_NAME = "officeGivesPriority"
_OWN_PROVISIONAL = Check(
    2, _NAME, "passed", "35 USC 119(e)(1)", came="a provisional application of the same office"
)
_SELF_PRIORITY = {
    "EP": ("EPC Art. 87(1)", "a European application, claimed by another one"),
    "WO": ("PCT Art. 8", "an international application, claimed by another one"),
}
"""Treaties that let an office's own earlier filing be claimed there."""
_NATIONAL_LAWS = {
    "DE": ": only for patents and utility models (PatG s. 40, GebrMG s. 6)",
    "US": ": only for provisional applications (35 USC 119(e))",
}
"""To whose filings a national law gives a priority at their own office, as far as it is known here."""


def same_office(case: Case) -> Check | None:
    """Return check 2 of a claim to a filing of the same office; None: the offices are two.

    The Convention gives the right in the *other* countries (Paris Art. 4A(1)), and so does the UPOV
    Convention (1991 Art. 11(1)); whether an office takes the priority of its own filings is its national law.
    """
    code, second = case.first_office, case.second_office
    if code != second:
        return None
    if claims_own_provisional(case):
        return _OWN_PROVISIONAL
    if code in _SELF_PRIORITY and case.second_right in FIRST_RIGHTS["patent"]:
        basis, came = _SELF_PRIORITY[code]
        return Check(2, _NAME, "passed", basis, came=came)
    basis = _other_country(case.second_right)
    if case.filed is not None and case.filed.is_of_pct:
        basis = "PCT Art. 8(2)(b)"
    expected = "a filing in another country, or a national law that gives its own filings priority"
    came = f"{office_name(code)}; its national law decides{_NATIONAL_LAWS.get(code, '')}"
    return Check(2, _NAME, "warning", basis, "SAME_OFFICE", expected, came)


def _other_country(right: Right) -> str:
    """Return the article that gives the right in other countries than the first filing's."""
    if right == "plantVariety":
        return "UPOV Convention (1991) Art. 11(1)"
    return "Paris Convention Art. 4A(1)"


def bound_with_first(case: Case, check: Check) -> Check:
    """Return check 2 of the first office, and where it passed, the doubt whether a treaty binds both offices.

    A national phase has the priority that its PCT filing could claim, too (PCT Art. 8(2)(a)).
    """
    second = case.second_office
    if check.result != "passed" or not second or case.own_international:
        return check
    offices = [second]
    if case.related and case.filed is not None and case.filed.is_of_pct:
        offices.append("WO")
    for office in offices:
        is_bound = common_treaty(
            case.first_office, office, case.right, first_date(case), judged_day(case)
        )
        if not is_bound:
            return _unbound(check, office, case.right, is_known=is_bound is False)
    return check


def _unbound(check: Check, office: str, right: Right, *, is_known: bool) -> Check:
    basis = check.legal_basis
    if office == "WO" and right != "plantVariety":
        basis = "PCT Art. 8(1), Rule 4.10(a)"
    return msgspec.structs.replace(
        check,
        result="warning" if is_known else "unknown",
        legal_basis=basis,
        reason="NO_COMMON_TREATY" if is_known else "MEMBERSHIP_UNKNOWN",
        expected="one treaty that binds both offices on these days, or a national law that gives as much",
        came=f"{check.came}; {takes_in_words(office, right)}",
    )


def refusal_of_second(case: Case) -> Check | None:
    """Return check 2 with the reason why no such filing was made at the second office; None: it may have been."""
    office, right = case.second_office, case.second_right
    if not office or may_register(office, right):
        return None
    if OFFICES[office].kind == "former":
        if not has_ceased(office, second_date(case)):
            return None
        reason, expected = "SECOND_OFFICE_CEASED", "a filing before that office ceased"
    elif office == "WO" and right in FIRST_RIGHTS["patent"]:
        return None
    else:
        reason, expected = "SECOND_RIGHT_NOT_REGISTRABLE", f"an office that takes a {right}"
    came = takes_in_words(office, right)
    return Check(2, _NAME, "unknown", _other_country(right), reason, expected, came)


def with_refusal(first: Check, refusal: Check) -> Check:
    """Return check 2 with what it has to say of both offices."""
    if not first.reason:
        return refusal
    return msgspec.structs.replace(
        first,
        came=f"{first.came}; {refusal.came}",
        further_reasons=(*first.further_reasons, refusal.reason),
    )
