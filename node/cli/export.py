"""`ipregister export filings`: filings, or their claim changes, of a node as a file that can be imported elsewhere."""

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Literal, NamedTuple, TypeVar

import typer

from ledger.register.entries import Right
from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.days import DAY_FORM, read_day
from node.cli.default_command import DefaultGroup
from node.cli.options import AsOfOption
from node.cli.output import ExitCode, JsonOption, fail, print_json, talk
from node.cli.output_files import ForceOption, expect_free, written_whole

if TYPE_CHECKING:
    from api.filing_documents import FilingDocument
    from api.formats.row import ListedClaim, ListedFiling
    from node.client import NodeClient

PAGE_SIZE = 1_000
FormatName = Literal["csv", "jsonl", "st97", "st96"]
DayOption = datetime | None
_Listed = TypeVar("_Listed")


class _Selection(NamedTuple):
    """Which filings are wanted."""

    parameters: dict[str, str | int | bool]
    since: date
    until: date


class ExportGroup(DefaultGroup):
    """`ipregister export --format csv` means `ipregister export filings --format csv`."""

    default = "filings"

    def with_command(self, args: list[str]) -> list[str]:
        """The arguments with the command that they mean in front: without any, all filings are written."""
        return super().with_command(args or [self.default])


app = typer.Typer(
    cls=ExportGroup,
    help="Write what a node holds to files. 'ipregister export -o FILE' is short for 'ipregister export filings'.",
)


@app.command("filings")
def filings(
    *,
    form: Annotated[
        FormatName,
        typer.Option("--format", help="Table, JSON Lines, WIPO ST.97 JSON or WIPO ST.96 XML."),
    ] = "csv",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file.", show_default="standard output"),
    ] = None,
    claims: Annotated[
        bool,
        typer.Option("--claims", help="The claim changes since filing in place of the filings."),
    ] = False,
    office: Annotated[
        str | None, typer.Option(help="Only this office's filings.", show_default="all")
    ] = None,
    right: Annotated[Right | None, typer.Option(help="Only of this right; needs --office.")] = None,
    since: Annotated[
        DayOption,
        typer.Option(
            "--from", parser=read_day, metavar=DAY_FORM, help="Filed on this day or later."
        ),
    ] = None,
    until: Annotated[
        DayOption,
        typer.Option(
            "--until", parser=read_day, metavar=DAY_FORM, help="Filed on this day or earlier."
        ),
    ] = None,
    as_of: AsOfOption = None,
    force: ForceOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the filings that a node knows to a file, as they were filed and all at one height.

    'ipregister register' reads the file again, at this network or another; what became of claims
    since is in a second file (--claims), which 'ipregister claim import' reads.
    """
    _expect_possible(form, output, office, right, claims=claims, as_json=as_json)
    first, last = since.date() if since else date.min, until.date() if until else date.max
    if first > last:
        fail(ExitCode.USAGE, f"expected --from no later than --until, got {first} and {last}")
    expect_free("-o", output, force=force)
    with connect(url, home, token_file) as client, _opened(output) as file:
        height = int(client.get("/status")["height"]) if as_of is None else as_of
        selection = _Selection(_parameters(office, right, height), first, last)
        written, left_out = _write(client, selection, form, file, claims=claims)
    what = "claim changes" if claims else "filings"
    if as_json:
        print_json(
            {"file": str(output), "count": written, "height": height, "leftOut": list(left_out)}
        )
    else:
        talk().print(f"{written:,} {what} at height {height}", markup=False)
        for reason in left_out:
            talk().print(f"left out: {reason}", markup=False)


def _expect_possible(
    form: str,
    output: Path | None,
    office: str | None,
    right: str | None,
    *,
    claims: bool,
    as_json: bool,
) -> None:
    if right is not None and office is None:
        fail(ExitCode.USAGE, "--right: expected --office beside it", "name the office too")
    if claims and form not in ("csv", "jsonl"):
        hint = "use --format csv or jsonl: ST.96 and ST.97 have no form for changes of claims"
        fail(ExitCode.USAGE, f"--format {form}: claim changes cannot be written so", hint)
    if as_json and output is None:
        fail(ExitCode.USAGE, "--json: standard output holds the export", "name a file with -o")


def _parameters(office: str | None, right: str | None, height: int) -> dict[str, str | int | bool]:
    parameters: dict[str, str | int | bool] = {"limit": PAGE_SIZE, "asOf": height}
    if office is not None:
        parameters["office"] = office
    if right is not None:
        parameters["right"] = right
    return parameters


@contextlib.contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """Where the export goes.

    Raises:
        CommandError: it cannot be written (2).
    """
    if output is not None:
        with written_whole("-o", output) as file:
            yield file
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def _write(
    client: "NodeClient", selection: _Selection, form: str, file: BinaryIO, *, claims: bool
) -> tuple[int, list[str]]:
    """Write what was selected, and return how many there were, and what no form can carry."""
    from api.formats import BY_NAME
    from api.formats.claims import WRITERS
    from api.formats.registered import SealedClaimError, document_as_filed
    from node.cli.progress import progress_bar

    count, left_out = 0, list[str]()

    def listed(documents: "Iterable[FilingDocument]") -> "Iterator[ListedFiling]":
        for document in documents:
            try:
                yield document_as_filed(document)
            except SealedClaimError as error:
                left_out.append(str(error))

    def counted(rows: Iterable[_Listed]) -> Iterator[_Listed]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    with progress_bar("Exporting", None) as advance:
        documents = _documents(client, selection, advance)
        if claims:
            pieces = WRITERS[form](counted(_claim_changes(client, selection, documents)))
        else:
            pieces = BY_NAME[form].write(counted(listed(documents)))
        file.writelines(pieces)
    return count, left_out


def _documents(
    client: "NodeClient", selection: _Selection, advance: Callable[[int], None]
) -> "Iterator[FilingDocument]":
    """The selected filings, page by page."""
    import msgspec

    from api.filing_documents import FilingDocument

    for page in client.pages("/filings", selection.parameters):
        for row in page["filings"]:
            document = msgspec.convert(row, FilingDocument)
            if selection.since <= document.filing_date <= selection.until:
                yield document
        advance(len(page["filings"]))


def _claim_changes(
    client: "NodeClient", selection: _Selection, documents: "Iterable[FilingDocument]"
) -> "Iterator[ListedClaim]":
    """The claim changes of these filings, each filing's in the order in which they were entered."""
    import msgspec

    from api.formats.registered import has_changed_claims
    from api.formats.row import ListedClaim
    from ledger.register.entries import Claim

    as_of = {"asOf": selection.parameters["asOf"]}
    for document in documents:
        if not has_changed_claims(document):
            continue
        history = client.get(f"/filings/{document.filing_id}/history", as_of)
        for item in history["items"]:
            if item["entry"].get("entryCategory") == "claim":
                claim = msgspec.convert(item["entry"], Claim)
                yield ListedClaim(document.ip_office_code, claim)
