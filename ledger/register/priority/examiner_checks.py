"""Checks 10 to 15 of a priority claim: the examiner's, listed with what the register knows."""

from datetime import date
from functools import lru_cache

from ledger.register.calendar import add_months
from ledger.register.entries import Right
from ledger.register.filing import ACTIVE, ClaimRecord
from ledger.register.priority.case import Case, claims_own_provisional
from ledger.register.priority.limits import (
    CLAIM_MONTHS_FROM_FILING,
    COPY_MONTHS,
    COPY_RULES,
    Law,
    earliest_priority,
    law_of,
)
from ledger.register.priority.older_filings import describe, events_in_words, find_older
from ledger.register.priority.parent_claims import ParentClaim, not_claimed
from ledger.register.verification import Check

_FIRST = "Paris Convention Art. 4C(2), 4C(4); EPC Art. 87(4)"
_STANDING = "PCT Rule 90bis.3; Paris Convention Art. 4A(3)"
_INVENTION = "Paris Convention Art. 4F, 4H; G 2/98, G 1/15"
_DISCLOSED = "directly and unambiguously derivable from the first filing as a whole"

_NO_OLDER = Check(
    10, "firstApplication", "examiner", _FIRST, came="the first filing names no older one here"
)
_NOT_FOUND = Check(
    10, "firstApplication", "examiner", _FIRST, came="the first filing is not found here"
)
_NO_CONTENTS = Check(
    14,
    "sameInvention",
    "examiner",
    _INVENTION,
    expected=_DISCLOSED,
    came="nothing is known of the contents",
)
_NO_CLAIM = Check(
    15, "claimStands", "examiner", _STANDING, came="the second filing's claim is not known here"
)
_APPLICANT = Check(
    11,
    "applicantSame",
    "examiner",
    "Paris Convention Art. 4A(1); EPC Art. 87(1); G 1/22",
    expected="the same applicants, or their successors in title",
    came="nothing is known: the register holds no names",
)
_TRANSLATION_RULES: tuple[tuple[Law, str, str], ...] = (
    ("PCT", "PCT Rule 51bis.1(e)", "only where the validity of the claim matters"),
    ("EPC", "EPC Rule 53(3)", "only where the validity of the claim matters, when asked for"),
    ("US", "37 CFR 1.55(g)", "when asked for, or where a document lies between the dates"),
    ("national", "Paris Convention Art. 4D(3)", "as the national law asks"),
    ("Paris", "Paris Convention Art. 4D(3)", "as the national law asks"),
    ("UPOV", "UPOV Convention (1991) Art. 11(2)", "as the national law asks"),
)
_TRANSLATIONS: dict[Law, Check] = {
    law: Check(13, "translation", "examiner", basis, expected=expected, came="nothing is known")
    for law, basis, expected in _TRANSLATION_RULES
}


_NO_COPY = Check(
    12,
    "certifiedCopy",
    "notApplicable",
    "37 CFR 1.78(a)",
    came="none is due: the office has its own provisional application",
)
_TRANSLATION_OF_PROVISIONAL = Check(
    13,
    "translation",
    "examiner",
    "37 CFR 1.78(a)(5)",
    expected="in the file of the provisional application, where that is not in English",
    came="nothing is known",
)


def for_the_examiner(case: Case) -> tuple[Check, ...]:
    """Checks 10 to 15, with what the register knows about them."""
    law = law_of(case)
    is_own = law == "US" and claims_own_provisional(case)
    return (
        _first_application(case),
        _APPLICANT,
        _NO_COPY if is_own else _certified_copy(case, law),
        _TRANSLATION_OF_PROVISIONAL if is_own else _TRANSLATIONS[law],
        _same_invention(case),
        _standing(case),
    )


def _first_application(case: Case) -> Check:
    """Check 10: a first filing that claims a priority itself, or continues another one, may not be the first."""
    if case.found is None:
        return _NOT_FOUND
    older = find_older(case)
    if not older:
        return _NO_OLDER
    came = "it names as earlier: " + "; ".join(describe(case, each) for each in older)
    reason = "NOT_FIRST"
    return Check(10, "firstApplication", "examiner", _FIRST, reason, "no earlier filing", came)


