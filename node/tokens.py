"""Bearer tokens of this office's people and systems: a role each, kept as SHA-256 digests only.

A token is 32 random bytes, so a plain digest keeps it: there is nothing to guess. The file is read anew when it
changed, so a token made or revoked on the command line counts at once, also in a running node.
"""

import hmac
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

import msgspec

from node.config import ConfigurationError, Problem, unreadable
from node.keystore import PRIVATE_MODE, check_private
from node.locks import lock

Role = Literal["clerk", "examiner", "auditor", "administrator"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

TOKEN_PREFIX: Final = "ipregister_"  # noqa: S105 - scanners for leaked secrets know tokens by it
TOKENS_MAX: Final = 1_000
NAME_LENGTH_MAX: Final = 80  # characters

_log = logging.getLogger("ipregister.tokens")


class TokenRecord(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is kept of a token. The token itself cannot be had from it."""

    id: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{8}\Z")]
    name: Annotated[str, msgspec.Meta(max_length=NAME_LENGTH_MAX)]
    """Who has it, as people call it."""
    role: Role
    digest: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    """SHA-256 of the token."""
    created_at: str


class _TokensFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tokens: tuple[TokenRecord, ...] = ()


class UnknownTokenError(Exception):
    """There is no token with this id."""


class TokenStore:
    """The tokens of one home."""

    def __init__(self, path: Path) -> None:
        """Read the file; a missing one holds no tokens.

        Raises:
            ConfigurationError: others can read the file, or it is not one of ours.
        """
        self._path = path
        self._seen: tuple[int, ...] = ()
        self._records: tuple[TokenRecord, ...] = ()
        self._digests: tuple[tuple[bytes, TokenRecord], ...] = ()
        self._read()

    def records(self) -> tuple[TokenRecord, ...]:
        """All tokens, oldest first."""
        return self._records

    def find(self, token: str) -> TokenRecord | None:
        """What is known of a token; None when it is not one of ours.

        Looks at every record, so that the time tells nothing about how near a guess is.
        """
        self._refresh()
        digest = sha256(token.encode("utf-8", "replace")).digest()
        found: TokenRecord | None = None
        for known, record in self._digests:
            if hmac.compare_digest(known, digest):
                found = record
        return found

    def role(self, token: str) -> Role | None:
        """The role of a token; None when it is not known."""
        record = self.find(token)
        return None if record is None else record.role

    def create(self, role: Role, name: str) -> tuple[TokenRecord, str]:
        """Make a token, and return its record and the token itself: it can be had only here and now.

        Raises:
            ValueError: the name is too long, or there are too many tokens.
        """
        if len(name) > NAME_LENGTH_MAX:
            raise ValueError(
                f"name: expected at most {NAME_LENGTH_MAX} characters, got {len(name)}"
            )
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        record = TokenRecord(
            id=secrets.token_hex(4),
            name=name,
            role=role,
            digest=sha256(token.encode()).hexdigest(),
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        with self._alone():
            if len(self._records) >= TOKENS_MAX:
                raise ValueError(f"expected at most {TOKENS_MAX} tokens; revoke one first")
            self._write((*self._records, record))
        return record, token

    def revoke(self, token_id: str) -> TokenRecord:
        """Make a token invalid, and return what was known of it.

        Raises:
            UnknownTokenError: there is none with this id.
        """
        with self._alone():
            for record in self._records:
                if record.id == token_id:
                    self._write(tuple(kept for kept in self._records if kept is not record))
                    return record
        raise UnknownTokenError(f"expected the id of a token, got {token_id}")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """With the file as it is now, which no other process changes meanwhile."""
        with self._path.with_name(f"{self._path.name}.lock").open("a") as file:
            lock(file, wait=True)
            self._read()
            yield

    def _read(self) -> None:
        self._seen = self._stamp()
        records: tuple[TokenRecord, ...] = ()
        if self._seen:
            check_private(self._path)
            try:
                records = msgspec.json.decode(self._path.read_bytes(), type=_TokensFile).tokens
            except OSError as error:
                raise unreadable(self._path, error) from error
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise ConfigurationError(
                    Problem(
                        str(self._path),
                        f"expected the tokens of this node: {error}",
                        "bring the file back from the backup, or delete it and make new tokens",
                    )
                ) from error
        self._records = records
        self._digests = tuple((bytes.fromhex(record.digest), record) for record in records)

    def _refresh(self) -> None:
        """Read the file anew if it changed. If it has become wrong, no token counts until it is mended."""
        if self._stamp() == self._seen:
            return
        try:
            self._read()
        except (ConfigurationError, OSError) as error:
            self._records, self._digests = (), ()
            _log.error("tokens: %s", error)

    def _stamp(self) -> tuple[int, ...]:
        """What tells one state of the file from another; empty when there is no file."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return ()
        return (status.st_mtime_ns, status.st_size, status.st_ino, status.st_mode)

    def _write(self, records: tuple[TokenRecord, ...]) -> None:
        document = msgspec.json.format(msgspec.json.encode(_TokensFile(records)), indent=2)
        beside = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(document + b"\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)
        self._read()
