"""Open filings whose number the office has sealed: they are not sent, for the sealed one is to be opened."""

from typing import Final

from api.explain import FieldError
from ledger.register.entries import Entry, Filing
from node.sealed.twins import sealed_twin
from node.service import RegisterService

SEALED_REASON: Final = "NUMBER_IS_SEALED"


def sealed_number_error(service: RegisterService, entry: Entry) -> FieldError | None:
    """What is wrong with an open filing whose number is sealed; None: it is not."""
    sealed = sealed_twin(service, entry) if isinstance(entry, Filing) else ""
    if not sealed:
        return None
    expected = f"a number that is not sealed: open {sealed} instead"
    return FieldError("applicationNumberText", expected, "the number of that filing")
