"""HTTP messages between offices, signed by the office's key (RFC 9421, Ed25519).

A request covers its method, path and query, `Content-Digest` (RFC 9530) and, where there is one, `Range`; an answer
covers its status and what it says of the document, and the signature of the request that it answers. `keyid` is the
office, `tag` the use and the network: a signature is worth nothing anywhere else.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)

from crypto.errors import InvalidSignatureError
from crypto.keyring import Keyring
from crypto.signing import SigningKey, VerifyingKey

LABEL: Final = "ipregister"
AGE_SECONDS_MAX: Final = 60
"""How long after it was made a signature is taken: both offices' clocks and the way between them."""
AHEAD_SECONDS_MAX: Final = 5
"""How far the clock of the other office may be ahead."""
FIELD_LENGTH_MAX: Final = 4_096
"""Characters of `Signature-Input` and of `Signature`: more is not even parsed."""
OF_REQUEST: Final = ("@method", "@path", "@query", "content-digest")
MAY_BE_IN_REQUEST: Final = ("range",)
OF_ANSWER: Final = ("@status", '"signature";req', "content-type", "content-length")
MAY_BE_IN_ANSWER: Final = ("repr-digest", "content-digest", "content-range")
_FIELDS: Final = frozenset(("signature-input", "signature", "content-digest"))
EMPTY_DIGEST: Final = "sha-256=:" + b64encode(sha256(b"").digest()).decode() + ":"
"""The `Content-Digest` of a request without content."""


class MessageSignatureError(Exception):
    """A message does not carry a signature that counts."""


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request, as far as it is signed."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """An answer, as far as it is signed."""

    status_code: int
    request: SignedRequest
    headers: dict[str, str] = field(default_factory=dict)


class Signer(NamedTuple):
    """Who made a signature that counts, and with which nonce."""

    office: str
    nonce: str
    created: int
    """Unix seconds."""


class OfficeEd25519(HTTPSignatureAlgorithm):
    """`ed25519` of RFC 9421 3.3.6, by the one library that judges all signatures of the register."""

    algorithm_id = "ed25519"

    def __init__(
        self, public_key: VerifyingKey | None = None, private_key: SigningKey | None = None
    ) -> None:
        self._public, self._private = public_key, private_key

    def sign(self, message: bytes) -> bytes:
        """A signature over the signature base."""
        assert self._private is not None
        return self._private.sign(message)

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return when it is the key's.

        Raises:
            InvalidSignatureError: it is not.
        """
        assert self._public is not None
        self._public.verify(signature, message)


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, keyring: Keyring | None, key: SigningKey | None = None) -> None:
        self._keyring, self._key = keyring, key

    def resolve_public_key(self, key_id: str) -> VerifyingKey | None:
        known = self._keyring is not None and key_id in self._keyring
        return self._keyring.key(key_id) if known and self._keyring is not None else None

    def resolve_private_key(self, key_id: str) -> SigningKey | None:  # noqa: ARG002 - of the library
        return self._key


def content_digest(content: bytes) -> str:
    """The `Content-Digest` of some bytes (RFC 9530)."""
    return _digest_field(sha256(content).digest())


def repr_digest(digest: str) -> str:
    """The `Repr-Digest` of a document (RFC 9530), given its SHA-256 in hexadecimal."""
    return _digest_field(bytes.fromhex(digest))


def _digest_field(digest: bytes) -> str:
    return f"sha-256=:{b64encode(digest).decode()}:"


