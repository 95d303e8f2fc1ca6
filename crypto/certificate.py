"""Checkpoint certificates: a quorum of office signatures over one block hash.

A certificate does not say how the order of the block came about, so another ordering engine can stand below the
same ledger. Source: Castro & Liskov 1999, section 4.3 (stable checkpoints); docs/protocol.md 4.
"""

import msgspec

from crypto.digest import DIGEST_SIZE
from crypto.errors import InvalidProofError, InvalidSignatureError, MalformedBytesError
from crypto.keyring import Keyring


class CheckpointCertificate(
    msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True
):
    """Proof that a quorum of offices holds one and the same block at a height."""

    height: int
    block_hash: bytes
    signatures: tuple[tuple[str, bytes], ...]
    """(office, signature), sorted by office, each office once."""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(CheckpointCertificate)


def checkpoint_message(height: int, block_hash: bytes) -> bytes:
    """What an office signs for the purpose `checkpoint`: 8 bytes of height, then the block hash."""
    return height.to_bytes(8, "big") + block_hash


def verify_certificate(certificate: CheckpointCertificate, keyring: Keyring) -> None:
    """Return when a quorum of the keyring's offices signed this height and block hash.

    Raises:
        InvalidProofError: too few signatures, an office twice or out of order, or a signature that
        does not verify.
    """
    signers = tuple(office for office, _ in certificate.signatures)
    if signers != tuple(sorted(set(signers))):
        raise InvalidProofError(f"expected sorted offices, each once, got {', '.join(signers)}")
    if len(signers) < keyring.quorum:
        raise InvalidProofError(
            f"expected signatures of {keyring.quorum} offices, got {len(signers)}"
        )
    if len(certificate.block_hash) != DIGEST_SIZE or certificate.height < 0:
        raise InvalidProofError("expected a height of 0 or more and a block hash of 32 bytes")
    message = checkpoint_message(certificate.height, certificate.block_hash)
    for office, signature in certificate.signatures:
        try:
            keyring.verify(office, "checkpoint", message, signature)
        except InvalidSignatureError as error:
            raise InvalidProofError(f"checkpoint {certificate.height}: {error}") from error


def encode_certificate(certificate: CheckpointCertificate) -> bytes:
    """The one byte form of a certificate (msgpack array)."""
    return _encoder.encode(certificate)


def decode_certificate(data: bytes) -> CheckpointCertificate:
    """The certificate of which these bytes are the one form; signatures are not checked here.

    Raises:
        MalformedBytesError: the bytes are not the one byte form of a certificate.
    """
    try:
        certificate = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedBytesError(f"checkpoint certificate: {error}") from error
    if encode_certificate(certificate) != data:
        raise MalformedBytesError("checkpoint certificate: expected the shortest msgpack form")
    return certificate
