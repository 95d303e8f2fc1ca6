"""COSE_Sign1 messages (RFC 9052, section 4.2) with Ed25519."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from crypto import cbor
from crypto.cbor import CborValue
from crypto.errors import InvalidSignatureError, MalformedBytesError
from crypto.signing import SIGNATURE_SIZE, SigningKey, VerifyingKey

# Header parameters (RFC 9052, 3.1; RFC 9597; RFC 9596; RFC 9942, 2).
ALGORITHM: Final = 1
CONTENT_TYPE: Final = 3
KEY_ID: Final = 4
CWT_CLAIMS: Final = 15
TYPE: Final = 16
RECEIPTS: Final = 394
VERIFIABLE_DATA_STRUCTURE: Final = 395
VERIFIABLE_DATA_PROOFS: Final = 396

EDDSA: Final = -8
"""RFC 9053, 2.2. Deprecated by RFC 9864; written nevertheless, for what verifies receipts today knows no other."""
ED25519: Final = -19
"""RFC 9864, 2.2: the same signature under its later name. Read, so that files outlive the change."""
ALGORITHMS: Final = (EDDSA, ED25519)

SIGN1_TAG: Final = b"\xd2"
"""The tag of such a message, 18 (RFC 9052, section 2), in its shortest form: a message is known by it."""

HeaderMap = Mapping[int | str, CborValue]


class Sign1(NamedTuple):
    """A signed message."""

    protected: bytes
    """The protected header as it was signed: CBOR."""
    unprotected: HeaderMap
    payload: bytes | None
    """None: detached, the verifier has it from elsewhere."""
    signature: bytes


def signed_bytes(protected: bytes, payload: bytes) -> bytes:
    """What is signed: the Sig_structure (RFC 9052, 4.4), without external data.

    It begins with the bytes 84 6a `Signature1`: no text with a purpose (`ipregister/`), no JWS (`eyJ`) and no signed
    HTTP message (`"`) does, so none of them is ever taken for another.
    """
    return cbor.encode(["Signature1", protected, b"", payload])


def sign(key: SigningKey, protected: HeaderMap, unprotected: HeaderMap, payload: bytes) -> Sign1:
    """The message over this payload; it holds the payload, until it is detached."""
    header = cbor.encode(protected)
    return Sign1(header, unprotected, payload, key.sign(signed_bytes(header, payload)))


def verify(message: Sign1, key: VerifyingKey, payload: bytes) -> None:
    """Return when the key signed the message over this payload.

    Raises:
        InvalidSignatureError: it did not.
    """
    if len(message.signature) != SIGNATURE_SIZE:
        raise InvalidSignatureError(
            f"expected a signature of {SIGNATURE_SIZE} bytes, got {len(message.signature)}"
        )
    key.verify(message.signature, signed_bytes(message.protected, payload))


def encode_sign1(message: Sign1) -> bytes:
    """The tagged message: deterministic, so that the same one is always the same bytes."""
    return SIGN1_TAG + cbor.encode(list(message))


def decode_sign1(data: bytes) -> Sign1:
    """The tagged message in these bytes, not yet verified.

    Raises:
        MalformedBytesError: they are none.
    """
    if not data.startswith(SIGN1_TAG):
        raise MalformedBytesError(
            f"COSE_Sign1: expected tag 18 (d2), got {data[:1].hex() or 'nothing'}"
        )
    parts = cbor.expect(cbor.decode(data.removeprefix(SIGN1_TAG)), list, "COSE_Sign1")
    if len(parts) != len(Sign1._fields):
        raise MalformedBytesError(f"COSE_Sign1: expected 4 parts, got {len(parts)}")
    protected, unprotected, payload, signature = parts
    return Sign1(
        cbor.expect(protected, bytes, "protected header"),
        cbor.expect(unprotected, dict, "unprotected header"),
        None if payload is None else cbor.expect(payload, bytes, "payload"),
        cbor.expect(signature, bytes, "signature"),
    )


def protected_map(message: Sign1) -> HeaderMap:
    """The protected header.

    Raises:
        MalformedBytesError: it is none.
    """
    return cbor.expect(cbor.decode(message.protected), dict, "protected header")