def _certified_copy(case: Case, law: Law) -> Check:
    """Check 12: nothing is known of copies; until when they are due, where a known law says it."""
    filed = case.request.second.filing_date if law == "US" else None
    return _copy_due(law, case.second_right, earliest_priority(case), filed)


@lru_cache(maxsize=4_096)
def _copy_due(law: Law, right: Right, earliest: date | None, filed: date | None) -> Check:
    rule, came = COPY_RULES[law], "no copy is recorded here"
    if law == "UPOV":
        expected = "as the authority asks; it gives at least three months from the filing"
    elif law in {"national", "Paris"} or earliest is None:
        expected = "as the national law asks; free of charge within three months of the filing"
    elif law == "US" and right == "design":
        expected = "before the patent is granted"
    else:
        due = add_months(earliest, COPY_MONTHS)
        if filed is not None:
            due = max(due, add_months(filed, CLAIM_MONTHS_FROM_FILING))
        expected = f"by {due}, or the next day the office is open"
    return Check(12, "certifiedCopy", "examiner", rule, expected=expected, came=came)


def _same_invention(case: Case) -> Check:
    """Check 14: what became of the first filing, and what relations say of the contents."""
    first_related = case.found.related if case.found is not None else ()
    events = case.found.events if case.found is not None else ()
    if not (first_related or events or case.related):
        return _NO_CONTENTS
    known = [f"first filing {events_in_words(events)}"] if events else []
    known += [
        f"first filing is a {each.relation} of {each.office} {each.number}"
        for each in first_related
    ]
    known += [
        f"second filing is a {each.relation} of {each.office} {each.number}"
        for each in case.related
    ]
    came = "; ".join(known)
    return Check(14, "sameInvention", "examiner", _INVENTION, expected=_DISCLOSED, came=came)


def _standing(case: Case) -> Check:
    """Check 15: the claim stands, whatever became of the first filing (Art. 4A(3)), and its parent makes it, too."""
    name, claim = "claimStands", case.claim
    if claim is not None and claim.status not in ACTIVE:
        came = f"{claim.status} on {claim.decided_on}"
        reason = "ABANDONED" if claim.status == "withdrawn" else "CLAIM_CORRECTED"
        return Check(15, name, "failed", _STANDING, reason, "a claim that stands", came)
    missing = not_claimed(case) if case.related else None
    if missing is not None:
        return _not_claimed(missing)
    if claim is not None:
        return Check(15, name, "examiner", _STANDING, came=_made(claim) + _fate(case))
    fate = _fate(case)
    return Check(15, name, "examiner", _STANDING, came=_NO_CLAIM.came + fate) if fate else _NO_CLAIM


def _not_claimed(missing: ParentClaim) -> Check:
    """Check 15 where the parent or the PCT filing does not claim the first filing, as far as it is registered.

    A national phase has the claims of its PCT filing. One that was withdrawn there keeps its effect where
    national processing had begun (PCT Rule 90bis.6(a)): the register does not know when it did.
    """
    claim, ancestor = missing.claim, missing.ancestor
    fate = (
        "makes no such claim" if claim is None else f"has it {claim.status} on {claim.decided_on}"
    )
    came = f"{ancestor.name} ({ancestor.relation}) {fate} in the register"
    if not missing.of_pct:
        basis, expected = "Paris Convention Art. 4G", "the same claim of the parent"
        return Check(15, "claimStands", "warning", basis, "NOT_CLAIMED_BY_PARENT", expected, came)
    basis = "PCT Art. 8(1), 11(3), Rules 26bis.1, 90bis.3, 90bis.6(a)"
    reason, expected = "NOT_CLAIMED_IN_PCT", "the same claim of the PCT filing"
    return Check(15, "claimStands", "unknown", basis, reason, expected, came)


def _made(claim: ClaimRecord) -> str:
    """Return when the claim was made, and what was decided about it since."""
    how = "with the filing" if claim.made_on is None else f"on {claim.made_on}"
    decided = "".join(
        f"; {change.status} on {change.decided_on} by {change.decided_by}"
        + (f" ({change.criterion})" if change.criterion is not None else "")
        for change in claim.changes
    )
    return f"made {how}, block {claim.height}{decided}"


def _fate(case: Case) -> str:
    if case.found is None or not case.found.events:
        return ""
    return f"; first filing {events_in_words(case.found.events)}, which takes nothing from it"
