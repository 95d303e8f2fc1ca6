"""The definition of an authority file: what the file covers, its SHA-256, and the signature of the office that made it.

WIPO ST.37 knows a definition file beside the authority file. Ours is JSON (docs/authority-files.md).
"""

import json
from typing import Annotated, Final, Literal

import msgspec

from api.authority.coverage import AuthorityCoverage
from api.moments import Moment
from crypto import base64url
from crypto.digest import sha256
from crypto.errors import InvalidSignatureError, MalformedBytesError
from crypto.keyring import Keyring
from ledger.proof.document import OfficeSignature, without_repetition

FORMAT: Final = "ipregister-authority-file"
DEFINITION_BYTES_MAX: Final = 1024 * 1024
MediaType = Literal["application/xml", "text/csv"]
_Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class AuthorityDefinition(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """What one authority file covers."""

    format: Literal["ipregister-authority-file"]
    version: Literal[1]
    ip_office_code: str
    """Whose numbers the file lists."""
    network_id: _Digest
    height: int
    """The file is the register's answer after this block."""
    block_time: Moment | None = None
    """Of that block; left out at height 0."""
    update_category: Literal["Full"]
    """All numbers, not those since the file before (WIPO ST.37)."""
    content_category: Literal["Complete"]
    """Each number has an entry; no ranges (WIPO ST.37)."""
    media_type: MediaType
    byte_count: int
    digest: _Digest
    """SHA-256 of the file."""
    coverage: AuthorityCoverage
    attestation: OfficeSignature | None = None
    """The office whose node made the file signs for all the rest. Required; None only while it is made."""


class AuthorityFileError(ValueError):
    """A definition, or its file, is not what it says; the message says what was expected."""


class NewerDefinitionError(AuthorityFileError):
    """The definition is of a later version than this program knows."""


class _Opening(msgspec.Struct):
    """What every version begins with."""

    format: Literal["ipregister-authority-file"]
    version: int


_encoder: Final = msgspec.json.Encoder(order="sorted")
_opening_decoder: Final = msgspec.json.Decoder(_Opening)
_decoder: Final = msgspec.json.Decoder(AuthorityDefinition)


def encode_definition(definition: AuthorityDefinition) -> bytes:
    """The definition file: JSON without spaces, members sorted by name (RFC 8785)."""
    return _encoder.encode(definition)


def signed_digest(definition: AuthorityDefinition) -> bytes:
    """SHA-256 over the definition without its attestation: what the office signs."""
    return sha256(_encoder.encode(msgspec.structs.replace(definition, attestation=None)))


def decode_definition(data: bytes) -> AuthorityDefinition:
    """The definition in these bytes, not yet verified.

    Raises:
        AuthorityFileError: they are none.
        NewerDefinitionError: it is of a later version.
    """
    if len(data) > DEFINITION_BYTES_MAX:
        raise AuthorityFileError(f"expected at most {DEFINITION_BYTES_MAX} bytes, got {len(data)}")
    try:
        version = _opening_decoder.decode(data).version
        definition = _decoder.decode(data) if version <= 1 else None
        json.loads(data, object_pairs_hook=without_repetition)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise AuthorityFileError(
            f"expected the definition of an authority file: {error}"
        ) from error
    if definition is None:
        raise NewerDefinitionError(f"expected version 1, got {version}")
    return definition


def verify_definition(definition: AuthorityDefinition, keyring: Keyring) -> str:
    """The office that signed the definition.

    Raises:
        AuthorityFileError: none of this network did.
    """
    expected = keyring.network_id.hex()
    if definition.network_id != expected:
        raise AuthorityFileError(f"expected network {expected}, got {definition.network_id}")
    attestation = definition.attestation
    if attestation is None:
        raise AuthorityFileError("expected the signature of an office, got nothing")
    office = attestation.ip_office_code
    try:
        signature = base64url.decode(attestation.signature)
        keyring.verify(office, "authority-file", signed_digest(definition), signature)
    except (InvalidSignatureError, MalformedBytesError) as error:
        raise AuthorityFileError(f"signature of {office}: {error}") from error
    return office


def expect_same_file(definition: AuthorityDefinition, digest: str, byte_count: int) -> None:
    """Return when a file of this SHA-256 and size is the one that is defined.

    Raises:
        AuthorityFileError: it is another one, or was changed.
    """
    if byte_count != definition.byte_count:
        raise AuthorityFileError(
            f"expected a file of {definition.byte_count} bytes, got {byte_count}"
        )
    if digest != definition.digest:
        raise AuthorityFileError(f"expected a file of SHA-256 {definition.digest}, got {digest}")
