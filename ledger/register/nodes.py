"""The nodes of the graph of filings: an open filing, or a sealed one (register.md F11).

A filing that was opened is one node with what it was sealed as: whoever named it by its claim key
before the opening named the opened filing.
"""

from typing import TypeAlias, TypeVar

import msgspec

from ledger.register.filing import (
    ClaimRecord,
    FilingRecord,
    RelatedRecord,
    SealedRecord,
    decode_filing,
    decode_sealed,
)
from ledger.register.keys import RIGHTS, is_sealed, sealed_key
from ledger.register.reader import RegisterReader
from ledger.register.sealed import home_key

Record: TypeAlias = FilingRecord | SealedRecord
_Record = TypeVar("_Record", bound=Record)
_Named = TypeVar("_Named", bound=ClaimRecord | RelatedRecord)
_KEY_SHOWN = 8
"""Characters of a claim key that tell sealed filings apart where people read."""


def find_node(reader: RegisterReader, key: bytes) -> tuple[bytes, Record | None]:
    """Return the node that a fact key leads to, and its record; None: nothing is registered there."""
    data = reader.get(key)
    if data is None:
        return key, None
    if not is_sealed(key):
        return key, decode_filing(data)
    sealed = decode_sealed(data)
    opened = reader.get(sealed.opened_as) if sealed.opened_as else None
    return (key, sealed) if opened is None else (sealed.opened_as, decode_filing(opened))


def keys_of(node: bytes, record: Record | None) -> tuple[bytes, ...]:
    """Return the fact keys under which others have named the filing: its own, and that before its opening."""
    home = node if record is None else home_key(node, record)
    return (node,) if home == node else (node, home)


def load_open(reader: RegisterReader, key: bytes) -> FilingRecord | None:
    """Return the open filing with this fact key, as `with_told`; None: no such filing is open."""
    record = find_node(reader, key)[1]
    return with_told(reader, record) if isinstance(record, FilingRecord) else None


def with_told(reader: RegisterReader, record: _Record) -> _Record:
    """Return a filing whose sealed claims and relations name what they lead to by number, where that is opened."""
    is_sealed_claim = [bool(claim.claim_key) for claim in record.claims]
    is_sealed_claim += [bool(earlier.claim_key) for earlier in record.related]
    if not any(is_sealed_claim):
        return record
    claims = tuple(_told(reader, claim) for claim in record.claims)
    related = tuple(_told(reader, earlier) for earlier in record.related)
    return msgspec.structs.replace(record, claims=claims, related=related)


def _told(reader: RegisterReader, named: _Named) -> _Named:
    if not named.claim_key:
        return named
    first, record = find_node(reader, sealed_key(named.office, named.claim_key))
    if not isinstance(record, FilingRecord):
        return msgspec.structs.replace(named, number=f"(sealed {named.claim_key[:_KEY_SHOWN]})")
    return msgspec.structs.replace(
        named,
        number=record.canonical,
        match_key=first[4:].decode(),
        right=RIGHTS[chr(first[3])],
        filing_date=record.filing_date,
    )
