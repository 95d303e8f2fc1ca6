"""Checks headers: that of the checkpoint by the offices' signatures, earlier ones by the history it covers."""

from crypto.certificate import CheckpointCertificate, verify_certificate
from crypto.digest import sha256
from crypto.errors import InvalidProofError, InvalidSignatureError
from crypto.keyring import Keyring
from crypto.merkle import leaf_hash, verify_inclusion
from ledger.block import Header, decode_header
from ledger.errors import MalformedBlockError
from ledger.proof.document import Checkpoint, ProvedHeader, to_bytes, to_path
from ledger.proof.errors import CheckName, InvalidProofFileError


def verify_checkpoint(checkpoint: Checkpoint, keyring: Keyring) -> Header:
    """The checkpoint's header, for which a quorum of the offices signed.

    Raises:
        InvalidProofFileError: they did not.
    """
    data = to_bytes("checkpoint", checkpoint.header)
    header = read_header("checkpoint", data, keyring.network_id)
    signatures = tuple(
        (each.ip_office_code, to_bytes("checkpoint", each.signature))
        for each in checkpoint.signature_bag
    )
    certificate = CheckpointCertificate(header.height, sha256(data), signatures)
    try:
        verify_certificate(certificate, keyring)
    except (InvalidProofError, InvalidSignatureError, OverflowError) as error:
        raise InvalidProofFileError("checkpoint", str(error)) from error
    return header


def read_header(check: CheckName, data: bytes, network_id: bytes) -> Header:
    """The header of a block of this network in these bytes.

    Raises:
        InvalidProofFileError: it is none.
    """
    try:
        header = decode_header(data)
    except MalformedBlockError as error:
        raise InvalidProofFileError(check, str(error)) from error
    if header.network_id != network_id:
        raise InvalidProofFileError("genesis", f"expected a block of network {network_id.hex()}")
    return header


def verify_covered(given: ProvedHeader, checkpoint: Header, network_id: bytes) -> Header:
    """A header that is in the history that the checkpoint's header covers.

    Raises:
        InvalidProofFileError: it is not.
    """
    data = to_bytes("headers", given.header)
    header = read_header("headers", data, network_id)
    path = to_path("headers", given.history_path_bag)
    leaf, size = leaf_hash(sha256(data)), checkpoint.height - 1
    try:
        verify_inclusion(leaf, header.height - 1, size, path, checkpoint.history_root)
    except InvalidProofError as error:
        raise InvalidProofFileError("headers", f"block {header.height}: {error}") from error
    return header
