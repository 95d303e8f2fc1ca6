"""Bytes as text: unpadded base64url (RFC 4648, section 5)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error

from crypto.errors import MalformedBytesError


def encode(data: bytes) -> str:
    """The one text of these bytes."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of a text. Only `ledger.register.entries` says which forms of it are allowed.

    Raises:
        MalformedBytesError: it has a length that no bytes give.
    """
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except Base64Error as error:
        raise MalformedBytesError(f"base64url: {error}") from error
