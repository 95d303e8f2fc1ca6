"""The compact form of a proof file: the same file in few bytes, for codes on paper (docs/certificates.md).

It is the JSON document as MessagePack, deflated with a dictionary of the words that such files share. Texts that are
base64url or hexadecimal stand as bytes, so that each comes back as the very text that it was. The genesis document is
left out: who verifies has the trusted one. The form has no meaning of its own: it becomes the file, which is verified.
"""

import re
import zlib
from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec.msgpack import Ext

from crypto import base64url
from crypto.errors import MalformedBytesError
from ledger.genesis import Genesis
from ledger.proof.compact_words import DICTIONARY
from ledger.proof.errors import InvalidProofFileError

INFLATED_BYTES_MAX: Final = 1024 * 1024
"""Of a compact form once inflated: a hundred times what a claim needs."""
_BASE64URL, _HEX = 1, 2
"""Extension types: bytes that stand for a text in this form."""
_TEXT_MIN: Final = 16
"""Shorter texts stay as they are."""
_HEX_TEXT: Final = re.compile(r"(?:[0-9a-f]{2})+")
_GENESIS: Final = "genesis"
_RAW_DEFLATE: Final = -15

_encode = msgspec.msgpack.Encoder(order="sorted").encode
_encode_json = msgspec.json.Encoder(order="sorted").encode


def compacted(file: bytes) -> bytes:
    """The compact form of a file that was verified.

    Raises:
        InvalidProofFileError: it is no JSON object, or too large.
    """
    try:
        document = msgspec.json.decode(file, type=dict[str, Any])
        if _GENESIS in document:
            document[_GENESIS] = msgspec.convert(document[_GENESIS], Genesis).network_id().hex()
        packed = _encode(_shortened(document))
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        raise InvalidProofFileError("form", f"expected a proof file: {error}") from error
    if len(packed) > INFLATED_BYTES_MAX:
        raise InvalidProofFileError(
            "form", f"expected at most {INFLATED_BYTES_MAX} bytes, got {len(packed)}"
        )
    deflating = zlib.compressobj(9, zlib.DEFLATED, _RAW_DEFLATE, zdict=DICTIONARY)
    return deflating.compress(packed) + deflating.flush()


def expanded(data: bytes, trusted: Genesis) -> bytes:
    """The file that this is the compact form of, as a node of the trusted network writes it. It is not yet verified.

    Raises:
        InvalidProofFileError: it is no compact form, or of another network.
    """
    packed = _inflated(data)
    try:
        document = msgspec.msgpack.decode(packed, type=dict[str, Any], ext_hook=_text_of)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        raise InvalidProofFileError("form", f"expected a compact proof file: {error}") from error
    if _GENESIS in document:
        network_id = trusted.network_id().hex()
        if document[_GENESIS] != network_id:
            found = f"{document[_GENESIS]!s:.64}"
            raise InvalidProofFileError("genesis", f"expected network {network_id}, got {found}")
        document[_GENESIS] = trusted
    try:
        return _encode_json(document)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidProofFileError("form", f"expected what JSON can hold: {error}") from error


def _inflated(data: bytes) -> bytes:
    inflating = zlib.decompressobj(_RAW_DEFLATE, zdict=DICTIONARY)
    try:
        packed = inflating.decompress(data, INFLATED_BYTES_MAX + 1)
    except zlib.error as error:
        raise InvalidProofFileError("form", f"expected a compact proof file: {error}") from error
    if len(packed) > INFLATED_BYTES_MAX:
        raise InvalidProofFileError("form", f"expected at most {INFLATED_BYTES_MAX} bytes inside")
    if not inflating.eof or inflating.unused_data:
        raise InvalidProofFileError("form", "expected a whole compact proof file, and no more")
    return packed


def _shortened(value: object) -> object:
    """The value with its long texts of base64url and hexadecimal as bytes."""
    if isinstance(value, dict):
        return {name: _shortened(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_shortened(member) for member in value]
    if not isinstance(value, str) or len(value) < _TEXT_MIN:
        return value
    if _HEX_TEXT.fullmatch(value):
        return Ext(_HEX, bytes.fromhex(value))
    try:
        data = base64url.decode(value)
    except (MalformedBytesError, ValueError):
        return value
    return Ext(_BASE64URL, data) if base64url.encode(data) == value else value


_FORMS: Final[dict[int, Callable[[bytes], str]]] = {_BASE64URL: base64url.encode, _HEX: bytes.hex}


def _text_of(kind: int, data: memoryview) -> str:
    if kind not in _FORMS:
        raise ValueError(f"expected bytes of kind 1 or 2, got {kind}")
    return _FORMS[kind](bytes(data))
