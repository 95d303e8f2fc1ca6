"""Why a proof file does not prove what it says, or why nobody can tell here."""

from typing import Literal

from ledger.errors import LedgerError

CheckName = Literal[
    "form",
    "version",
    "genesis",
    "checkpoint",
    "headers",
    "facts",
    "entries",
    "answer",
    "attestation",
    "consistency",
    "statement",
    "receipts",
]
"""The checks of a proof file, in their order."""


class ProofFileError(LedgerError):
    """Base of both: the check that ended the verification, and what was expected and found."""

    def __init__(self, check: CheckName, message: str) -> None:
        super().__init__(f"{check}: {message}")
        self.check: CheckName = check


class InvalidProofFileError(ProofFileError):
    """The file does not prove what it says: it is damaged, forged, foreign or no proof file."""


class UndecidableProofFileError(ProofFileError):
    """The file cannot be judged here: it is newer than this verifier, or what is needed beside it was not given."""


class MisreadTextError(InvalidProofFileError):
    """The text of the codes on paper is not as they give it: scanned or copied wrongly, or of two certificates."""


class MissingPartsError(UndecidableProofFileError):
    """Some of the codes on paper were not scanned."""


class ProofTooLargeError(LedgerError):
    """The answer rests on more facts than a proof file may hold."""
