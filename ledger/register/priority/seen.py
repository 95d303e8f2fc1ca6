"""The register as it answers an office that asks about priorities (register.md S7)."""

from collections.abc import Iterable

from ledger.register.entitlement import Entitlement
from ledger.register.office_view import OfficeView
from ledger.register.offices import office_code
from ledger.register.priority.second_filing import find_second
from ledger.register.priority.unlock import readings, unlock
from ledger.register.reader import RegisterReader
from ledger.register.verification import FirstFiling, SecondFiling


def as_seen(
    reader: RegisterReader,
    entitlement: Entitlement,
    second: SecondFiling,
    firsts: Iterable[FirstFiling],
) -> OfficeView:
    """Return the register as an office sees it that asks whether these filings give a second one their priority.

    Of a first filing whose access code it shows it may know all that names it.
    """
    unlocked = set()
    for first in firsts:
        if first.access_code is None or first.filing_date is None:
            continue
        right = find_second(reader, second).right
        named = office_code(first.ip_office_code)
        text, day = first.application_number_text, first.filing_date
        read = readings(named, text, day, first.right, right)
        found, _ = unlock(reader, read, day, first.access_code)
        if found is not None:
            unlocked.add(found.claim_key)
    return OfficeView(reader, entitlement, frozenset(unlocked))
