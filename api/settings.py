"""What the API is configured with. The node's configuration file gives these values."""

from dataclasses import dataclass
from typing import Final, Literal, Protocol, get_args

Role = Literal["clerk", "examiner", "auditor", "administrator"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)


class Token(Protocol):
    """What is known of a token."""

    @property
    def id(self) -> str:
        """By which people and the log know it."""

    @property
    def role(self) -> Role:
        """What it may be used for."""


class Tokens(Protocol):
    """Knows the bearer tokens that this node issued."""

    def find(self, token: str) -> Token | None:
        """What is known of a token; None when it is not known. Takes no longer for a near miss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """The API's own settings."""

    tokens: Tokens
    allowed_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    """Host names that requests may name, without port; `*` allows any."""
    body_bytes_max: int = 32 * 1024 * 1024
    """Of a bulk document."""
    document_bytes_max: int = 256 * 1024
    """Of any other body, but for signed submissions, whose limit is the ledger's."""
    rows_max: int = 100_000
    """Filings in one bulk document."""
    height_wait_ms_max: int = 5_000
    """How long a request waits for its `minHeight`, and for its `consistency`."""
