"""Reads sealed filings, and what became of them at their opening."""

from typing import Final, TypeVar

import msgspec

from ledger.register.applied import Get
from ledger.register.entries import Right
from ledger.register.filing import (
    ClaimRecord,
    FilingRecord,
    RelatedRecord,
    SealedRecord,
    decode_filing,
    decode_sealed,
)
from ledger.register.keys import RIGHTS, is_sealed, sealed_count_key, sealed_key

ANY_RIGHT: Final[Right] = "patent"
"""Stands for the right of a sealed filing where it cannot matter: all its open claims state theirs."""

_Record = TypeVar("_Record", bound=FilingRecord | SealedRecord)
_Named = TypeVar("_Named", bound=ClaimRecord | RelatedRecord)


def known_as(get: Get, key: bytes) -> bytes:
    """Return the fact key of the filing that a sealed one was opened as; any other key as it is."""
    if not is_sealed(key):
        return key
    data = get(key)
    return key if data is None else decode_sealed(data).opened_as or key


def home_key(key: bytes, record: FilingRecord | SealedRecord) -> bytes:
    """Return the fact key under which a filing's history and disputes stand: once sealed, always the sealed one's."""
    if isinstance(record, FilingRecord) and record.claim_key:
        return sealed_key(key[1:3].decode(), record.claim_key)
    return key


def home_of(get: Get, key: bytes) -> bytes:
    """Return the same for the filing with this fact key, whether it is there or not."""
    data = None if is_sealed(key) else get(key)
    return key if data is None else home_key(key, decode_filing(data))


def entered_at(get: Get, key: bytes) -> tuple[int, int] | None:
    """Return height and index of the entry that made the filing, open or sealed, with this fact key; None: none did."""
    data = get(key)
    if data is None:
        return None
    record = decode_sealed(data) if is_sealed(key) else decode_filing(data)
    return record.height, record.index


def resolved(get: Get, record: _Record) -> _Record:
    """Return the record with number, date and right of the opened filings that its sealed claims and relations name."""
    named: tuple[ClaimRecord | RelatedRecord, ...] = (*record.claims, *record.related)
    if not any(one.claim_key for one in named):
        return record
    claims = tuple(_resolved(get, claim) for claim in record.claims)
    related = tuple(_resolved(get, earlier) for earlier in record.related)
    return msgspec.structs.replace(record, claims=claims, related=related)


def _resolved(get: Get, named: _Named) -> _Named:
    if not named.claim_key:
        return named
    key = known_as(get, sealed_key(named.office, named.claim_key))
    if is_sealed(key) or (data := get(key)) is None:
        return named
    first = decode_filing(data)
    text = key.decode()
    return msgspec.structs.replace(
        named,
        number=first.number,
        match_key=text[4:],
        right=RIGHTS[text[3]],
        filing_date=first.filing_date,
    )


def count_of_sealed(get: Get, office: str) -> int:
    """Return how many filings of an office are sealed: any number may be one of theirs (register.md S6)."""
    return int.from_bytes(get(sealed_count_key(office)) or b"", "big")
