"""Offices with fixed keys, and a network of them."""

from crypto.certificate import CheckpointCertificate, checkpoint_message
from crypto.digest import sha256
from crypto.keyring import Keyring
from crypto.signing import SigningKey, VerifyingKey, bound_message

NETWORK = sha256(b"test network")
FOUR = ("AU", "EP", "JP", "US")


def key_of(office: str) -> SigningKey:
    return SigningKey(sha256(office.encode()))


def keyring_of(*offices: str, network_id: bytes = NETWORK) -> Keyring:
    keys = {office: VerifyingKey(key_of(office).public_bytes) for office in offices or FOUR}
    return Keyring(network_id, keys)


def certificate_of(
    height: int, block_hash: bytes, *offices: str, network_id: bytes = NETWORK
) -> CheckpointCertificate:
    """A certificate signed by these offices, by default a quorum of the four."""
    message = bound_message("checkpoint", network_id, checkpoint_message(height, block_hash))
    signatures = ((office, key_of(office).sign(message)) for office in offices or FOUR[:3])
    return CheckpointCertificate(height, block_hash, tuple(signatures))
