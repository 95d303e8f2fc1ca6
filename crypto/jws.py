"""JSON Web Signatures of offices: RFC 7515 compact serialisation, Ed25519.

There are two: submissions, and answers that an office signs. The protected header of each is fixed but for the office,
such as `{"alg":"EdDSA","kid":"AU","typ":"ipregister-submission+jws"}` with the members in this order and no spaces,
so an office system in any language can make and check one with an ordinary JOSE library. Fixing it leaves no choice
of algorithm to an attacker (RFC 8725, 3.1), and none of one sort is ever taken for the other. The network stands in
the payload.
"""

from base64 import urlsafe_b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from typing import Final, NamedTuple

from crypto.errors import MalformedBytesError
from crypto.keyring import Keyring
from crypto.signing import SIGNATURE_SIZE, SigningKey

_TO_STANDARD = bytes.maketrans(b"-_", b"+/")


class JwsForm(NamedTuple):
    """What tells one sort of JWS from the other."""

    name: str
    algorithm: bytes
    type: bytes

    def protected_header(self, office: str) -> bytes:
        """The only protected header that one of this office may carry."""
        return b'{"alg":"%s","kid":"%s","typ":"%s"}' % (self.algorithm, office.encode(), self.type)


SUBMISSION: Final = JwsForm("submission", b"EdDSA", b"ipregister-submission+jws")
"""The algorithm by RFC 8037: fixed with protocol version 1."""
ANSWER: Final = JwsForm("signed answer", b"Ed25519", b"ipregister-answer+jws")
"""The algorithm by RFC 9864, which deprecates the name `EdDSA`; JOSE libraries warn of that one."""


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
    return SUBMISSION.protected_header(office)


def sign_submission(key: SigningKey, office: str, payload: bytes) -> bytes:
    """A compact JWS over the payload, signed by the office."""
    return sign(SUBMISSION, key, office, payload)


def open_submission(data: bytes, keyring: Keyring) -> tuple[str, bytes]:
    """The office that signed and the payload, after the signature was checked.

    Raises:
        MalformedBytesError: this is not a compact JWS, or its header is not an office's fixed one.
        InvalidSignatureError: the signature is not the office's.
    """
    return verify(SUBMISSION, data, keyring)


def read_submission(data: bytes) -> tuple[str, bytes]:
    """The office that is named and the payload, without a look at the signature: for submissions opened before.

    Raises:
        MalformedBytesError: this is not a compact JWS, or its header is not an office's fixed one.
    """
    return read(SUBMISSION, data)


def sign(form: JwsForm, key: SigningKey, office: str, payload: bytes) -> bytes:
    """A compact JWS over the payload, signed by the office."""
    signing_input = _encode(form.protected_header(office)) + b"." + _encode(payload)
    return signing_input + b"." + _encode(key.sign(signing_input))


def verify(form: JwsForm, data: bytes, keyring: Keyring) -> tuple[str, bytes]:
    """The office that signed and the payload, after the signature was checked.

    Raises:
        MalformedBytesError: this is not a compact JWS, or its header is not an office's fixed one.
        InvalidSignatureError: the signature is not the office's.
    """
    header, payload, signature = _parts(form, data)
    office = _office_in(form, header)
    signature_bytes = _decode(signature, "signature")
    if len(signature_bytes) != SIGNATURE_SIZE or _encode(signature_bytes) != signature:
        # A second spelling of one signature would be a second digest of one submission.
        raise MalformedBytesError("signature: expected 64 bytes in their one base64url form")
    keyring.key(office).verify(signature_bytes, data[: len(header) + 1 + len(payload)])
    return office, _decode(payload, "payload")


def read(form: JwsForm, data: bytes) -> tuple[str, bytes]:
    """The office that is named and the payload, without a look at the signature.

    Raises:
        MalformedBytesError: this is not a compact JWS, or its header is not an office's fixed one.
    """
    header, payload, _ = _parts(form, data)
    return _office_in(form, header), _decode(payload, "payload")


def _parts(form: JwsForm, data: bytes) -> list[bytes]:
    parts = data.split(b".")
    if len(parts) != 3:  # noqa: PLR2004 - header, payload and signature
        raise MalformedBytesError(f"{form.name}: expected a JWS of 3 parts, got {len(parts)}")
    return parts


def _office_in(form: JwsForm, header: bytes) -> str:
    """The office that a protected header names; compared with the fixed form so that it has one spelling."""
    text = _decode(header, "protected header")
    start = text.find(b'"kid":"') + 7
    office = text[start : start + 2].decode("ascii", "replace")
    if text != form.protected_header(office) or not (office.isalpha() and office.isupper()):
        expected = form.protected_header("AU").decode()
        raise MalformedBytesError(
            f"protected header: expected {expected} with your office code, got {text[:120]!r}"
        )
    return office
