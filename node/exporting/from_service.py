"""The export of a running node's ledger, a part at a time: the node works on between the parts."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from crypto.certificate import encode_certificate
from ledger.export.compression import MEMBER_BYTES, compressed
from ledger.export.writing import ExportWriter, Signatory
from ledger.ledger import Ledger
from node.service import RegisterService

PART_BLOCKS_MAX: Final = 64
"""Blocks that are read before others get their turn."""
PART_BYTES_MAX: Final = 1024 * 1024
"""The same in bytes; a single larger block still goes alone."""

_Part = list[tuple[bytes, bytes | None]]


async def export_chunks(
    service: RegisterService, from_height: int, to_height: int
) -> AsyncIterator[bytes]:
    """The gzip members of an export of these blocks, which the ledger holds, signed by the node's office.

    Blocks are read in the event loop, for the ledger has one owner; they are encoded and compressed in a thread.
    """
    ledger = service.ledger
    signatory = Signatory(service.office, service.sign_export)
    writer = ExportWriter(service.genesis, from_height, to_height, signatory)
    lines = bytearray(writer.head())
    height = from_height
    while height <= to_height:
        part = _read(ledger, height, to_height)
        height += len(part)
        chunk = await asyncio.to_thread(_written, writer, lines, part)
        if chunk:
            yield chunk
    lines += writer.end(ledger.block_hash(to_height))
    yield await asyncio.to_thread(compressed, bytes(lines))


def _read(ledger: Ledger, height: int, to_height: int) -> _Part:
    """The next blocks, each with its certificate."""
    part: _Part = []
    size = 0
    while height <= to_height and len(part) < PART_BLOCKS_MAX and size < PART_BYTES_MAX:
        certificate = ledger.certificate(height)
        record = ledger.block_bytes(height)
        part.append((record, encode_certificate(certificate) if certificate else None))
        size += len(record)
        height += 1
    return part


def _written(writer: ExportWriter, lines: bytearray, part: _Part) -> bytes:
    """Add the lines of a part to those that wait, and compress these when they are enough."""
    for record, certificate in part:
        lines += writer.block(record, certificate)
    if len(lines) < MEMBER_BYTES:
        return b""
    member = compressed(bytes(lines))
    lines.clear()
    return member
