"""Submissions as JSON Web Signatures: RFC 7515 compact serialisation, EdDSA by RFC 8037.

The protected header is fixed but for the office, `{"alg":"EdDSA","kid":"AU","typ":"ipregister-submission+jws"}`
with the members in this order and no spaces, so an office system in any language can make one with an ordinary
JOSE library. Fixing it leaves no choice of algorithm to an attacker (RFC 8725, 3.1). The network stands in the
payload.
"""

from base64 import urlsafe_b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64

from crypto.errors import MalformedBytesError
from crypto.keyring import Keyring
from crypto.signing import SIGNATURE_SIZE, SigningKey

_TO_STANDARD = bytes.maketrans(b"-_", b"+/")


def _encode(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _decode(data: bytes, part: str) -> bytes:
    if b"=" in data or b"+" in data or b"/" in data:
        raise MalformedBytesError(f"{part}: expected unpadded base64url")
    padding = b"=" * (-len(data) % 4)
    try:
        decoded = a2b_base64(data.translate(_TO_STANDARD) + padding, strict_mode=True)
    except Base64Error as error:
        raise MalformedBytesError(f"{part}: expected unpadded base64url: {error}") from error
    return decoded


def protected_header(office: str) -> bytes:
    """The only protected header that a submission of this office may carry."""
    return b'{"alg":"EdDSA","kid":"%s","typ":"ipregister-submission+jws"}' % office.encode()


def sign_submission(key: SigningKey, office: str, payload: bytes) -> bytes:
    """A compact JWS over the payload, signed by the office."""
    signing_input = _encode(protected_header(office)) + b"." + _encode(payload)
    return signing_input + b"." + _encode(key.sign(signing_input))


def open_submission(data: bytes, keyring: Keyring) -> tuple[str, bytes]:
    """The office that signed and the payload, after the signature was checked.

    Raises:
        MalformedBytesError: this is not a compact JWS, or its header is not an office's fixed one.
        InvalidSignatureError: the signature is not the office's.
    """
    header, payload, signature = _parts(data)
    office = _office_in(header)
    signature_bytes = _decode(signature, "signature")
    if len(signature_bytes) != SIGNATURE_SIZE or _encode(signature_bytes) != signature:
        # A second spelling of one signature would be a second digest of one submission.
        raise MalformedBytesError("signature: expected 64 bytes in their one base64url form")
    keyring.key(office).verify(signature_bytes, data[: len(header) + 1 + len(payload)])
    return office, _decode(payload, "payload")


def read_submission(data: bytes) -> tuple[str, bytes]:
    """The office that is named and the payload, without a look at the signature: for submissions opened before.

    Raises:
        MalformedBytesError: this is not a compact JWS, or its header is not an office's fixed one.
    """
    header, payload, _ = _parts(data)
    return _office_in(header), _decode(payload, "payload")


def _parts(data: bytes) -> list[bytes]:
    parts = data.split(b".")
    if len(parts) != 3:  # noqa: PLR2004 - header, payload and signature
        raise MalformedBytesError(f"submission: expected a JWS of 3 parts, got {len(parts)}")
    return parts


def _office_in(header: bytes) -> str:
    """The office that a protected header names; compared with the fixed form so that it has one spelling."""
    text = _decode(header, "protected header")
    start = text.find(b'"kid":"') + 7
    office = text[start : start + 2].decode("ascii", "replace")
    if text != protected_header(office) or not (office.isalpha() and office.isupper()):
        raise MalformedBytesError(
            f"protected header: expected {protected_header('AU').decode()} with your office code, got {text[:120]!r}"
        )
    return office
