"""Enters that an office disputes a claim of some filing, or takes its dispute back (register.md R13)."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from ledger.register.applied import Applied, Get, Position, accepted, rejected, repeated
from ledger.register.apply_changes import FoundFiling, find_filing
from ledger.register.apply_filing import ASSUMED_RIGHT, claim_record
from ledger.register.disputes import relation_of
from ledger.register.entries import (
    REASON_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    Dispute,
    FilingReference,
    Relation,
)
from ledger.register.filing import (
    ACTIVE,
    ClaimRecord,
    DisputeRecord,
    FilingRecord,
    RelatedRecord,
    SealedRecord,
    decode_disputes,
    encode,
)
from ledger.register.keys import dispute_count_key, disputes_key, history_link
from ledger.register.offices import office_code
from ledger.register.printable import is_printable
from ledger.register.sealed_claims import ToldAlike, misnamed
from ledger.register.text import trim

STANDING_MAX = 20
"""Disputes of one office about one filing that stand."""
DISPUTES_MAX = 100
"""The same, those taken back included."""
OF_OFFICE_MAX = 10_000
"""Disputes of one office about all filings that stand: nobody can make the whole register doubtful to others."""

_COUNT_SIZE = 4
_Disputes = tuple[DisputeRecord, ...]


def apply_dispute(get: Get, office: str, dispute: Dispute, position: Position) -> Applied:
    """Return the outcome of a dispute. It changes neither the filing nor its claims (register.md R13)."""
    claiming_office = office_code(dispute.claiming_office_code)
    reason = _refusal(dispute)
    if reason:
        return rejected(reason, _subject(claiming_office, dispute.filing))
    found = find_filing(get, claiming_office, dispute.filing)
    if isinstance(found, Applied):
        return found
    if found.names_without_right(dispute.claim):
        return rejected("CLAIM_RIGHT_MISSING", found.subject)
    key = disputes_key(found.home, office)
    data = get(key)
    disputes = () if data is None else decode_disputes(data)
    named = claim_record(dispute.claim, found.right, position, [])
    among = found.record.related if dispute.relation else found.record.claims
    alike = ToldAlike(get, ASSUMED_RIGHT[found.right], (*among, *disputes, named))
    about = _About(disputes, dispute.relation, alike)
    if dispute.action == "raise":
        changed = _raise(found, about, named, dispute, position)
    else:
        changed = _withdraw(found, about, named, dispute, position)
    if isinstance(changed, Applied):
        return changed
    count = _standing_of_office(get, office) + _standing(changed) - _standing(disputes)
    if count > OF_OFFICE_MAX:
        return rejected("TOO_MANY_DISPUTES_OF_OFFICE", found.subject)
    counted = (dispute_count_key(office), count.to_bytes(_COUNT_SIZE, "big"))
    history = (history_link(found.home, position.height, position.index), b"")
    return Applied(accepted([], found.subject), ((key, encode(changed)), counted), (history,))


def _subject(office: str, reference: FilingReference) -> str:
    """Return what a refusal is about that was given before the filing was looked for."""
    if reference.claim_key is not None:
        return f"{office}.sealed.{reference.claim_key}"
    return office if reference.right is None else f"{office}.{reference.right}"


def _standing_of_office(get: Get, office: str) -> int:
    return int.from_bytes(get(dispute_count_key(office)) or b"", "big")


def _standing(disputes: _Disputes) -> int:
    return sum(known.withdrawn_on is None for known in disputes)


def _refusal(dispute: Dispute) -> str:
    claim = dispute.claim
    texts = (claim.application_number_text, claim.ip_office_code)
    if any(len(text) > TEXT_LENGTH_MAX for text in texts):
        return "NUMBER_TOO_LONG"
    if len(dispute.reason_text) > REASON_LENGTH_MAX:
        return "TEXT_TOO_LONG"
    if not is_printable(dispute.reason_text):
        return "TEXT_NOT_PRINTABLE"
    if dispute.action == "raise" and not trim(dispute.reason_text):
        return "REASON_MISSING"
    return misnamed((claim,)) if office_code(dispute.claiming_office_code) else "OFFICE_UNKNOWN"


class _About(NamedTuple):
    """The disputes of an office about a filing, of which some are about what is named."""

    all: _Disputes
    relation: Relation | None
    """The relation that is named; None: a claim is."""
    alike: ToldAlike
    """Tells claims that lead to one filing alike."""

    def names(
        self,
        named: ClaimRecord | RelatedRecord,
        known: ClaimRecord | RelatedRecord | DisputeRecord,
    ) -> bool:
        """Return whether this is what is named: the right and the date that are left out may be any."""
        is_meant = relation_of(known) == self.relation
        return is_meant and _names(self.alike(named), self.alike(known))

    def of(self, named: ClaimRecord | RelatedRecord) -> list[DisputeRecord]:
        """Return the disputes of what is named."""
        return [known for known in self.all if self.names(named, known)]


def _raise(
    found: FoundFiling,
    disputes: _About,
    named: ClaimRecord,
    dispute: Dispute,
    position: Position,
) -> _Disputes | Applied:
    """Return the disputes with the one that is raised, or what the entry gets that raises none."""
    claim = _disputable(found.record, named, disputes)
    reason = trim(dispute.reason_text)
    about = disputes.of(claim or named)
    for known in about:
        # A retry never raises again what was taken back since.
        is_retry = known.decided_on == dispute.decision_date or known.withdrawn_on is None
        if known.reason == reason and is_retry:
            return repeated(found.subject, known.height, known.index)
    if claim is None:
        return rejected("CLAIM_NOT_FOUND", found.subject)
    if any(known.withdrawn_on is None for known in about):
        return rejected("DISPUTE_CONFLICT", found.subject)
    if _standing(disputes.all) >= STANDING_MAX or len(disputes.all) >= DISPUTES_MAX:
        return rejected("TOO_MANY_DISPUTES", found.subject)
    raised = DisputeRecord(
        claim.office,
        claim.number,
        claim.match_key,
        claim.right,
        claim.filing_date,
        reason,
        dispute.decision_date,
        position.height,
        position.index,
        relation=dispute.relation,
        claim_key=claim.claim_key,
    )
    return (*disputes.all, raised)


def _withdraw(
    found: FoundFiling,
    disputes: _About,
    named: ClaimRecord,
    dispute: Dispute,
    position: Position,
) -> _Disputes | Applied:
    """Return the disputes with one taken back, or what the entry gets that takes none back."""
    about = disputes.of(named)
    if not about:
        return rejected("DISPUTE_NOT_FOUND", found.subject)
    reason = trim(dispute.reason_text)
    # A retry never takes back what was raised again since.
    retried = (known for known in about if known.withdrawn_on == dispute.decision_date)
    past = next((known for known in retried if known.withdrawal_reason == reason), None)
    standing = next((known for known in about if known.withdrawn_on is None), None)
    if past is not None or standing is None:
        past = past or about[-1]
        return repeated(found.subject, past.withdrawn_height, past.withdrawn_index)
    withdrawn = msgspec.structs.replace(
        standing,
        withdrawn_on=dispute.decision_date,
        withdrawal_reason=reason,
        withdrawn_height=position.height,
        withdrawn_index=position.index,
    )
    return tuple(withdrawn if known is standing else known for known in disputes.all)


def _disputable(
    record: FilingRecord | SealedRecord, named: ClaimRecord, disputes: _About
) -> ClaimRecord | RelatedRecord | None:
    """Return the claim that counts, or the relation, that is named: one of that date, or without a date the first."""
    claims = (claim for claim in record.claims if claim.status in ACTIVE)
    among: Iterable[ClaimRecord | RelatedRecord] = record.related if disputes.relation else claims
    return next((one for one in among if disputes.names(named, one)), None)


def _names(
    named: ClaimRecord | RelatedRecord, known: ClaimRecord | RelatedRecord | DisputeRecord
) -> bool:
    by_key = bool(named.match_key) and named.match_key == known.match_key
    return (
        named.office == known.office
        and named.claim_key == known.claim_key
        and (by_key or named.number == known.number)
        and (named.right is None or known.right in {None, named.right})
        and named.filing_date in {None, known.filing_date}
    )
