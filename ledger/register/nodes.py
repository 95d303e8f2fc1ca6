"""The nodes of the graph of filings: an open filing, or a sealed one (register.md F11).

A filing that was opened is one node with what it was sealed as: whoever named it by its claim key
before the opening named the opened filing.
"""

from typing import TypeAlias

from ledger.register.disputes import Disputes, load_disputes
from ledger.register.filing import (
    FilingRecord,
    SealedRecord,
    decode_filing,
    decode_sealed,
)
from ledger.register.keys import is_sealed, sealed_key
from ledger.register.reader import RegisterReader

Record: TypeAlias = FilingRecord | SealedRecord


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
    sealed = sealed_as(node, record)
    return (node, sealed) if sealed else (node,)


def sealed_as(node: bytes, record: Record | None) -> bytes:
    """Return the fact key that an opened filing had before; empty: it never was sealed, or it still is."""
    if isinstance(record, FilingRecord) and record.claim_key:
        return sealed_key(node[1:3].decode(), record.claim_key)
    return b""


def disputes_of(reader: RegisterReader, node: bytes, record: Record | None) -> Disputes:
    """Return the disputes about a filing, those from before its opening included, in the order of `Disputes`."""
    if not sealed_as(node, record):
        return load_disputes(reader, node)
    found = [each for key in keys_of(node, record) for each in load_disputes(reader, key)]
    return tuple(sorted(found, key=lambda each: (each[0], each[1].height, each[1].index)))
