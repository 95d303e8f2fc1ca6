"""Which filings an export takes, all at one height, and where it goes: the same for every form."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, NamedTuple

import typer

from ledger.register.entries import Right
from node.cli.days import DAY_FORM, read_day
from node.cli.output import ExitCode, fail
from node.cli.output_files import written_whole

if TYPE_CHECKING:
    from api.filing_documents import FilingDocument
    from node.client import NodeClient

PAGE_SIZE = 1_000
_DayOption = datetime | None

OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="The file.", show_default="standard output"),
]
OnlyOfficeOption = Annotated[
    str | None, typer.Option("--office", help="Only this office's filings.", show_default="all")
]
OnlyRightOption = Annotated[
    Right | None, typer.Option("--right", help="Only of this right; needs --office.")
]
SinceOption = Annotated[
    _DayOption,
    typer.Option("--from", parser=read_day, metavar=DAY_FORM, help="Filed on this day or later."),
]
UntilOption = Annotated[
    _DayOption,
    typer.Option(
        "--until", parser=read_day, metavar=DAY_FORM, help="Filed on this day or earlier."
    ),
]


class Wanted(NamedTuple):
    """The filings that the user asks for."""

    office: str | None
    right: str | None
    since: date
    until: date


class Selection(NamedTuple):
    """The filings that are exported, as they stand at one height."""

    wanted: Wanted
    height: int

    @property
    def parameters(self) -> dict[str, str | int | bool]:
        """What asks the API for them."""
        named = {"office": self.wanted.office, "right": self.wanted.right}
        given = {name: value for name, value in named.items() if value is not None}
        return {"limit": PAGE_SIZE, "asOf": self.height, **given}


def wanted_filings(
    office: str | None, right: str | None, since: datetime | None, until: datetime | None
) -> Wanted:
    """What the options mean.

    Raises:
        CommandError: they contradict one another (2).
    """
    if right is not None and office is None:
        fail(ExitCode.USAGE, "--right: expected --office beside it", "name the office too")
    first, last = since.date() if since else date.min, until.date() if until else date.max
    if first > last:
        fail(ExitCode.USAGE, f"expected --from no later than --until, got {first} and {last}")
    return Wanted(office, right, first, last)


def select(client: "NodeClient", wanted: Wanted, as_of: int | None) -> Selection:
    """The filings at a height; None: at the node's last one, and at no later one while they are read."""
    height = int(client.get("/status")["height"]) if as_of is None else as_of
    return Selection(wanted, height)


def documents(
    client: "NodeClient", selection: Selection, advance: Callable[[int], None]
) -> "Iterator[FilingDocument]":
    """The selected filings, page by page."""
    import msgspec

    from api.filing_documents import FilingDocument

    wanted = selection.wanted
    for page in client.pages("/filings", selection.parameters):
        for row in page["filings"]:
            document = msgspec.convert(row, FilingDocument)
            if wanted.since <= document.filing_date <= wanted.until:
                yield document
        advance(len(page["filings"]))


@contextlib.contextmanager
def opened(output: Path | None) -> Iterator[BinaryIO]:
    """Where an export goes.

    Raises:
        CommandError: it cannot be written (2).
    """
    if output is not None:
        with written_whole("-o", output) as file:
            yield file
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()
