"""Files of rows on their way to a node: what the commands that import have in common."""

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from node.cli.output import ExitCode, fail, talk
from node.cli.row_report import RowReport, malformed

if TYPE_CHECKING:
    from api.formats.row import ClaimRow, Row
    from node.bulk import RowResult
    from node.client import NodeClient

ROWS_MAX = 1_000_000
"""Of one file."""

_Row = TypeVar("_Row")


class ImportedFile(NamedTuple):
    """A file, taken apart."""

    path: Path
    rows: "Sequence[Row | ClaimRow]"


def read_file(
    path: Path,
    media_types: Mapping[str, str],
    read: Callable[[str, bytes, int], Iterator[_Row]],
) -> list[_Row]:
    """The rows of a file; `media_types` are told by the ending of its name.

    Raises:
        CommandError: it has no such ending, or cannot be opened (2); or cannot be told apart (1).
    """
    from api.formats import MalformedBulkError

    media_type = media_types.get(path.suffix.lower())
    if media_type is None:
        expected = ", ".join(media_types)
        fail(ExitCode.USAGE, f"{path}: expected a file name that ends in one of {expected}")
    try:
        return list(read(media_type, path.read_bytes(), ROWS_MAX))
    except OSError as error:
        fail(ExitCode.USAGE, f"{path}: {error.strerror}", "name a file that can be read")
    except MalformedBulkError as error:
        fail(ExitCode.NO, f"{path}: {error}", "correct the document; no row of it was sent")


def send_files(
    client: "NodeClient", api_path: str, files: Sequence[ImportedFile], results: RowReport
) -> None:
    """Register what can be read of the files; every row's result is kept as soon as it is known."""
    from node.bulk import NumberedRow, register_rows
    from node.cli.progress import progress_bar

    own = str(client.get("/status")["ipOfficeCode"])
    with progress_bar("Registering", sum(len(file.rows) for file in files)) as advance:

        def progress(count: int) -> None:
            results.flush()
            advance(count)

        for file in files:
            refused = list(_refused(file.rows, own))
            kept = {result.row for result in refused}
            good = [
                NumberedRow(row.number, row.entry)
                for row in file.rows
                if row.entry is not None and row.number not in kept
            ]
            advance(len(refused))
            sent = register_rows(client, good, path=api_path, progress=progress, retrying=_tell)
            results.add(file.path, heapq.merge(sent, refused, key=lambda result: result.row))


def _refused(rows: "Sequence[Row | ClaimRow]", own: str) -> "Iterator[RowResult]":
    """The results of the rows that need not be sent."""
    from api.rejections import OTHER_OFFICE_REASON, other_office_error
    from node.bulk import NumberedRow, RowResult

    for row in rows:
        if row.entry is None:
            yield malformed(row.number, row.errors)
        elif (fault := other_office_error(own, row.office)) is not None:
            yield RowResult(
                row=row.number,
                status="rejected",
                number=NumberedRow(row.number, row.entry).application_number,
                reason=OTHER_OFFICE_REASON,
                field=fault.field,
                expected=fault.expected,
                received=fault.received,
            )


def _tell(text: str) -> None:
    talk().print(text, markup=False)
