"""What is not even sent to the register: rows of other offices, and what tells a number that is sealed."""

from typing import Final

from api.explain import FieldError
from api.formats.row import ClaimRow, Row
from api.misplaced_codes import CODE_REASON, entered_code_error
from api.rejections import OTHER_OFFICE_REASON, other_office_error
from ledger.register.entries import Entry, Filing
from ledger.register.offices import office_code
from node.sealed.secret_numbers import told_secret
from node.sealed.twins import sealed_twin
from node.service import RegisterService

SEALED_REASON: Final = "NUMBER_IS_SEALED"
"""The sealed filing is to be opened, or claimed without its number."""
NUMBER_OF_IT: Final = "the number of that filing"


def _sealed_number_error(service: RegisterService, entry: Entry) -> FieldError | None:
    """What is wrong with an entry that would tell the number of a sealed filing; None: it does not."""
    sealed = sealed_twin(service, entry) if isinstance(entry, Filing) else ""
    if sealed:
        expected = f"a number that is not sealed: open {sealed} instead"
        return FieldError("applicationNumberText", expected, NUMBER_OF_IT)
    told = told_secret(service.reader.get, service.codes, office_code(service.office), entry)
    if told is None:
        return None
    path, known = told
    expected = (
        f"no number that is sealed, as {known.identifier} is: a claim to it is made at /filings/{{filing}}/claims with"
        " number, date and, if it is another office's, access code; or after its opening"
    )
    return FieldError(path, expected, NUMBER_OF_IT)


def entry_refusal(service: RegisterService, entry: Entry) -> tuple[str, FieldError] | None:
    """Why an entry would tell every office what is secret, and the field that says so; None: it would not."""
    fault = entered_code_error(entry)
    if fault is not None:
        return CODE_REASON, fault
    fault = _sealed_number_error(service, entry)
    return None if fault is None else (SEALED_REASON, fault)


def why_unsent(service: RegisterService, row: Row | ClaimRow) -> tuple[str, FieldError] | None:
    """Why a row is not sent, and the field that says so; None: it is."""
    if row.office:
        fault = other_office_error(service.office, row.office)
        if fault is not None:
            return OTHER_OFFICE_REASON, fault
    return None if row.entry is None else entry_refusal(service, row.entry)
