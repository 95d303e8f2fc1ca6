"""Mutual authentication of two offices by their genesis keys, and the session keys of the link.

A signed Diffie-Hellman exchange in the manner of SIGMA (Krawczyk 2003): each side sends a hello
with a fresh nonce and an ephemeral X25519 key, then a signature by its office over both hellos and
its role. Both offices' names stand in what both sign, so neither can be talked into believing in
another peer; the roles differ, so nothing can be reflected. The keys of a closed link cannot be had
again from the offices' keys. No certificates are needed: the genesis is the only list of who may
speak.

Bytes in, bytes out: the caller brings the randomness, and moves the messages.
"""

import struct
from hashlib import sha256
from typing import Literal, NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.errors import InvalidSignatureError
from crypto.keyring import Keyring
from crypto.signing import PROTOCOL_VERSION, SIGNATURE_SIZE, SigningKey, bound_message

NONCE_SIZE = 32  # bytes
EPHEMERAL_SIZE = 32  # bytes, of an X25519 private or public key
SESSION_KEY_SIZE = 32  # bytes, of AES-256

Role = Literal["initiator", "responder"]

_MAGIC = b"ipreglnk"
_HELLO = struct.Struct(">8sH32s2s32s32s")
HELLO_SIZE = _HELLO.size
HANDSHAKE_MESSAGE_MAX = max(HELLO_SIZE, SIGNATURE_SIZE)


class HandshakeError(Exception):
    """Base of the errors of a handshake; the link is closed after any of them."""


class MalformedHandshakeError(HandshakeError):
    """A handshake message does not have its form."""


class InvalidHandshakeError(HandshakeError):
    """The other side is not who it should be: wrong network, version, office or signature."""


class SessionKeys(NamedTuple):
    """The result of a handshake: who is at the other end, and a key for each direction."""

    peer: str
    send: bytes
    receive: bytes


class Hello(NamedTuple):
    """The first message of either side; of fixed size, so two of them join in one way only."""

    version: int
    network_id: bytes
    office: str
    nonce: bytes
    ephemeral: bytes
    """The X25519 public key of this link."""

    def to_bytes(self) -> bytes:
        """The 108 bytes that travel."""
        return _HELLO.pack(
            _MAGIC,
            self.version,
            self.network_id,
            self.office.encode("ascii"),
            self.nonce,
            self.ephemeral,
        )


def decode_hello(data: bytes) -> Hello:
    """The hello in these bytes.

    Raises:
        MalformedHandshakeError: they are not one.
    """
    if len(data) != HELLO_SIZE:
        raise MalformedHandshakeError(f"hello: expected {HELLO_SIZE} bytes, got {len(data)}")
    magic, version, network_id, office, nonce, ephemeral = _HELLO.unpack(data)
    if magic != _MAGIC:
        raise MalformedHandshakeError(f"hello: expected it to begin with {_MAGIC!r}, got {magic!r}")
    if not (office.isalpha() and office.isupper()):
        raise MalformedHandshakeError(f"hello: expected an office code, got {office!r}")
    return Hello(version, network_id, office.decode("ascii"), nonce, ephemeral)


class Handshake:
    """One side of one handshake: send `hello`, then the answer to its hello; then take the keys.

    Invariant: no keys leave before the peer's signature over this very exchange was checked.
    """

    def __init__(
        self,
        *,
        role: Role,
        office: str,
        signing_key: SigningKey,
        keyring: Keyring,
        nonce: bytes,
        ephemeral_seed: bytes,
        expected_peer: str | None = None,
    ) -> None:
        if len(nonce) != NONCE_SIZE or len(ephemeral_seed) != EPHEMERAL_SIZE:
            raise ValueError("expected a nonce and an ephemeral seed of 32 fresh random bytes each")
        self._role: Role = role
        self._office = office
        self._signing_key = signing_key
        self._keyring = keyring
        self._expected_peer = expected_peer
        """The office that was dialled; none: whoever of the network calls."""
        self._ephemeral = X25519PrivateKey.from_private_bytes(ephemeral_seed)
        public = self._ephemeral.public_key().public_bytes_raw()
        own = Hello(PROTOCOL_VERSION, keyring.network_id, office, nonce, public)
        self.hello = own.to_bytes()
        """The first message to the peer; it does not wait for the peer's."""
        self._peer: Hello | None = None
        self._transcript = b""

    def receive_hello(self, data: bytes) -> bytes:
        """Take the peer's hello and return the second message: this office's signature.

        Raises:
            MalformedHandshakeError: it is no hello.
            InvalidHandshakeError: another version or network, an office not of it or not expected.
        """
        peer = decode_hello(data)
        self._check(peer)
        self._peer = peer
        both = self.hello + data if self._role == "initiator" else data + self.hello
        self._transcript = sha256(both).digest()
        return self._signing_key.sign(self._signed(self._role))

    def receive_signature(self, data: bytes) -> SessionKeys:
        """Take the peer's second message and return the keys of the link.

        Raises:
            MalformedHandshakeError: it is not of a signature's size.
            InvalidHandshakeError: the office in the peer's hello did not sign this exchange.
        """
        if self._peer is None:
            raise ValueError("the peer's hello comes before its signature")
        if len(data) != SIGNATURE_SIZE:
            raise MalformedHandshakeError(
                f"signature: expected {SIGNATURE_SIZE} bytes, got {len(data)}"
            )
        peer_role: Role = "responder" if self._role == "initiator" else "initiator"
        try:
            self._keyring.key(self._peer.office).verify(data, self._signed(peer_role))
        except InvalidSignatureError as error:
            raise InvalidHandshakeError(f"office {self._peer.office}: {error}") from error
        return self._derive(self._peer)

    def _check(self, peer: Hello) -> None:
        if peer.version != PROTOCOL_VERSION:
            raise InvalidHandshakeError(
                f"expected protocol version {PROTOCOL_VERSION}, got {peer.version}"
            )
        if peer.network_id != self._keyring.network_id:
            raise InvalidHandshakeError(
                f"expected network {self._keyring.network_id.hex()}, got {peer.network_id.hex()}"
            )
        if peer.office == self._office:
            raise InvalidHandshakeError(f"office {peer.office} is this node's own")
        if peer.office not in self._keyring:
            raise InvalidHandshakeError(f"office {peer.office} is not of this network")
        if self._expected_peer not in {None, peer.office}:
            raise InvalidHandshakeError(f"expected office {self._expected_peer}, got {peer.office}")

    def _signed(self, role: Role) -> bytes:
        """What the side in this role signs: its role and the transcript, for the purpose `link`."""
        message = role.encode() + b"\0" + self._transcript
        return bound_message("link", self._keyring.network_id, message)

    def _derive(self, peer: Hello) -> SessionKeys:
        try:
            shared = self._ephemeral.exchange(X25519PublicKey.from_public_bytes(peer.ephemeral))
        except ValueError as error:  # a point of small order: the secret would be all zero
            raise InvalidHandshakeError(
                f"office {peer.office}: its ephemeral key gives no secret"
            ) from error
        hkdf = HKDF(SHA256(), 2 * SESSION_KEY_SIZE, salt=self._transcript, info=b"ipregister/link")
        keys = hkdf.derive(shared)
        forth, back = keys[:SESSION_KEY_SIZE], keys[SESSION_KEY_SIZE:]
        if self._role == "initiator":
            return SessionKeys(peer.office, send=forth, receive=back)
        return SessionKeys(peer.office, send=back, receive=forth)
