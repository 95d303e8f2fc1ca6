"""The lines of an export (docs/export.md): JSON without spaces, members in the order of the fields.

    head
    a block, with its certificate where there is one     as many as the head says
    end

Each line has one form: another one of the same content is refused.
"""

from typing import Annotated, Final, Literal, NamedTuple, TypeVar

import msgspec

from crypto import base64url
from crypto.digest import sha256
from crypto.errors import MalformedBytesError
from ledger.errors import MalformedGenesisError
from ledger.genesis import Genesis, load_genesis

FORMAT: Final = "ipregister-export"
VERSION: Final = 1
LINE_BYTES_MAX: Final = 16 * 1024 * 1024
"""Of a line without its line feed. A block, which fits into a frame of 4 MiB, takes 5.6 MiB."""
HEIGHT_MAX: Final = 2**53 - 1

Height = Annotated[int, msgspec.Meta(ge=1, le=HEIGHT_MAX)]
Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
T = TypeVar("T")


class Line(NamedTuple):
    """A line as it was read."""

    file: str
    """For messages."""
    number: int
    """From 1, in its file."""
    data: bytes
    """Without its line feed."""


class MalformedLineError(Exception):
    """The bytes are not the one form of a line; says what they are instead."""


class _Part(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True,
    forbid_unknown_fields=True,
):  # fmt: skip
    pass


class Head(_Part, frozen=True, kw_only=True):
    """What the export is, and of what."""

    format: Literal["ipregister-export"]
    version: Literal[1]
    network_id: Digest
    """That of the genesis below, for people; the two are compared."""
    genesis: Genesis
    from_height: Height
    to_height: Height


class BlockLine(_Part, frozen=True, kw_only=True):
    """A block as the ledger files hold it. Its height is that of its place: nothing here says another."""

    block: Annotated[str, msgspec.Meta(min_length=1)]
    """Base64url."""
    certificate: str = ""
    """Base64url; left out where the exporting office has none of this very block."""


class End(_Part, frozen=True, kw_only=True):
    """What came before, counted and hashed, and whose word it is that this was all."""

    block_count: int
    certificate_count: int
    head_hash: Digest
    """The hash of the last block."""
    content_digest: Digest
    """SHA-256 over all lines from the head on to the one before this, each with its line feed."""
    ip_office_code: str = ""
    """The office that signed; left out with the signature."""
    signature: str = ""
    """Ed25519 with the purpose `export` over `signed_digest`, in base64url."""


class _EndLine(_Part, frozen=True, kw_only=True):
    end: End


class _Opening(msgspec.Struct):
    """What the head of every version begins with."""

    format: str
    version: int


_encoder = msgspec.json.Encoder(order=None)
_head_decoder = msgspec.json.Decoder(Head)
_opening_decoder = msgspec.json.Decoder(_Opening)
_line_decoder = msgspec.json.Decoder(BlockLine)
_end_decoder = msgspec.json.Decoder(_EndLine)
_END: Final = b'{"end":'


def head_of(genesis: Genesis, from_height: int, to_height: int) -> Head:
    """The head of an export of these blocks."""
    return Head(
        format=FORMAT,
        version=VERSION,
        network_id=genesis.network_id().hex(),
        genesis=genesis,
        from_height=from_height,
        to_height=to_height,
    )


def encode_head(head: Head) -> bytes:
    """The line of a head, without its line feed."""
    return _encoder.encode(head)


def encode_block_line(block: bytes, certificate: bytes | None) -> bytes:
    """The line of a block, without its line feed."""
    text = base64url.encode(certificate) if certificate else ""
    return _encoder.encode(BlockLine(block=base64url.encode(block), certificate=text))


def encode_end(end: End) -> bytes:
    """The line of an end, without its line feed."""
    return _encoder.encode(_EndLine(end=end))


def signed_digest(end: End) -> bytes:
    """What the exporting office signs: SHA-256 of the end's line without the signature."""
    return sha256(encode_end(msgspec.structs.replace(end, signature="")))


def version_of(data: bytes) -> int:
    """The version that a head names.

    Raises:
        MalformedLineError: it is no head of an export of any version.
    """
    opening = _decode(data, _opening_decoder)
    if opening.format != FORMAT:
        raise MalformedLineError(f"format {opening.format[:80]!r}")
    return opening.version


def decode_head(data: bytes) -> Head:
    """The head in a line.

    Raises:
        MalformedLineError: it is none, or its genesis is none.
    """
    head = _in_one_form(data, _decode(data, _head_decoder))
    try:
        load_genesis(_encoder.encode(head.genesis))
    except MalformedGenesisError as error:
        raise MalformedLineError(str(error)) from error
    return head


def decode_block_line(data: bytes) -> tuple[bytes, bytes]:
    """The block's bytes and the certificate's, which are empty where there is none; neither is looked into.

    Raises:
        MalformedLineError: it is no such line.
    """
    line = _in_one_form(data, _decode(data, _line_decoder))
    return _to_bytes(line.block), _to_bytes(line.certificate)


def is_end(data: bytes) -> bool:
    """Whether a line is meant to be the end."""
    return data.startswith(_END)


def decode_end(data: bytes) -> End:
    """The end in a line.

    Raises:
        MalformedLineError: it is none.
    """
    line = _decode(data, _end_decoder)
    if encode_end(line.end) != data:
        raise MalformedLineError("another form of it")
    return line.end


def signature_bytes(end: End) -> bytes:
    """The signature of an end.

    Raises:
        MalformedLineError: it is no base64url.
    """
    return _to_bytes(end.signature)


def _decode(data: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise MalformedLineError(f"{_shown(data)} ({error})"[:400]) from error


def _in_one_form(data: bytes, line: T) -> T:
    if _encoder.encode(line) != data:
        raise MalformedLineError(f"another form of it: {_shown(data)}")
    return line


def _to_bytes(text: str) -> bytes:
    try:
        data = base64url.decode(text)
    except (MalformedBytesError, ValueError) as error:
        raise MalformedLineError(f"what is no base64url ({error})") from error
    if base64url.encode(data) != text:
        raise MalformedLineError("another form of base64url")
    return data


def _shown(data: bytes) -> str:
    return f"{data[:40]!r}" + ("..." if len(data) > 40 else "")  # noqa: PLR2004 - enough to see
