"""Enters changes of a filing's priority claims, each with who decided it and when (register.md R6, R7, R14)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import msgspec

from ledger.register.applied import Applied, Get, Position, rejected, repeated
from ledger.register.apply_changes import FoundFiling, entered, find_filing
from ledger.register.apply_filing import ASSUMED_RIGHT, claim_record, claim_warnings
from ledger.register.entries import (
    CLAIMS_MAX,
    TEXT_LENGTH_MAX,
    Claim,
    ClaimAction,
    PriorityClaim,
    Right,
)
from ledger.register.filing import (
    ACTIVE,
    ClaimChange,
    ClaimRecord,
    ClaimStatus,
)
from ledger.register.keys import filing_id, linked_since, priority_link
from ledger.register.named_claims import (
    changes_to,
    corrections,
    find_claims,
    is_named,
    is_requested_otherwise,
    is_retry,
    is_same_claim,
    names_same_filing,
)
from ledger.register.offices import OFFICES, has_ceased, is_office, office_code
from ledger.register.sealed_claims import ToldAlike, misnamed, unproved

CLAIM_CHANGES_MAX = 50
"""Decisions about the restoration of one claim."""
_WITHDRAWN: frozenset[ClaimStatus] = frozenset({"withdrawn"})


@dataclass(frozen=True, slots=True)
class _Decision:
    """A change that an office declares, of a claim of one of its filings."""

    get: Get
    found: FoundFiling
    entry: Claim
    office: str
    """Who decided it."""
    position: Position
    warnings: list[str]
    alike: ToldAlike
    """Tells claims that lead to one filing alike."""
    told_claims: tuple[ClaimRecord, ...]
    """Those of the filing, in their places, told so."""

    @property
    def subject(self) -> str:
        return self.found.subject

    @property
    def claims(self) -> tuple[ClaimRecord, ...]:
        return self.found.record.claims

    @property
    def right(self) -> Right:
        return self.found.right

    def named(self, claim: PriorityClaim) -> ClaimRecord:
        """Return a claim as a record, to look for it."""
        return self.alike(claim_record(claim, self.right, self.position, []))


def apply_claim(get: Get, office: str, entry: Claim, position: Position) -> Applied:
    """Return the outcome of a change of a priority claim (register.md R6, R7, R14)."""
    found = find_filing(get, office, entry.filing)
    if isinstance(found, Applied):
        return found
    claims = (entry.claim, entry.replaced_claim or entry.claim)
    texts = [
        text for claim in claims for text in (claim.application_number_text, claim.ip_office_code)
    ]
    if any(len(text) > TEXT_LENGTH_MAX for text in texts):
        return rejected("NUMBER_TOO_LONG", found.subject)
    reason = _sealed_refusal(get, found, entry, position.network_id)
    if reason:
        return rejected(reason, found.subject)
    decided_by = office
    if entry.deciding_office_code is not None:
        decided_by = office_code(entry.deciding_office_code)
        if not _may_decide(decided_by, entry.decision_date):
            return rejected("DECIDING_OFFICE_UNKNOWN", found.subject)
    warnings = _date_warnings(entry, found.filing_date, position)
    alike = _told_alike(get, found, claims, position)
    told = tuple(map(alike, found.record.claims))
    decision = _Decision(get, found, entry, decided_by, position, warnings, alike, told)
    return _APPLY[entry.action](decision)


def _told_alike(
    get: Get, found: FoundFiling, named: Iterable[PriorityClaim], position: Position
) -> ToldAlike:
    sealed = (one for one in named if one.claim_key is not None)
    by_key = (claim_record(one, found.right, position, []) for one in sealed)
    return ToldAlike(get, ASSUMED_RIGHT[found.right], (*found.record.claims, *by_key))


def _may_decide(code: str, on: date) -> bool:
    """Return whether an office of this code could decide that day: one that takes filings, a former one until its end.

    Bodies that take none (XN, XU, EU ...) decide nothing about claims, and XX is nobody.
    """
    known = OFFICES.get(code)
    if known is None or known.kind != "former":
        return is_office(code)
    return not has_ceased(code, on)


def _sealed_refusal(get: Get, found: FoundFiling, entry: Claim, network_id: bytes) -> str:
    """Return why the claims are sealed, or named for a sealed filing, as they cannot be (register.md S3)."""
    named = [] if entry.replaced_claim is None else [entry.replaced_claim]
    if found.names_without_right(entry.claim, *named):
        return "CLAIM_RIGHT_MISSING"
    if entry.action not in {"add", "correct"}:
        return misnamed((entry.claim, *named))
    refusal = misnamed(named) or unproved(get, network_id, found.subject, (entry.claim,))
    if refusal == "CLAIM_NOT_PROVED" and found.home != found.key:
        # Proved while the filing was sealed, under the id that it had then: the same entry may come again.
        return unproved(get, network_id, filing_id(found.home), (entry.claim,))
    return refusal


def _date_warnings(entry: Claim, filing_date: date | None, position: Position) -> list[str]:
    """Return what is doubtful about the dates; None: the filing is sealed."""
    warnings, requested = [], entry.request_date
    if filing_date is not None and entry.decision_date < filing_date:
        warnings.append("DECISION_BEFORE_FILING")
    elif entry.decision_date.toordinal() > position.day + 1:
        warnings.append("DECISION_IN_FUTURE")
    if requested is not None and filing_date is not None and requested < filing_date:
        warnings.append("REQUEST_BEFORE_FILING")
    elif requested is not None and requested > entry.decision_date:
        warnings.append("REQUEST_AFTER_DECISION")
    return warnings


def _add(decision: _Decision) -> Applied:
    """Add a claim (PCT Rule 26bis.1)."""
    claim = _made(decision)
    for known in decision.claims:
        # This very claim was entered before, whatever became of it since.
        if is_retry(known, claim):
            return repeated(decision.subject, known.height, known.index)
    told = decision.alike(claim)
    for known in decision.told_claims:
        if known.status in ACTIVE and names_same_filing(known, told):
            if known.filing_date == told.filing_date and not is_requested_otherwise(known, claim):
                return repeated(decision.subject, known.height, known.index)
            return rejected("CLAIM_CONFLICT", decision.subject)
    return _with_claim(decision, decision.claims, claim)


def _correct(decision: _Decision) -> Applied:
    """Replace a claim (PCT Rule 26bis.1): the claim as it stood stays, as corrected."""
    if decision.entry.replaced_claim is None:
        return rejected("REPLACED_CLAIM_MISSING", decision.subject)
    claim = _made(decision)
    told = decision.alike(claim)
    replaced = decision.named(decision.entry.replaced_claim)
    places = find_claims(decision.told_claims, replaced, ACTIVE, is_same_claim)
    same = list(corrections(decision.told_claims, replaced, told))
    same_day = [came for came in same if is_retry(came, told)]
    # On another day it is a retry only if there is nothing left to correct.
    retried = same_day or ([] if places else same)
    if retried:
        return repeated(decision.subject, retried[0].height, retried[0].index)
    if not places:
        return rejected("CLAIM_NOT_FOUND", decision.subject)
    other = find_claims(decision.told_claims, told, ACTIVE, names_same_filing)
    if not set(other) <= set(places):
        return rejected("CLAIM_CONFLICT", decision.subject)
    if any(decision.claims[place].status == "restored" for place in places):
        decision.warnings.append("RESTORATION_NOT_KEPT")
    return _with_claim(decision, _changed(decision, places, "corrected"), claim)


def _withdraw(decision: _Decision) -> Applied:
    """Withdraw a claim (PCT Rule 90bis.3): it counts no longer, neither here nor for families."""
    named = decision.named(decision.entry.claim)
    for change in changes_to(decision.told_claims, named, "withdrawn"):
        if change.decided_on == decision.entry.decision_date:
            return repeated(decision.subject, change.height, change.index)
    places = find_claims(decision.told_claims, named, ACTIVE, is_named)
    if places:
        return _with_claims(decision, _changed(decision, places, "withdrawn"))
    places = find_claims(decision.told_claims, named, _WITHDRAWN, is_named)
    if not places:
        return rejected("CLAIM_NOT_FOUND", decision.subject)
    return repeated(decision.subject, *decision.claims[places[0]].changed_at)


def _restore(decision: _Decision) -> Applied:
    """Enter that the right of priority was restored (PCT Rule 26bis.3(a))."""
    if decision.entry.criterion is None:
        return rejected("CRITERION_MISSING", decision.subject)
    return _decide_restoration(decision, "restored")


def _refuse_restoration(decision: _Decision) -> Applied:
    """Enter that it was not (PCT Rule 26bis.3(h)): the claim stands, and is late."""
    return _decide_restoration(decision, "restorationRefused")


def _decide_restoration(decision: _Decision, status: ClaimStatus) -> Applied:
    """Enter a decision, unless it is this very one again. Of several the last one counts."""
    entry = decision.entry
    named = decision.named(entry.claim)
    made = (entry.decision_date, decision.office, entry.criterion)
    for change in changes_to(decision.told_claims, named, status):
        if made == (change.decided_on, change.decided_by, change.criterion):
            return repeated(decision.subject, change.height, change.index)
    places = find_claims(decision.told_claims, named, ACTIVE, is_named)
    if not places:
        return rejected("CLAIM_NOT_FOUND", decision.subject)
    if any(len(decision.claims[place].changes) >= CLAIM_CHANGES_MAX for place in places):
        return rejected("TOO_MANY_CLAIM_CHANGES", decision.subject)
    return _with_claims(decision, _changed(decision, places, status))


_APPLY: dict[ClaimAction, Callable[[_Decision], Applied]] = {
    "add": _add,
    "correct": _correct,
    "withdraw": _withdraw,
    "restore": _restore,
    "refuseRestoration": _refuse_restoration,
}


def _made(decision: _Decision) -> ClaimRecord:
    """Return the record of a claim that is made now."""
    entry = decision.entry
    claim = claim_record(entry.claim, decision.right, decision.position, decision.warnings)
    return msgspec.structs.replace(
        claim,
        made_on=entry.decision_date,
        made_by=decision.office,
        requested_on=entry.request_date,
    )


def _changed(
    decision: _Decision, places: tuple[int, ...], status: ClaimStatus
) -> tuple[ClaimRecord, ...]:
    """Return the claims with those at these places in a new status."""
    is_restoration = status in {"restored", "restorationRefused"}
    change = ClaimChange(
        status,
        decision.entry.decision_date,
        decision.office,
        decision.position.height,
        decision.position.index,
        decision.entry.criterion if is_restoration else None,
        decision.entry.request_date,
    )
    claims = list(decision.claims)
    for place in places:
        changes = (*claims[place].changes, change)
        claims[place] = msgspec.structs.replace(claims[place], changes=changes)
    return tuple(claims)


def _with_claim(
    decision: _Decision, claims: tuple[ClaimRecord, ...], claim: ClaimRecord
) -> Applied:
    """Return the outcome of one more claim, and the link to it from the first filing."""
    if len(claims) >= CLAIMS_MAX:
        return rejected("TOO_MANY_CLAIMS", decision.subject)
    found, right = decision.found, decision.right
    first = claim_warnings(
        claim, found.key, right, found.filing_date, decision.warnings, home=found.home
    )
    link = b"" if first is None else priority_link(first, found.key)
    is_new = link and decision.get(link) is None
    links = ((link, linked_since(decision.position.height)),) if is_new else ()
    return _with_claims(decision, (*claims, claim), links)


def _with_claims(
    decision: _Decision,
    claims: tuple[ClaimRecord, ...],
    links: tuple[tuple[bytes, bytes], ...] = (),
) -> Applied:
    record = msgspec.structs.replace(decision.found.record, claims=claims)
    return entered(decision.found, record, decision.position, decision.warnings, links)
