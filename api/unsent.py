"""What is not even sent to the register: rows of other offices, what would tell a secret, unproved claims."""

from typing import Final

from api.explain import FieldError
from api.formats.row import ClaimRow, Row
from api.misplaced_codes import CODE_REASON, entered_code_error
from api.rejections import OTHER_OFFICE_REASON, other_office_error
from api.sealed_rejections import claims_of
from ledger.register.applied import Position
from ledger.register.apply import apply_entry
from ledger.register.entries import Entry, Filing
from ledger.register.offices import office_code
from node.sealed.secret_numbers import told_secret
from node.sealed.twins import sealed_twin
from node.service import RegisterService

SEALED_REASON: Final = "NUMBER_IS_SEALED"
"""The sealed filing is to be opened, or claimed without its number."""
NUMBER_OF_IT: Final = "the number of that filing"
NO_SEALED_REASON: Final = "NO_SEALED_FILING"
REFUSALS: Final = {SEALED_REASON: "conflict", NO_SEALED_REASON: "no-sealed-filing"}
"""The problems of these reasons; of the others it is that a field does not fit."""
_UNPROVED: Final = frozenset(("SEALED_FILING_NOT_FOUND", "CLAIM_NOT_PROVED"))
"""Which of the two it is would tell whoever has a claim key whether there is such a sealed filing."""


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


def unproved_error(service: RegisterService, entry: Entry) -> FieldError | None:
    """What is wrong with a sealed claim or relation that the register would not take; None: it would, or there is none.

    The block would show to all that it was tried, and its answer whether the sealed filing is there.
    """
    claims = [path for path, named in claims_of(entry) if named.proof is not None]
    if not claims:
        return None
    reader = service.reader
    place = Position(reader.height + 1, 0, reader.time_ms, reader.network_id)
    outcome = apply_entry(reader.get, office_code(service.office), entry, place).outcome
    if outcome.reason not in _UNPROVED:
        return None
    expected = (
        "a sealed filing that this node knows, and a proof of it for this very filing and role"
    )
    return FieldError(claims[0] if len(claims) == 1 else "", expected, "another one")


def why_unsent(service: RegisterService, row: Row | ClaimRow) -> tuple[str, FieldError] | None:
    """Why a row is not sent, and the field that says so; None: it is."""
    if row.office:
        fault = other_office_error(service.office, row.office)
        if fault is not None:
            return OTHER_OFFICE_REASON, fault
    return None if row.entry is None else clerk_refusal(service, row.entry)


def clerk_refusal(service: RegisterService, entry: Entry) -> tuple[str, FieldError] | None:
    """Why an entry that came in the open is not sent, and the field that says so; None: it is."""
    fault = unproved_error(service, entry)
    return entry_refusal(service, entry) if fault is None else (NO_SEALED_REASON, fault)
