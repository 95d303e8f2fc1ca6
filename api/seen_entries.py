"""The entries about a filing as an office sees them: without what they say of sealed filings that it does not see."""

from typing import Any, Final

import msgspec

from ledger.register.offices import office_code
from ledger.register.view import RegisterView

_BAGS: Final = ("priorityClaimBag", "relatedFilingBag")


def seen_entry(view: RegisterView, entry: bytes) -> bytes | None:
    """The entry without what is hidden; None: it is about nothing else (register.md S7)."""
    if b"claimKey" not in entry:
        return entry
    told: dict[str, Any] = msgspec.json.decode(entry)
    shown = _seen_change(view, told) if "claim" in told else _seen_bags(view, told)
    if shown is None or shown == told:
        return None if shown is None else entry
    return msgspec.json.encode(shown)


def _seen_change(view: RegisterView, told: dict[str, Any]) -> dict[str, Any] | None:
    """A change of a claim, or a dispute; of a correction the half that is seen: as its filing shows it, too."""
    replaced = told.get("replacedClaim")
    is_hidden = _hides(view, told["claim"])
    if replaced is None:
        return None if is_hidden else told
    rest = {name: value for name, value in told.items() if name != "replacedClaim"}
    if _hides(view, replaced):
        action = {"action": "add"} if told["action"] == "correct" else {}
        return None if is_hidden else rest | action
    if is_hidden:
        is_correction = told["action"] == "correct"
        return rest | {"action": "withdraw", "claim": replaced} if is_correction else None
    return told


def _seen_bags(view: RegisterView, told: dict[str, Any]) -> dict[str, Any]:
    shown = dict(told)
    for name in _BAGS:
        bag = told.get(name, [])
        kept = [one for one in bag if not _hides(view, one)]
        if kept:
            shown[name] = kept
        elif bag:
            # Most entries that claim nothing have no bag.
            del shown[name]
    return shown


def _hides(view: RegisterView, named: dict[str, Any]) -> bool:
    claim_key = named.get("claimKey")
    return claim_key is not None and view.hides(
        office_code(named.get("ipOfficeCode", "")), claim_key
    )
