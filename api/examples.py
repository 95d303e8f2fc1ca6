"""The register of the examples in the description: what it answers is made by the rules, not by hand."""

from datetime import date
from typing import Final

import msgspec

from api.description import JsonObject
from ledger.register.entries import Coverage, Filing, PriorityClaim
from ledger.register.memory import MemoryRegister
from ledger.register.notices import EnteredEntry, Notice, notices_of
from ledger.register.shared_families import SharedFamilies

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
_TIME_MS: Final = 1_795_249_800_125


def _register() -> MemoryRegister:
    register = MemoryRegister(("AU", "US"), _TIME_MS)
    for office, entry in (("US", _COVERAGE), ("US", _FIRST), ("AU", _SECOND)):
        register.enter(office, entry)
    return register


REGISTER: Final = _register()
"""An office's filing, and the first filing whose priority it claims, each entered in a block of its own."""


def _notices() -> tuple[Notice, ...]:
    entered = EnteredEntry(0, "AU", _SECOND, FILING_ID)
    before = MemoryRegister(("AU", "US"), _TIME_MS)
    return notices_of(entered, SharedFamilies(REGISTER, "US"), SharedFamilies(before, "US"))


NOTICES: Final = _notices()
"""What US is told of the filing of AU."""


def as_json(document: object) -> JsonObject:
    """The document as an answer shows it."""
    shown: JsonObject = msgspec.to_builtins(document)
    return shown
