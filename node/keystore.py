"""The office's private key on disk: PEM, PKCS #8 (RFC 5958, RFC 8410), readable by its owner only."""

import os
import stat
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from crypto.signing import SigningKey
from node.config import ConfigurationError, Problem, unreadable

KEY_FILE: Final = "key.pem"
PRIVATE_MODE: Final = 0o600
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def write_private(path: Path, content: bytes) -> None:
    """Make a file that only its owner can read, durably and whole or not at all; never one that is there already.

    Raises:
        FileExistsError: it is there already.
    """
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)  # An earlier process may have ended while it wrote.
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(aside, path)  # A rename would replace what is there.
    finally:
        aside.unlink()
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Return when the names in a folder are durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_key(path: Path, seed: bytes) -> SigningKey:
    """Keep the key that this seed of 32 random bytes makes, and return it.

    Raises:
        FileExistsError: there is a key already.
    """
    private = Ed25519PrivateKey.from_private_bytes(seed)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(path, pem)
    return SigningKey(seed)


def check_private(path: Path) -> None:
    """Return when nobody but the owner can read the file.

    Raises:
        ConfigurationError: the file is not there, or others can read it.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        raise ConfigurationError(
            Problem(str(path), "expected a file, found none", "bring it back from the backup")
        ) from None
    except OSError as error:
        raise unreadable(path, error) from error
    if mode & _OTHERS and os.name == "posix":
        raise ConfigurationError(
            Problem(
                str(path),
                f"expected mode {PRIVATE_MODE:o}, got {mode:o}: others on this machine can read it",
                f"chmod {PRIVATE_MODE:o} {path}",
            )
        )


def read_key(path: Path) -> SigningKey:
    """The office's key.

    Raises:
        ConfigurationError: it is missing, open to others, or no Ed25519 key in PEM.
    """
    check_private(path)
    fix = "bring the key back from the backup"
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise unreadable(path, error) from error
    except (ValueError, TypeError) as error:
        raise ConfigurationError(
            Problem(str(path), f"expected a private key in PEM: {error}", fix)
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(
            Problem(str(path), f"expected an Ed25519 key, got {type(key).__name__}", fix)
        )
    return SigningKey(key.private_bytes_raw())
