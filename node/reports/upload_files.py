"""What an unfinished upload is, beside the bytes that came: kept in the store, encrypted like the document.

    documents/uploads/<id>.state     nonce (12 bytes), and the state as JSON with AES-256-GCM; the id is authenticated

A state that cannot be read is no upload: it is removed at the start, with what came.
"""

import secrets
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.register.entries import Report
from node.keystore import write_private

_NONCE_SIZE: Final = 12
_SUFFIX: Final = ".state"


class UploadState(msgspec.Struct, frozen=True):
    """Whose upload it is, and what will be registered when it is whole."""

    token_id: str
    filing_id: str
    """Of the filing that the report is about, as it was asked."""
    entry: Report


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(UploadState).decode


def state_path(folder: Path, identifier: str) -> Path:
    """Where the state of an upload stands."""
    return folder / f"{identifier}{_SUFFIX}"


def write_state(folder: Path, key: bytes, identifier: str, state: UploadState) -> None:
    """Keep the state of an upload that begins.

    Raises:
        OSError: it cannot be written.
    """
    nonce = secrets.token_bytes(_NONCE_SIZE)
    sealed = AESGCM(key).encrypt(nonce, _encode(state), identifier.encode())
    write_private(state_path(folder, identifier), nonce + sealed)


def read_states(folder: Path, key: bytes) -> dict[str, UploadState]:
    """The states of all uploads by their ids; those that cannot be read are removed."""
    found = {}
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        identifier, data = path.stem, path.read_bytes()
        try:
            state = AESGCM(key).decrypt(data[:_NONCE_SIZE], data[_NONCE_SIZE:], identifier.encode())
            found[identifier] = _decode(state)
        except (InvalidTag, ValueError):  # msgspec's errors are ValueErrors
            path.unlink()
    return found
