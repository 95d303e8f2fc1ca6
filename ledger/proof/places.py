"""Which entries of the ledger proved facts come from: the same for who makes a file and for who verifies it."""

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from ledger.register.filing import (
    decode_closed_days,
    decode_coverage,
    decode_filing,
    decode_sealed,
)
from ledger.register.keys import FILING_PREFIX, SEALED_PREFIX

Place: TypeAlias = tuple[int, int]
"""Where an entry stands on the ledger: height, and index in the block."""


def entry_places(facts: Mapping[bytes, bytes | None], days: frozenset[date]) -> list[Place]:
    """Return the places of the entries that made these facts, sorted, each once.

    Of a filing, open or sealed, and of closed days it is the one that the record names; of a coverage each
    declaration that covers a day asked about. Counts have none. What changed a filing later is in its fact.
    """
    places: set[Place] = set()
    for key, value in facts.items():
        if value is not None:
            places.update(_places(key, value, days))
    return sorted(places)


def _places(key: bytes, value: bytes, days: frozenset[date]) -> list[Place]:
    prefix = key[:1]
    if prefix == FILING_PREFIX:
        filing = decode_filing(value)
        return [(filing.height, filing.index)]
    if prefix == SEALED_PREFIX:
        sealed = decode_sealed(value)
        return [(sealed.height, sealed.index)]
    if prefix == b"d":
        year = decode_closed_days(value)
        return [(year.height, year.index)]
    if prefix == b"c":
        return [
            (each.height, each.index)
            for each in decode_coverage(value)
            if any(each.from_date <= day <= each.until_date for day in days)
        ]
    return []
