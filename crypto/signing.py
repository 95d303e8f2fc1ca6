"""Ed25519 signatures (RFC 8032), each bound to a purpose, a network and the protocol version.

All nodes must use one library for these: libraries judge corner-case keys and signatures differently, and that
would split the ledger. It is `cryptography` (OpenSSL).
"""

from typing import Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.errors import InvalidSignatureError, MalformedBytesError

PUBLIC_KEY_SIZE: Final = 32  # bytes
SEED_SIZE: Final = 32  # bytes
SIGNATURE_SIZE: Final = 64  # bytes
PROTOCOL_VERSION: Final = 1

Purpose = Literal[
    "pre-prepare",
    "prepare",
    "commit",
    "checkpoint",
    "view-change",
    "new-view",
    "link",
    "sealed-claim",
    "proof",
    "export",
    "authority-file",
]
"""What a signature is for. One made for one purpose is never valid for another (docs/protocol.md 1.3)."""


def bound_message(purpose: Purpose, network_id: bytes, message: bytes) -> bytes:
    """The bytes that are signed: the message behind its purpose, protocol version and network.

    No such text can be the signing input of a JWS, which begins with `eyJ`: a submission is never a vote.
    """
    return b"ipregister/%d/%s\0" % (PROTOCOL_VERSION, purpose.encode()) + network_id + message


class SigningKey:
    """An office's private key. Its representation never shows the secret."""

    __slots__ = ("_key", "public_bytes")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_SIZE:
            raise MalformedBytesError(f"expected a seed of {SEED_SIZE} bytes, got {len(seed)}")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_bytes = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """A signature of 64 bytes over exactly these bytes."""
        return self._key.sign(message)

    def derive(self, purpose: bytes) -> bytes:
        """A secret of 32 bytes for a purpose, by HKDF-SHA256 (RFC 5869): nothing of the key follows from it."""
        return HKDF(SHA256(), SEED_SIZE, salt=None, info=purpose).derive(
            self._key.private_bytes_raw()
        )

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public_bytes.hex()})"


class VerifyingKey:
    """An office's public key."""

    __slots__ = ("_key", "public_bytes")

    def __init__(self, public_bytes: bytes) -> None:
        if len(public_bytes) != PUBLIC_KEY_SIZE:
            raise MalformedBytesError(
                f"expected a public key of {PUBLIC_KEY_SIZE} bytes, got {len(public_bytes)}"
            )
        self.public_bytes = public_bytes
        self._key = Ed25519PublicKey.from_public_bytes(public_bytes)

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return when the signature is this key's over exactly these bytes.

        Raises:
            InvalidSignatureError: it is not.
        """
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            raise InvalidSignatureError(
                f"signature does not answer to key {self.public_bytes.hex()[:16]}"
            ) from None

    def __repr__(self) -> str:
        return f"VerifyingKey({self.public_bytes.hex()})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VerifyingKey) and other.public_bytes == self.public_bytes

    def __hash__(self) -> int:
        return hash(self.public_bytes)
