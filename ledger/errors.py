"""What can be wrong with bytes that reach the ledger, and with its own files.

`Malformed…Error`: the bytes make no sense. `Invalid…Error`: they make sense, and a signer or a peer broke the rules.
What the law says no to is neither: it is an outcome in a block.
"""


class LedgerError(Exception):
    """Base of the errors of this package; never raised itself."""


class MalformedGenesisError(LedgerError):
    """The genesis document does not have its form."""


class MalformedSubmissionError(LedgerError):
    """The bytes are not a submission."""


class InvalidSubmissionError(LedgerError):
    """A submission of another network, of an office that is not of this one, or not signed by the office it names."""


class MalformedBlockError(LedgerError):
    """The bytes are not a block in its one form."""


class InvalidBlockError(LedgerError):
    """A block leads to another hash than the one that was certified or asked for."""


class MalformedReceiptError(LedgerError):
    """The bytes are not a receipt."""


class InvalidReceiptError(LedgerError):
    """A receipt does not prove what it claims."""


class NotCertifiedError(LedgerError):
    """No checkpoint certificate covers this height yet; it follows within a round of messages."""


class CorruptLedgerError(LedgerError):
    """The ledger files hold something other than what was written."""

    def __init__(
        self,
        file: str,
        offset: int,
        expected: str,
        found: str,
        *,
        height: int | None = None,
        entry: int | None = None,
    ) -> None:
        super().__init__(f"{file}: at offset {offset}: expected {expected}, found {found}")
        self.file = file
        self.offset = offset
        self.expected = expected
        self.found = found
        self.height = height
        """The block that it is about, where that is known."""
        self.entry = entry
        """The entry of that block, from 0, where it is known."""


class CorruptIndexError(LedgerError):
    """The index holds something other than what was written. It can be rebuilt from the ledger files."""
