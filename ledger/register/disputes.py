"""Reads what offices dispute of filings (register.md R13)."""

from itertools import takewhile

from ledger.register.entries import Relation
from ledger.register.filing import ClaimRecord, DisputeRecord, RelatedRecord, decode_disputes
from ledger.register.keys import DISPUTE_PREFIX, disputed_filing, disputes_keys, disputing_office
from ledger.register.reader import RegisterReader
from ledger.register.sealed import home_of

Disputes = tuple[tuple[str, DisputeRecord], ...]
"""(disputing office, dispute), by offices, and of one office the oldest first; those taken back included."""


def load_disputes(reader: RegisterReader, filing: bytes) -> Disputes:
    """Return the disputes about a filing (given by its fact key), those raised while it was sealed included."""
    return tuple(
        (disputing_office(key), dispute)
        for key, value in reader.scan(disputes_keys(home_of(reader.get, filing)))
        for dispute in decode_disputes(value)
    )


def load_disputes_between(
    reader: RegisterReader, first: bytes, last: bytes
) -> dict[bytes, Disputes]:
    """Return the disputes about all filings from the first to the last, by the filings' fact keys; most have none.

    Those of filings that were once sealed stand under the sealed ones' keys: `load_disputes` finds them.
    """
    found: dict[bytes, Disputes] = {}
    facts = reader.scan(DISPUTE_PREFIX, after=disputes_keys(first))
    for key, value in takewhile(lambda fact: disputed_filing(fact[0])[1:] <= last[1:], facts):
        office = disputing_office(key)
        own = tuple((office, dispute) for dispute in decode_disputes(value))
        found[disputed_filing(key)] = found.get(disputed_filing(key), ()) + own
    return found


def is_disputed(named: ClaimRecord | RelatedRecord, dispute: DisputeRecord) -> bool:
    """Return whether the dispute stands and is about this claim or relation, as it is now."""
    return dispute.withdrawn_on is None and _says(named) == _says(dispute)


def relation_of(named: ClaimRecord | RelatedRecord | DisputeRecord) -> Relation | None:
    """Return the relation that a filing has, or that is disputed; None: it is a claim."""
    return None if isinstance(named, ClaimRecord) else named.relation


def _says(named: ClaimRecord | RelatedRecord | DisputeRecord) -> tuple[object, ...]:
    if named.claim_key:
        return relation_of(named), named.office, named.claim_key
    number = named.match_key or named.number
    return relation_of(named), named.office, number, named.right, named.filing_date
