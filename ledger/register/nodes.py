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
from ledger.register.keys import is_sealed
from ledger.register.reader import RegisterReader
from ledger.register.sealed import home_key, resolved

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
    """Return a filing whose sealed claims and relations name what they lead to by number, where that is opened.

    The others have the beginning of the claim key in place of a number, for people to tell them apart.
    """
    told = resolved(reader.get, record)
    if told is record:
        return record
    claims = tuple(map(_marked, told.claims))
    return msgspec.structs.replace(told, claims=claims, related=tuple(map(_marked, told.related)))


def _marked(named: _Named) -> _Named:
    if not named.claim_key or named.match_key:
        return named
    return msgspec.structs.replace(named, number=f"(sealed {named.claim_key[:_KEY_SHOWN]})")
