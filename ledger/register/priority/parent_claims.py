"""What the filings whose date a second filing keeps say themselves of the first filing.

A division keeps the benefit of its parent's right of priority, if any (Paris Convention Art. 4G), and a
national phase has the claims of its PCT filing (PCT Art. 8, 11(3)): where these make no such claim, or
withdrew it, or had the right restored, that tells of the second filing, too.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ledger.register.filing import ACTIVE, ClaimRecord, FilingRecord
from ledger.register.numbers import is_exact, read_earlier
from ledger.register.priority.case import Case, find_claim
from ledger.register.priority.dates import INHERITING, Ancestor

_DECISIONS = frozenset({"restored", "restorationRefused"})


class ParentClaim(NamedTuple):
    """What an ancestor says of the first filing."""

    ancestor: Ancestor
    claim: ClaimRecord | None
    """None: it makes no such claim."""
    is_inherited: bool
    """Whether the second filing, by divisions and as a national phase only, has the ancestor's claims and no others."""

    @property
    def of_pct(self) -> bool:
        """Whether the second filing is the PCT filing's national phase, or a division of that."""
        return self.is_inherited and self.ancestor.office == "WO"


def restoration_decided(case: Case) -> ParentClaim | None:
    """Return the nearest decision about restoration of the right of priority for an ancestor, if any.

    Restored by the receiving office, it has effect in the designated states (PCT Rule 49ter.1).
    """
    for parent in _parent_claims(case):
        if parent.claim is not None and parent.claim.status in _DECISIONS:
            return parent
    return None


def not_claimed(case: Case) -> ParentClaim | None:
    """Return the ancestor that does not claim the first filing, or no longer; the PCT filing before others.

    One that divides another filing, or is a national phase, need not repeat the claims of that.
    """
    missing = [
        parent
        for parent in _parent_claims(case)
        if (parent.claim is None and not parent.ancestor.has_claims_of_parent)
        or (parent.claim is not None and parent.claim.status not in ACTIVE)
    ]
    return max(missing, key=lambda parent: parent.of_pct, default=None)


def _parent_claims(case: Case) -> Iterator[ParentClaim]:
    """Yield what the registered ancestors say, the nearest first, down to the one whose date counts.

    The first filing itself, where it is an ancestor, ends them.
    """
    if case.filed is None or case.own_international or case.number is None:
        return
    is_inherited = True
    for ancestor in case.filed.ancestors:
        if ancestor.key == case.key and case.key:
            return
        is_inherited = is_inherited and ancestor.relation in INHERITING
        if ancestor.record is None or not case.number.match_key:
            continue
        claim = find_claim(case, ancestor.record)
        if claim is not None or not _may_be_claimed(case, ancestor.record):
            yield ParentClaim(ancestor, claim, is_inherited)


def _may_be_claimed(case: Case, filing: FilingRecord) -> bool:
    """Return whether a filing may claim the first one in another form of its number: same office, same date."""
    if case.number is None:
        return False
    exact = is_exact(case.first_office, case.number)
    asked = case.request.first.filing_date
    return any(
        claim.status in ACTIVE
        and (claim.office, claim.filing_date) == (case.first_office, asked)
        and not (exact and _is_exact(claim, case))
        for claim in filing.claims
    )


def _is_exact(claim: ClaimRecord, case: Case) -> bool:
    right = claim.right or case.right
    office, number = read_earlier(claim.office, right, claim.number, claim.filing_date)
    return is_exact(office, number)
