"""Between the bytes of a file and its lines: gzip (RFC 1952) of any number of members, or none.

Nothing grows beyond one line, however much a few bytes inflate to.
"""

import zlib
from collections.abc import Iterable, Iterator
from gzip import compress
from typing import Final

from ledger.export.errors import InvalidExportError
from ledger.export.lines import FORMAT, LINE_BYTES_MAX, Line

MEMBER_BYTES: Final = 1024 * 1024
"""Of lines that are compressed together, at least: independent members can be made at once."""
PIECE_BYTES_MAX: Final = 1024 * 1024
"""Inflated at once."""

_GZIP: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_LEVEL: Final = 6


def compressed(lines: bytes) -> bytes:
    """One gzip member, the same for the same lines."""
    return compress(lines, _LEVEL, mtime=0)


def lines_in(file: str, chunks: Iterable[bytes]) -> Iterator[Line]:
    """The lines of a file whose bytes come in chunks, whether it is compressed or not.

    Raises:
        InvalidExportError: it is empty, damaged, ends within a line, or a line is too long; all before it were given.
    """
    number, begun, size = 1, list[bytes](), 0
    try:
        for piece in _pieces(chunks):
            *ends, rest = piece.split(b"\n")
            for end in ends:
                _expect_length(file, number, size + len(end))
                yield Line(file, number, b"".join((*begun, end)))
                number, begun, size = number + 1, [], 0
            begun.append(rest)
            size += len(rest)
            _expect_length(file, number, size)
    except zlib.error as error:
        raise InvalidExportError(file, number, "whole gzip data", str(error)) from error
    if number == 1 and not size:
        raise InvalidExportError(file, number, f"the head of an {FORMAT}", "nothing")
    if size:
        found = f"the end after {size} bytes of it: it was cut off"
        raise InvalidExportError(file, number, "a line with its line feed", found)


def _expect_length(file: str, number: int, size: int) -> None:
    if size > LINE_BYTES_MAX:
        expected = f"a line of at most {LINE_BYTES_MAX} bytes"
        raise InvalidExportError(file, number, expected, "a longer one")


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The content, inflated where it is compressed, in pieces of bounded size.

    Raises:
        zlib.error: it cannot be inflated, or ends within a member.
    """
    whole = (chunk for chunk in chunks if chunk)
    first = next(whole, b"")
    while len(first) < len(_GZIP) and (more := next(whole, b"")):
        first += more
    if not first.startswith(_GZIP):
        yield first
        yield from whole
        return
    yield from _inflated(first, whole)


def _inflated(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    member = zlib.decompressobj(_GZIP_WINDOW)
    data: bytes | None = first
    while data is not None:
        while data:
            if member.eof:
                member = zlib.decompressobj(_GZIP_WINDOW)
            yield member.decompress(data, PIECE_BYTES_MAX)
            data = member.unused_data if member.eof else member.unconsumed_tail
        data = next(chunks, None)
    # What is inflated beyond a piece waits inside, although all that is compressed went in.
    while not member.eof:
        piece = member.decompress(b"", PIECE_BYTES_MAX)
        if not piece and not member.eof:
            raise zlib.error("the end within a member: it was cut off")
        yield piece
