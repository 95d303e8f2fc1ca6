"""Files of exports: their bytes in chunks, and their lines."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from ledger.export.compression import lines_in
from ledger.export.lines import Line
from ledger.replay import Progress

CHUNK_BYTES: Final = 256 * 1024


def lines_of(paths: Sequence[Path], progress: Progress) -> Iterator[Line]:
    """The lines of files, one file after the other; `progress` is told the bytes of the files that were read.

    Raises:
        InvalidExportError: one is damaged, or ends within a line.
        OSError: one cannot be read.
    """
    total = sum(path.stat().st_size for path in paths)
    done = 0

    def chunks(file: BinaryIO) -> Iterator[bytes]:
        nonlocal done
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
            done += len(chunk)
            progress(done, total)

    for path in paths:
        with path.open("rb") as file:
            yield from lines_in(str(path), chunks(file))
