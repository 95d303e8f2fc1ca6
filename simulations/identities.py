"""The offices of a simulated network: keys from their names, and one genesis for all nodes.

Signatures are made by the production code and checked by it, each once a process: the nodes of a simulated network are
one program, and whether a signature is right is the same for all of them. One that a key of this process made is right.
"""

from functools import lru_cache
from typing import Final

from crypto.digest import sha256
from crypto.keyring import Keyring
from crypto.signing import SigningKey, VerifyingKey
from ledger.genesis import Genesis, GenesisOffice, encode_public_key

SLOT_BITS = 8
"""Of the state tree: the least, since a run registers few filings."""


_SIGNATURES_REMEMBERED: Final = 65_536
"""Signatures whose rightness is remembered: those of a few runs."""


class RememberedSignatures:
    """What keys of this process made, or found to be right: (public key, signature, message)."""

    def __init__(self) -> None:
        self._right: set[tuple[bytes, bytes, bytes]] = set()

    def __contains__(self, signed: object) -> bool:
        return signed in self._right

    def add(self, signed: tuple[bytes, bytes, bytes]) -> None:
        """Remember one, and forget all when there are too many."""
        if len(self._right) >= _SIGNATURES_REMEMBERED:
            self._right.clear()
        self._right.add(signed)


_remembered = RememberedSignatures()


class SimulatedKey(SigningKey):
    """A private key whose signatures need no check in this process."""

    __slots__ = ()

    def sign(self, message: bytes) -> bytes:
        """A signature of 64 bytes over exactly these bytes."""
        signature = super().sign(message)
        _remembered.add((self.public_bytes, signature, message))
        return signature


class RememberingKey(VerifyingKey):
    """A public key that checks a signature once a process, and one made in this process never."""

    __slots__ = ()

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return when the signature is this key's over exactly these bytes.

        Raises:
            InvalidSignatureError: it is not.
        """
        signed = (self.public_bytes, signature, message)
        if signed not in _remembered:
            super().verify(signature, message)
            _remembered.add(signed)


@lru_cache(maxsize=1_024)
def key_of(office: str) -> SigningKey:
    """The key of a simulated office: derived from its name, so every run has the same."""
    return SimulatedKey(sha256(b"simulated office " + office.encode()))


class SimulatedGenesis(Genesis, frozen=True, kw_only=True, rename="camel"):
    """A genesis whose keyring is made once, for all nodes of all runs."""

    def network_id(self) -> bytes:
        """SHA-256 of the canonical form: 32 bytes."""
        return _network_id(self)

    def keyring(self) -> Keyring:
        """The offices with their keys."""
        return _keyring(self)


@lru_cache(maxsize=64)
def _network_id(genesis: SimulatedGenesis) -> bytes:
    return Genesis.network_id(genesis)


@lru_cache(maxsize=64)
def _keyring(genesis: SimulatedGenesis) -> Keyring:
    keys = {
        office.code: RememberingKey(key_of(office.code).public_bytes) for office in genesis.offices
    }
    return Keyring(genesis.network_id(), keys)


@lru_cache(maxsize=64)
def genesis_of(offices: tuple[str, ...]) -> SimulatedGenesis:
    """The genesis of a simulated network."""
    return SimulatedGenesis(
        protocol_version=1,
        network_name="simulation",
        created_at="2026-01-01T00:00:00Z",
        offices=tuple(
            GenesisOffice(
                code=office,
                name=office,
                public_key=encode_public_key(key_of(office).public_bytes),
            )
            for office in sorted(offices)
        ),
        slot_bits=SLOT_BITS,
    )
