"""What is not even sent to the register: rows of other offices, and open filings whose number the office has sealed."""

from typing import Final

from api.explain import FieldError
from api.formats.row import ClaimRow, Row
from api.rejections import OTHER_OFFICE_REASON, other_office_error
from ledger.register.entries import Entry, Filing
from node.sealed.twins import sealed_twin
from node.service import RegisterService

SEALED_REASON: Final = "NUMBER_IS_SEALED"
"""The sealed filing is to be opened instead."""


def sealed_number_error(service: RegisterService, entry: Entry) -> FieldError | None:
    """What is wrong with an open filing whose number is sealed; None: it is not."""
    sealed = sealed_twin(service, entry) if isinstance(entry, Filing) else ""
    if not sealed:
        return None
    expected = f"a number that is not sealed: open {sealed} instead"
    return FieldError("applicationNumberText", expected, "the number of that filing")


def why_unsent(service: RegisterService, row: Row | ClaimRow) -> tuple[str, FieldError] | None:
    """Why a row is not sent, and the field that says so; None: it is."""
    if row.office:
        fault = other_office_error(service.office, row.office)
        if fault is not None:
            return OTHER_OFFICE_REASON, fault
    if row.entry is not None:
        fault = sealed_number_error(service, row.entry)
        if fault is not None:
            return SEALED_REASON, fault
    return None
