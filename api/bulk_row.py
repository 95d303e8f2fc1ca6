"""One row of a bulk document, and the document that has none."""

from typing import NamedTuple

from api.explain import FieldError
from ledger.register.entries import Filing


class MalformedBulkError(ValueError):
    """A document that cannot be told apart into rows."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(f"expected {e.expected}, received {e.received}" for e in errors))
        self.errors = errors


class Row(NamedTuple):
    """One row of a document: a filing, or what is wrong with it."""

    number: int
    """From 1: element of the array, line of the JSON Lines, line of the table (whose header
    is line 1)."""
    filing: Filing | None
    errors: tuple[FieldError, ...] = ()
