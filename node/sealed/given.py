"""What applicants give, and how it is bound: the parts that claims with access codes are made of."""

import secrets
from datetime import date
from typing import Final, NamedTuple

from crypto.access_code import ACCESS_CODE_SIZE, AccessCode
from crypto.seal import Seal, seal
from ledger.register.entries import PriorityClaim, RelatedFiling, Right
from ledger.register.priority.unlock import NO_ANSWER
from node.sealed.codes import KnownFiling

PRINTABLE: Final = "texts in one line without control, format and private-use characters"

NO_CODE: Final = "a number: what came is written like an access code"


class NoSealedFilingError(Exception):
    """No sealed filing answers to this number, date and code. Which part is wrong is not said, nor known."""

    def __init__(self, field: str) -> None:
        super().__init__(NO_ANSWER)
        self.field = field
        """The claim in question."""


class UnclearClaimError(Exception):
    """A claim does not have the parts that it needs, whatever the register holds."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(f"{field}: expected {expected}")
        self.field = field
        self.expected = expected


class NoSuchClaimError(Exception):
    """The filing has no claim with this number and date, so nothing that names it is submitted."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field}: the filing has no such claim")
        self.field = field


class ProvableFiling(NamedTuple):
    """A sealed filing whose key is at hand: claims to it can be proved."""

    seal: Seal
    known: KnownFiling


class Later(NamedTuple):
    """The filing that claims: what its claims are bound to."""

    filing_id: str
    right: Right
    filing_date: date | None
    """None: not known here."""

    @property
    def is_sealed(self) -> bool:
        """Whether it is sealed itself, so that its claims to open filings must state their right."""
        return ".sealed." in self.filing_id


class Named(NamedTuple):
    """Claims and relations as entries hold them, and what the office now knows of sealed first filings."""

    claims: tuple[PriorityClaim, ...]
    related: tuple[RelatedFiling, ...]
    known: tuple[KnownFiling, ...]


def new_code() -> AccessCode:
    """A code that nobody has seen."""
    return AccessCode(secrets.token_bytes(ACCESS_CODE_SIZE))


def seal_of(network_id: bytes, known: KnownFiling) -> Seal:
    """The seal of an own filing, whose code is kept."""
    code = AccessCode(known.code)
    return seal(
        network_id, known.office, known.right, known.match_key, known.filing_date, code=code
    )
