"""Filings as one office sees them: without claims to sealed filings of which it may know nothing (register.md S7)."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from ledger.register.disputes import Disputes
from ledger.register.entitlement import Entitlement
from ledger.register.filing import ClaimRecord, FilingRecord, RelatedRecord
from ledger.register.reader import RegisterReader
from ledger.register.sealed import resolved

_BAGS = ("priorityClaimBag", "relatedFilingBag")
_CHANGES = ("claim", "replacedClaim")


class FilingView(NamedTuple):
    """What an office sees of a filing."""

    record: FilingRecord
    """With number, date and right of opened filings beside the sealed claims to them."""
    hidden: frozenset[str]
    """The claim keys of the sealed filings that it does not see."""

    def disputes(self, disputes: Disputes) -> Disputes:
        """Those of them that are not about what is hidden."""
        return tuple(one for one in disputes if one[1].claim_key not in self.hidden)

    def entry(self, entry: bytes) -> bytes | None:
        """An entry about the filing, without what is hidden; None: it is about nothing else."""
        if not self.hidden:
            return entry
        told: dict[str, Any] = msgspec.json.decode(entry)
        if any(self._hides(told[name]) for name in _CHANGES if name in told):
            return None
        bags = {name: told[name] for name in _BAGS if name in told}
        shown = {name: [one for one in bag if not self._hides(one)] for name, bag in bags.items()}
        return entry if shown == bags else msgspec.json.encode(told | shown)

    def _hides(self, named: dict[str, Any]) -> bool:
        return named.get("claimKey") in self.hidden


def view_of(reader: RegisterReader, entitlement: Entitlement, record: FilingRecord) -> FilingView:
    """The filing with this record, as the office of the entitlement sees it at the reader's height."""
    record = resolved(reader.get, record)
    hidden = frozenset(
        one.claim_key for one in _named(record) if entitlement.hides(one.office, one.claim_key)
    )
    if not hidden:
        return FilingView(record, hidden)
    filed = _shown(record.claims[: record.claims_filed], hidden)
    shown = msgspec.structs.replace(
        record,
        claims=_shown(record.claims, hidden),
        claims_filed=len(filed),
        related=tuple(one for one in record.related if one.claim_key not in hidden),
    )
    return FilingView(shown, hidden)


def _named(record: FilingRecord) -> Iterable[ClaimRecord | RelatedRecord]:
    return (*record.claims, *record.related)


def _shown(claims: tuple[ClaimRecord, ...], hidden: frozenset[str]) -> tuple[ClaimRecord, ...]:
    return tuple(claim for claim in claims if claim.claim_key not in hidden)
