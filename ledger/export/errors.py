"""Why a file is not the whole export that it should be, or why nobody can tell here."""

from ledger.errors import LedgerError


class ExportError(LedgerError):
    """Base of both: the place, and what was expected and found there."""

    def __init__(self, file: str, line: int, expected: str, found: str) -> None:
        super().__init__(f"{file}: line {line}: expected {expected}, found {found}")
        self.file = file
        self.line = line
        """From 1."""
        self.expected = expected
        self.found = found


class InvalidExportError(ExportError):
    """It is damaged, cut off, of another network, not the next one, or no export."""


class UndecidableExportError(ExportError):
    """It is of a later version than this program knows."""
