"""The genesis document: the offices of a network with their keys, and the constants that bytes depend on.

A network is known by the SHA-256 of the document's canonical form: JSON without spaces, members in the order of the
fields, offices sorted by code. Every signature and header is bound to that value.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from crypto.digest import sha256
from crypto.keyring import Keyring
from crypto.signing import PUBLIC_KEY_SIZE, VerifyingKey
from ledger.errors import MalformedGenesisError

OfficeCode = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{2}\Z")]
"""Two letters of WIPO ST.3."""


class GenesisOffice(
    msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True
):
    """An office of the network."""

    code: OfficeCode
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    public_key: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{43}\Z")]
    """Ed25519, 32 bytes in unpadded base64url."""


class Genesis(
    msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True
):
    """What all nodes of a network agree on before the first block."""

    protocol_version: Literal[1] = 1
    network_name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    created_at: str
    """ISO 8601 with offset. It tells two networks of the same offices apart."""
    offices: tuple[GenesisOffice, ...]
    """Sorted by code, each code and each key once."""
    slot_bits: Annotated[int, msgspec.Meta(ge=8, le=24)] = 16
    """The state tree has 2 ** slot_bits slots: 16 serve some five million numbers, 20 beyond."""

    def network_id(self) -> bytes:
        """SHA-256 of the canonical form: 32 bytes."""
        return sha256(_encoder.encode(self))

    def keyring(self) -> Keyring:
        """The offices with their keys, bound to this network."""
        keys = {office.code: VerifyingKey(_key_bytes(office)) for office in self.offices}
        return Keyring(self.network_id(), keys)


_encoder = msgspec.json.Encoder(order=None)
_decoder = msgspec.json.Decoder(Genesis)


def encode_genesis(genesis: Genesis) -> bytes:
    """The document as a file that people read: indented JSON, with a line end."""
    return msgspec.json.format(_encoder.encode(genesis), indent=2) + b"\n"


def load_genesis(data: bytes) -> Genesis:
    """The genesis in this JSON document, in whatever white space.

    Raises:
        MalformedGenesisError: it is not one; the message names the member.
    """
    try:
        genesis = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedGenesisError(f"genesis: {error}") from error
    _check(genesis)
    return genesis


def encode_public_key(public_key: bytes) -> str:
    """A public key as the genesis writes it: unpadded base64url."""
    return urlsafe_b64encode(public_key).rstrip(b"=").decode()


def _check(genesis: Genesis) -> None:
    codes = [office.code for office in genesis.offices]
    if not codes or codes != sorted(set(codes)):
        raise MalformedGenesisError(
            f"offices: expected at least one, sorted by code, each once, got {', '.join(codes)}"
        )
    if "IB" in codes:
        raise MalformedGenesisError("offices: expected WO for the International Bureau, got IB")
    keys = [_key_bytes(office) for office in genesis.offices]
    if len(set(keys)) != len(keys):
        raise MalformedGenesisError("offices: expected a key of its own for each office")
    try:
        created_at = datetime.fromisoformat(genesis.created_at)
    except ValueError as error:
        raise MalformedGenesisError(f"createdAt: {error}") from error
    if created_at.utcoffset() is None:
        raise MalformedGenesisError(
            f"createdAt: expected an offset such as Z, got {genesis.created_at}"
        )


def _key_bytes(office: GenesisOffice) -> bytes:
    try:
        key = urlsafe_b64decode(office.public_key + "=")
    except Base64Error as error:
        raise MalformedGenesisError(f"publicKey of {office.code}: {error}") from error
    if len(key) != PUBLIC_KEY_SIZE or encode_public_key(key) != office.public_key:
        raise MalformedGenesisError(
            f"publicKey of {office.code}: expected {PUBLIC_KEY_SIZE} bytes in unpadded base64url"
        )
    return key
