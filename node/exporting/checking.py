"""Whether a file that was just written is the export that was asked for, seen while it goes by."""

from collections.abc import Iterable
from typing import NamedTuple

from ledger.block import decode_block
from ledger.errors import MalformedBlockError
from ledger.export.compression import lines_in
from ledger.export.errors import InvalidExportError
from ledger.export.reading import ExportedBlock, ExportReader, ReadEnd
from ledger.genesis import Genesis


class Wanted(NamedTuple):
    """The export that was asked for."""

    first: int
    last: int
    genesis: Genesis | None
    """None: nothing is known of the network; the export's own is taken."""


def read_wanted(name: str, chunks: Iterable[bytes], wanted: Wanted) -> ReadEnd:
    """The end of the one export in these bytes, which is whole: digest, counts, head hash, and signature if it has one.

    Nothing is executed, and no certificate is looked at: that is the audit's work.

    Raises:
        InvalidExportError: it is not whole, or another one than was asked for.
        UndecidableExportError: it is of a later version.
    """
    reader = ExportReader(wanted.genesis, after=wanted.first - 1)
    last: ExportedBlock | None = None
    end: ReadEnd | None = None
    for line in lines_in(name, chunks):
        if end is not None:
            raise InvalidExportError(name, line.number, "the end", "one more line")
        item = reader.take(line)
        if isinstance(item, ExportedBlock):
            last = item
        elif isinstance(item, ReadEnd):
            end = item
    reader.finish()
    assert end is not None, "the reader came to an end"
    assert last is not None, "there is no end without a block"
    if end.head.to_height != wanted.last:
        found = f"up to block {end.head.to_height}"
        raise InvalidExportError(name, 1, f"an export up to block {wanted.last}", found)
    _expect_head_hash(last, end)
    return end


def _expect_head_hash(last: ExportedBlock, end: ReadEnd) -> None:
    try:
        head_hash = decode_block(last.record).hash.hex()
    except MalformedBlockError as error:
        raise InvalidExportError(last.file, last.line, "a block", str(error)) from error
    if end.end.head_hash != head_hash:
        expected = f"{head_hash}, the hash of the last block"
        raise InvalidExportError(end.file, end.line, expected, end.end.head_hash)
