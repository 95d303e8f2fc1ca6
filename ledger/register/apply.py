"""Applies an entry to the register: what changes, and what the office is told.

Everything is checked before anything changes, and a refusal changes nothing. Doubtful data are no
ground to refuse: they are entered with warnings. Reason codes: docs/register.md, section 8.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from ledger.register.applied import Applied, Get, Position, rejected, repeated
from ledger.register.apply_changes import apply_event
from ledger.register.apply_claim import apply_claim
from ledger.register.apply_declarations import apply_closed_days, apply_coverage
from ledger.register.apply_dispute import apply_dispute
from ledger.register.apply_filing import apply_filing
from ledger.register.apply_opening import apply_opening
from ledger.register.apply_report import apply_report, apply_report_access
from ledger.register.apply_sealed import apply_sealed
from ledger.register.apply_withholding import apply_withholding
from ledger.register.entries import (
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
    ReportAccess,
    SealedFiling,
    Withholding,
)
from ledger.register.filing import encode
from ledger.register.keys import REQUEST_DIGEST_SIZE, place, request_link

__all__ = ["Applied", "Get", "Position", "apply_entry"]

_APPLY: dict[type, Callable[[Get, str, Any, Position], Applied]] = {
    Filing: apply_filing,
    SealedFiling: apply_sealed,
    Opening: apply_opening,
    Event: apply_event,
    Claim: apply_claim,
    Dispute: apply_dispute,
    Coverage: apply_coverage,
    ClosedDays: apply_closed_days,
    Report: apply_report,
    Withholding: apply_withholding,
    ReportAccess: apply_report_access,
}
_HEIGHT_SIZE, _PLACE_SIZE = 8, 12


def apply_entry(get: Get, office: str, entry: Entry, position: Position) -> Applied:
    """Return the outcome of an entry that `office` declares, and the facts and links it puts.

    `get` must show what the earlier entries of the same block have put. Never raises for a decoded
    entry: what the law says no to is an outcome.
    """
    if entry.request_key is None:
        return _APPLY[type(entry)](get, office, entry, position)
    return _apply_once(get, office, entry, entry.request_key, position)


def _apply_once(
    get: Get, office: str, entry: Entry, request_key: str, position: Position
) -> Applied:
    """Apply an entry unless its request key was used before (register.md R5)."""
    if len(request_key) > TEXT_LENGTH_MAX:
        return rejected("REQUEST_KEY_TOO_LONG", "")
    link = request_link(office, request_key)
    content = sha256(encode(entry)).digest()[:REQUEST_DIGEST_SIZE]
    used = get(link)
    applied = _APPLY[type(entry)](get, office, entry, position)
    outcome = applied.outcome
    if used is not None:
        if used[_PLACE_SIZE:] != content:
            return rejected("REQUEST_KEY_REUSED", outcome.subject)
        height = int.from_bytes(used[:_HEIGHT_SIZE], "big")
        index = int.from_bytes(used[_HEIGHT_SIZE:_PLACE_SIZE], "big")
        return repeated(outcome.subject, height, index)
    if outcome.status == "rejected":
        return applied
    first = (
        place(outcome.height, outcome.index)
        if outcome.status == "repeated"
        else place(position.height, position.index)
    )
    return Applied(outcome, applied.facts, (*applied.links, (link, first + content)))
