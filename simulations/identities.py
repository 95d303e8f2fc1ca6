"""The offices of a simulated network: keys from their names, and one genesis for all nodes.

Signatures are checked by the production code, each once a process: the nodes of a simulated network are one program,
and whether a signature is right is the same for all of them.
"""

from functools import lru_cache

from crypto.digest import sha256
from crypto.errors import InvalidSignatureError
from crypto.keyring import Keyring
from crypto.signing import SigningKey, VerifyingKey
from ledger.genesis import Genesis, GenesisOffice, encode_public_key

SLOT_BITS = 8
"""Of the state tree: the least, since a run registers few filings."""


@lru_cache(maxsize=1_024)
def key_of(office: str) -> SigningKey:
    """The key of a simulated office: derived from its name, so every run has the same."""
    return SigningKey(sha256(b"simulated office " + office.encode()))


class RememberingKey(VerifyingKey):
    """A public key that remembers what it found of the last signatures."""

    __slots__ = ("_is_right",)

    def __init__(self, public_bytes: bytes) -> None:
        super().__init__(public_bytes)
        self._is_right = lru_cache(maxsize=16_384)(self._check)

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return when the signature is this key's over exactly these bytes.

        Raises:
            InvalidSignatureError: it is not.
        """
        if not self._is_right(signature, message):
            raise InvalidSignatureError(f"signature does not answer to {self!r}")

    def _check(self, signature: bytes, message: bytes) -> bool:
        try:
            super().verify(signature, message)
        except InvalidSignatureError:
            return False
        return True


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
