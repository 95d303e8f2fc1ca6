"""The register of the examples in the description: what it answers is made by the rules, not by hand."""

from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec

from api.description import JsonObject
from ledger.memory import MemoryStore
from ledger.register.applied import Position
from ledger.register.apply import apply_entry
from ledger.register.entries import Coverage, Filing, PriorityClaim
from ledger.store import prefix_end

_FIRST: Final = Filing(
    right="patent", application_number_text="61/610,420", filing_date=date(2012, 3, 13)
)
_SECOND: Final = Filing(
    right="patent",
    application_number_text="2013287263",
    filing_date=date(2013, 3, 12),
    priority_claim_bag=(
        PriorityClaim(
            ip_office_code="US",
            application_number_text=_FIRST.application_number_text,
            filing_date=_FIRST.filing_date,
        ),
    ),
)
_COVERAGE: Final = Coverage(
    right="patent", from_date=date(2000, 1, 1), until_date=date(2026, 10, 31)
)
FILING_ID: Final = "AU.patent.2013287263"


class _Register:
    """An office's filing, and the first filing whose priority it claims, each entered in a block of its own."""

    time_ms = 1_795_249_800_125
    offices = ("AU", "US")

    def __init__(self) -> None:
        self._store = MemoryStore()
        self.height = 0
        for office, entry in (("US", _COVERAGE), ("US", _FIRST), ("AU", _SECOND)):
            self.height += 1
            position = Position(self.height, 0, self.time_ms)
            applied = apply_entry(self.get, office, entry, position)
            self._store.write((*applied.facts, *applied.links))

    def get(self, key: bytes) -> bytes | None:
        return self._store.get(key)

    def scan(
        self, prefix: bytes, after: bytes = b"", limit: int | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        start = max(prefix, after + b"\0") if after else prefix
        return self._store.scan(start, prefix_end(prefix), limit=limit)


REGISTER: Final = _Register()


def as_json(document: object) -> JsonObject:
    """The document as an answer shows it."""
    shown: JsonObject = msgspec.to_builtins(document)
    return shown
