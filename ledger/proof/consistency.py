"""Proofs that the history of one height is the beginning of that of a later one (RFC 9162, 2.1.4)."""

import json
from typing import Final, Literal

import msgspec

from crypto import base64url
from crypto.digest import sha256
from crypto.errors import InvalidProofError
from crypto.merkle import EMPTY_ROOT, leaf_hash, verify_consistency, verify_inclusion
from ledger.block import Header
from ledger.genesis import Genesis
from ledger.proof.checkpoint import read_header, verify_checkpoint, verify_covered
from ledger.proof.document import (
    FILE_BYTES_MAX,
    Checkpoint,
    ProvedHeader,
    to_bytes,
    to_path,
    without_repetition,
)
from ledger.proof.errors import InvalidProofFileError, UndecidableProofFileError

CONSISTENCY_FORMAT: Final = "ipregister-consistency"


class ConsistencyDocument(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """One file: two blocks, and that the later one's history begins with the earlier one and all before it."""

    format: Literal["ipregister-consistency"]
    version: Literal[1]
    earlier_header: str
    """Base64url."""
    earlier_path_bag: tuple[str, ...]
    """Hexadecimal: from the earlier block's hash to the history root of the later header."""
    consistency_path_bag: tuple[str, ...]
    """Hexadecimal: between the history roots of both headers; empty where the earlier block is the first."""
    later: ProvedHeader | None = None
    """Left out: the later block is that of the checkpoint."""
    checkpoint: Checkpoint


class ConsistencyVerdict(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What such a file proves."""

    kind: Literal["consistency"] = "consistency"
    earlier_height: int
    earlier_hash: str
    later_height: int
    later_hash: str
    later_time_ms: int
    network_id: str
    signer_bag: tuple[str, ...]


class _Opening(msgspec.Struct):
    format: str
    version: int = 0


_opening_decoder = msgspec.json.Decoder(_Opening)
_decoder = msgspec.json.Decoder(ConsistencyDocument)
encode_consistency = msgspec.json.Encoder(order="sorted").encode


def is_consistency_file(data: bytes) -> bool:
    """Whether the bytes say that they are such a file."""
    try:
        return _opening_decoder.decode(data).format == CONSISTENCY_FORMAT
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False


def decode_consistency(data: bytes) -> ConsistencyDocument:
    """The document, not yet verified.

    Raises:
        InvalidProofFileError: it is none.
        UndecidableProofFileError: it is of a later version.
    """
    if len(data) > FILE_BYTES_MAX:
        raise InvalidProofFileError("form", f"expected at most {FILE_BYTES_MAX} bytes")
    try:
        version = _opening_decoder.decode(data).version
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidProofFileError("form", f"expected a whole proof file: {error}") from error
    if version > 1:
        raise UndecidableProofFileError("version", f"expected version 1, got {version}")
    try:
        document = _decoder.decode(data)
        read_otherwise = json.loads(data, object_pairs_hook=without_repetition)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidProofFileError("form", str(error)) from error
    if json.loads(encode_consistency(document)) != read_otherwise:
        raise InvalidProofFileError("form", "expected only members that the format knows")
    return document


def verify_consistency_file(data: bytes, trusted: Genesis) -> ConsistencyVerdict:
    """Return what the file proves.

    Raises:
        InvalidProofFileError: it does not prove it; `check` names the first check that failed.
    """
    document, keyring = decode_consistency(data), trusted.keyring()
    checkpoint = verify_checkpoint(document.checkpoint, keyring)
    later, later_bytes = checkpoint, to_bytes("checkpoint", document.checkpoint.header)
    if document.later is not None:
        later = verify_covered(document.later, checkpoint, keyring.network_id)
        later_bytes = to_bytes("headers", document.later.header)
    earlier_bytes = to_bytes("headers", document.earlier_header)
    earlier = read_header("headers", earlier_bytes, keyring.network_id)
    _verify_growth(document, earlier, sha256(earlier_bytes), later)
    return ConsistencyVerdict(
        earlier_height=earlier.height,
        earlier_hash=sha256(earlier_bytes).hex(),
        later_height=later.height,
        later_hash=sha256(later_bytes).hex(),
        later_time_ms=later.time_ms,
        network_id=keyring.network_id.hex(),
        signer_bag=tuple(each.ip_office_code for each in document.checkpoint.signature_bag),
    )


def _verify_growth(
    document: ConsistencyDocument, earlier: Header, earlier_hash: bytes, later: Header
) -> None:
    inclusion = to_path("consistency", document.earlier_path_bag)
    growth = to_path("consistency", document.consistency_path_bag)
    position, size = earlier.height - 1, later.height - 1
    try:
        verify_inclusion(leaf_hash(earlier_hash), position, size, inclusion, later.history_root)
        if position:
            verify_consistency(position, size, growth, earlier.history_root, later.history_root)
    except InvalidProofError as error:
        raise InvalidProofFileError("consistency", str(error)) from error
    if not position and (growth or earlier.history_root != EMPTY_ROOT):
        raise InvalidProofFileError("consistency", "expected no history before the first block")


def covered_header(header: bytes, path: tuple[bytes, ...]) -> ProvedHeader:
    """A header with its path, as files hold it."""
    return ProvedHeader(
        header=base64url.encode(header), history_path_bag=tuple(node.hex() for node in path)
    )
