"""Request keys of entries about sealed filings, which must tell nothing of what clients make them from."""

from collections.abc import Sequence

import msgspec

from ledger.register.entries import (
    Claim,
    Dispute,
    Entry,
    Event,
    Filing,
    Opening,
    Report,
    SealedFiling,
    Withholding,
)
from node.sealed.codes import CodeStore


def with_hidden_keys(codes: CodeStore, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries; where one is about a sealed filing, its request key is one that only this office can derive.

    The same key stays the same, so that a repeat is recognised. Clients make keys from numbers and dockets, and the
    ledger shows every key to every office.
    """
    return tuple(
        entry
        if entry.request_key is None or not is_about_sealed(entry)
        else msgspec.structs.replace(entry, request_key=codes.hidden_key(entry.request_key))
        for entry in entries
    )


def is_about_sealed(entry: Entry) -> bool:
    """Whether the entry makes, opens, changes or claims a sealed filing, or tells something of one."""
    match entry:
        case SealedFiling() | Opening():
            return True
        case Filing():
            return any(one.claim_key is not None for one in entry.priority_claim_bag) or any(
                one.claim_key is not None for one in entry.related_filing_bag
            )
        case Claim():
            replaced = entry.replaced_claim or entry.claim
            keys = (entry.filing.claim_key, entry.claim.claim_key, replaced.claim_key)
            return any(key is not None for key in keys)
        case Dispute():
            return entry.filing.claim_key is not None or entry.claim.claim_key is not None
        case Event() | Report() | Withholding():
            return entry.filing.claim_key is not None
        case _:
            return False
