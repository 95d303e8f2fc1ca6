"""Certified headers: what shows that the offices of a network agreed on a block.

A checkpoint certificate covers one height. An earlier header is covered through the history root of a certified later
one, so a node that caught up, and holds certificates of some heights only, can still prove every block.
"""

import msgspec

from crypto.certificate import CheckpointCertificate, verify_certificate
from crypto.digest import sha256
from crypto.errors import InvalidProofError, InvalidSignatureError
from crypto.keyring import Keyring
from crypto.merkle import leaf_hash, verify_inclusion
from ledger.block import Header, decode_header
from ledger.errors import InvalidReceiptError, MalformedBlockError, MalformedReceiptError


class CertifiedHeader(msgspec.Struct, frozen=True):
    """A header, and the way from it to a certificate."""

    header: bytes
    """Encoded."""
    certificate: CheckpointCertificate
    later_header: bytes = b""
    """The header that the certificate covers, if it is not this one."""
    history_path: tuple[bytes, ...] = ()
    """From this header to the later one's history root."""


def verify_certified_header(certified: CertifiedHeader, keyring: Keyring) -> Header:
    """The header, when a quorum of the keyring's offices stands behind it.

    Raises:
        MalformedReceiptError: a header is not one.
        InvalidReceiptError: they do not, or not in this network.
    """
    header = _decode(certified.header)
    covered_bytes = certified.later_header or certified.header
    covered = _decode(covered_bytes)
    if not header.network_id == covered.network_id == keyring.network_id:
        raise InvalidReceiptError(
            f"network: expected {keyring.network_id.hex()}, got {header.network_id.hex()}"
        )
    expected = (covered.height, sha256(covered_bytes))
    if (certified.certificate.height, certified.certificate.block_hash) != expected:
        raise InvalidReceiptError(
            f"certificate: expected block {covered.height} {expected[1].hex()}, "
            f"got {certified.certificate.height} {certified.certificate.block_hash.hex()}"
        )
    try:
        verify_certificate(certified.certificate, keyring)
        if certified.later_header:
            leaf = leaf_hash(sha256(certified.header))
            # The later header's history covers all headers before it: heights 1 to its own less 1.
            position, size = header.height - 1, covered.height - 1
            verify_inclusion(leaf, position, size, certified.history_path, covered.history_root)
    except (InvalidProofError, InvalidSignatureError) as error:
        raise InvalidReceiptError(f"block {header.height}: {error}") from error
    return header


def _decode(data: bytes) -> Header:
    try:
        return decode_header(data)
    except MalformedBlockError as error:
        raise MalformedReceiptError(str(error)) from error
