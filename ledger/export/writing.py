"""Writing an export, line by line. Whoever writes asks for the head, every block in order, and the end."""

from collections.abc import Callable
from hashlib import sha256
from typing import Final, NamedTuple

from msgspec.structs import replace

from crypto import base64url
from ledger.export.lines import (
    LINE_BYTES_MAX,
    End,
    encode_block_line,
    encode_end,
    encode_head,
    head_of,
    signed_digest,
)
from ledger.genesis import Genesis


class Signatory(NamedTuple):
    """The office whose word it is that an export is whole."""

    office: str
    sign: Callable[[bytes], bytes]
    """Its signature, with the purpose `export`, over 32 bytes."""


class ExportWriter:
    """The lines of one export, each with its line feed.

    Invariant: the digest covers every line that was given out.
    """

    __slots__ = ("_blocks", "_certificates", "_digest", "_head", "_signatory")

    def __init__(
        self, genesis: Genesis, from_height: int, to_height: int, signatory: Signatory | None
    ) -> None:
        if not 0 < from_height <= to_height:
            raise ValueError(f"expected rising heights from 1, got {from_height} and {to_height}")
        self._head: Final = head_of(genesis, from_height, to_height)
        self._signatory = signatory
        self._digest = sha256()
        self._blocks = self._certificates = 0

    def head(self) -> bytes:
        """The first line."""
        return self._given(encode_head(self._head))

    def block(self, record: bytes, certificate: bytes | None) -> bytes:
        """The line of the next block, with its certificate where there is one.

        Raises:
            ValueError: it is longer than a reader takes, and than any block that nodes can exchange.
        """
        line = encode_block_line(record, certificate)
        if len(line) > LINE_BYTES_MAX:
            raise ValueError(f"expected a line of at most {LINE_BYTES_MAX} bytes, got {len(line)}")
        self._blocks += 1
        self._certificates += bool(certificate)
        return self._given(line)

    def end(self, head_hash: bytes) -> bytes:
        """The last line, after the last block, whose hash is given."""
        expected = self._head.to_height - self._head.from_height + 1
        if self._blocks != expected:
            raise ValueError(f"expected {expected} blocks before the end, got {self._blocks}")
        end = End(
            block_count=self._blocks,
            certificate_count=self._certificates,
            head_hash=head_hash.hex(),
            content_digest=self._digest.hexdigest(),
            ip_office_code=self._signatory.office if self._signatory else "",
        )
        if self._signatory is not None:
            signature = self._signatory.sign(signed_digest(end))
            end = replace(end, signature=base64url.encode(signature))
        return encode_end(end) + b"\n"

    def _given(self, line: bytes) -> bytes:
        self._digest.update(line)
        self._digest.update(b"\n")
        return line + b"\n"
