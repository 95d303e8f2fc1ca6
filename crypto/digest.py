"""SHA-256, the only hash function of the register, and its short display form."""

from hashlib import sha256 as _sha256

DIGEST_SIZE = 32  # bytes
NO_DIGEST = bytes(DIGEST_SIZE)
"""Stands where there is no earlier digest: the previous block of the first one."""


def sha256(data: bytes) -> bytes:
    """The SHA-256 digest of the data: 32 bytes."""
    return _sha256(data).digest()