class MessageSigner:
    """Signs as one office in one network."""

    def __init__(self, office: str, key: SigningKey, network_id: bytes) -> None:
        self._office = office
        self._tag = _tag(network_id)
        self._signer = HTTPMessageSigner(
            signature_algorithm=OfficeEd25519, key_resolver=_Keys(None, key)
        )

    def sign(self, message: SignedRequest | SignedAnswer, nonce: str, created: int) -> None:
        """Add `Signature-Input` and `Signature` to the headers of a message, as made at `created` (Unix seconds)."""
        is_answer = isinstance(message, SignedAnswer)
        always, sometimes = (
            (OF_ANSWER, MAY_BE_IN_ANSWER) if is_answer else (OF_REQUEST, MAY_BE_IN_REQUEST)
        )
        names = {name.lower() for name in message.headers}
        self._signer.sign(
            message,
            key_id=self._office,
            created=datetime.fromtimestamp(created, UTC),
            nonce=nonce,
            label=LABEL,
            tag=self._tag,
            use_existing_digest="content-digest" in names,
            covered_component_ids=(*always, *(name for name in sometimes if name in names)),
        )


class MessageVerifier:
    """Verifies the signatures of the offices of one network."""

    def __init__(self, keyring: Keyring) -> None:
        self._keys = _Keys(keyring)
        self._tag = _tag(keyring.network_id)

    def verify(self, message: SignedRequest | SignedAnswer, now: int) -> Signer:
        """Who signed a message that counts at `now` (Unix seconds).

        Everything that the message says, and that a signature here covers, must be covered.

        Raises:
            MessageSignatureError: no such signature, or it is too old, too young or not over all of this.
        """
        is_answer = isinstance(message, SignedAnswer)
        always, sometimes = (
            (OF_ANSWER, MAY_BE_IN_ANSWER) if is_answer else (OF_REQUEST, MAY_BE_IN_REQUEST)
        )
        names = {name.lower() for name in message.headers}
        if any(
            len(value) > FIELD_LENGTH_MAX
            for name, value in message.headers.items()
            if name.lower() in _FIELDS
        ):
            raise MessageSignatureError(f"expected fields of at most {FIELD_LENGTH_MAX} characters")
        required = (*always, *(name for name in sometimes if name in names))
        verifier = _VerifierAt(now, self._keys)
        try:
            signatures = verifier.verify(
                message, max_age=None, expect_tag=self._tag, require_components=required
            )
        except (HTTPMessageSignaturesException, InvalidSignatureError, ValueError) as error:
            raise MessageSignatureError(str(error) or "the signature does not verify") from None
        if len(signatures) != 1:
            raise MessageSignatureError(
                f"expected one signature with the tag {self._tag}, got {len(signatures)}"
            )
        parameters = signatures[0].parameters
        return Signer(
            str(parameters["keyid"]), str(parameters["nonce"]), int(parameters["created"])
        )


class _VerifierAt(HTTPMessageVerifier):
    """The library's verifier with a clock that is given, and with everything that is asked of a signature here."""

    def __init__(self, now: int, keys: _Keys) -> None:
        super().__init__(signature_algorithm=OfficeEd25519, key_resolver=keys)
        self._now = now

    def validate_created_and_expires(
        self,
        sig_input: Any,  # noqa: ANN401 - of the library
        max_age: timedelta | None = None,  # noqa: ARG002 - of the library
    ) -> None:
        """Raise where the signature was made too long ago, or is to come, or has no nonce."""
        parameters: Mapping[str, Any] = sig_input.params
        created = parameters.get("created")
        if type(created) is not int:
            raise InvalidSignature("expected 'created' in the signature, found none")
        if not self._now - AGE_SECONDS_MAX <= created <= self._now + AHEAD_SECONDS_MAX:
            raise InvalidSignature(
                f"expected a signature made between {AGE_SECONDS_MAX} seconds ago and {AHEAD_SECONDS_MAX} seconds from"
                f" now, got one of {created} at {self._now}: look at the clocks of both offices"
            )
        if "expires" in parameters and parameters["expires"] < self._now:
            raise InvalidSignature("the signature has expired")
        if not isinstance(parameters.get("nonce"), str):
            raise InvalidSignature("expected 'nonce' in the signature, found none")


def _tag(network_id: bytes) -> str:
    return f"ipregister-reports/1/{network_id.hex()}"
