"""Enters that an office withholds reports, or no longer does (register.md D4)."""

from typing import Final

import msgspec

from ledger.register.applied import Applied, Get, Position, accepted, rejected, repeated
from ledger.register.apply_report import find_reported
from ledger.register.entries import REASON_LENGTH_MAX, LegalGround, Withholding
from ledger.register.filing import encode
from ledger.register.keys import history_link
from ledger.register.printable import is_printable
from ledger.register.report_keys import report_key, withholding_key
from ledger.register.report_records import WithholdingRecord, decode_withholdings
from ledger.register.text import trim

WITHHOLDINGS_MAX: Final = 100
"""Of one office about one filing, those taken back included."""

_Withholdings = tuple[WithholdingRecord, ...]


def apply_withholding(
    get: Get, office: str, withholding: Withholding, position: Position
) -> Applied:
    """Return the outcome of a withholding, or of its end."""
    reason = _refusal(withholding)
    if reason:
        return rejected(reason, office)
    found = find_reported(get, office, withholding.filing, withholding.filing_office_code)
    if isinstance(found, Applied):
        return found
    file = found.home
    digest = withholding.document_digest or ""
    if digest and get(report_key(file, office, digest)) is None:
        return rejected("REPORT_NOT_FOUND", found.subject)
    key = withholding_key(file, office)
    data = get(key)
    known = () if data is None else decode_withholdings(data)
    if withholding.action == "raise":
        changed = _raise(known, withholding, position, found.subject)
    else:
        changed = _withdraw(known, withholding, position, found.subject)
    if isinstance(changed, Applied):
        return changed
    history = (history_link(file, position.height, position.index), b"")
    return Applied(accepted([], found.subject), ((key, encode(changed)),), (history,))


def _refusal(withholding: Withholding) -> str:
    if len(withholding.reason_text) > REASON_LENGTH_MAX:
        return "TEXT_TOO_LONG"
    if not is_printable(withholding.reason_text):
        return "TEXT_NOT_PRINTABLE"
    if withholding.action == "withdraw":
        return ""
    if withholding.legal_ground is None:
        return "LEGAL_GROUND_MISSING"
    return "" if trim(withholding.reason_text) else "REASON_MISSING"


def _raise(
    known: _Withholdings, withholding: Withholding, position: Position, subject: str
) -> _Withholdings | Applied:
    """Return the withholdings with the one that is raised, or what the entry gets that raises none."""
    raised = WithholdingRecord(
        withholding.document_digest or "",
        withholding.legal_ground or "nationalLaw",
        trim(withholding.reason_text),
        withholding.decision_date,
        position.height,
        position.index,
    )
    about = [one for one in known if one.digest == raised.digest]
    standing = next((one for one in about if one.withdrawn_on is None), None)
    if standing is not None and _cause(standing) == _cause(raised):
        return repeated(subject, standing.height, standing.index)
    # Neither raised again by a retry, nor called repeated: the office must not take for withheld what is readable.
    if any(_cause(one) == _cause(raised) and one.decided_on == raised.decided_on for one in about):
        return rejected("WITHHOLDING_TAKEN_BACK", subject)
    if standing is not None:
        return rejected("WITHHOLDING_CONFLICT", subject)
    if len(known) >= WITHHOLDINGS_MAX:
        return rejected("TOO_MANY_WITHHOLDINGS", subject)
    return (*known, raised)


def _cause(withholding: WithholdingRecord) -> tuple[LegalGround, str]:
    return withholding.ground, withholding.reason


def _withdraw(
    known: _Withholdings, withholding: Withholding, position: Position, subject: str
) -> _Withholdings | Applied:
    """Return the withholdings with one taken back, or what the entry gets that takes none back."""
    about = [one for one in known if one.digest == (withholding.document_digest or "")]
    if not about:
        return rejected("WITHHOLDING_NOT_FOUND", subject)
    reason = trim(withholding.reason_text)
    # A retry never takes back what was raised again since.
    retried = (one for one in about if one.withdrawn_on == withholding.decision_date)
    past = next((one for one in retried if one.withdrawal_reason == reason), None)
    standing = next((one for one in about if one.withdrawn_on is None), None)
    if past is not None or standing is None:
        past = past or about[-1]
        return repeated(subject, past.withdrawn_height, past.withdrawn_index)
    withdrawn = msgspec.structs.replace(
        standing,
        withdrawn_on=withholding.decision_date,
        withdrawal_reason=reason,
        withdrawn_height=position.height,
        withdrawn_index=position.index,
    )
    return tuple(withdrawn if one is standing else one for one in known)
