"""`ipregister export filings`: filings, or their claim changes, of a node as a file that can be imported elsewhere."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, BinaryIO, Literal, TypeVar

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.default_command import DefaultGroup
from node.cli.export_authority_file import authority_file, check_authority_file
from node.cli.export_selection import (
    OnlyOfficeOption,
    OnlyRightOption,
    OutputOption,
    Selection,
    SinceOption,
    UntilOption,
    documents,
    opened,
    select,
    wanted_filings,
)
from node.cli.export_table import expect_table_possible, table, write_table
from node.cli.options import AsOfOption
from node.cli.output import ExitCode, JsonOption, fail, print_json, talk
from node.cli.output_files import ForceOption, expect_free

if TYPE_CHECKING:
    from pathlib import Path

    from api.filing_documents import FilingDocument
    from api.formats.row import ListedClaim, ListedFiling
    from node.client import NodeClient

FormatName = Literal["csv", "jsonl", "st97", "st96", "parquet"]
_Listed = TypeVar("_Listed")


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


app.command("table")(table)
app.command("authority-file")(authority_file)
app.command("check-authority-file")(check_authority_file)


@app.command("filings")
def filings(
    *,
    form: Annotated[
        FormatName,
        typer.Option(
            "--format",
            help="Table, JSON Lines, WIPO ST.97 JSON or WIPO ST.96 XML; 'parquet' is 'export table filings'.",
        ),
    ] = "csv",
    output: OutputOption = None,
    claims: Annotated[
        bool,
        typer.Option("--claims", help="The claim changes since filing in place of the filings."),
    ] = False,
    office: OnlyOfficeOption = None,
    right: OnlyRightOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
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
    _expect_possible(form, output, claims=claims, as_json=as_json)
    wanted = wanted_filings(office, right, since, until)
    expect_free("-o", output, force=force)
    with connect(url, home, token_file) as client:
        selection = select(client, wanted, as_of)
        if form == "parquet":
            write_table(client, "filings", form, selection, output, as_json=as_json)
            return
        with opened(output) as file:
            written, left_out = _write(client, selection, form, file, claims=claims)
    what, height = "claim changes" if claims else "filings", selection.height
    if as_json:
        print_json(
            {"file": str(output), "count": written, "height": height, "leftOut": list(left_out)}
        )
    else:
        talk().print(f"{written:,} {what} at height {height}", markup=False)
        for reason in left_out:
            talk().print(f"left out: {reason}", markup=False)


def _expect_possible(
    form: FormatName, output: "Path | None", *, claims: bool, as_json: bool
) -> None:
    if claims and form == "parquet":
        hint = "'ipregister export table claims --format parquet' writes the claims as they stand"
        fail(ExitCode.USAGE, "--format parquet: claim changes cannot be written so", hint)
    if claims and form not in ("csv", "jsonl"):
        hint = "use --format csv or jsonl: ST.96 and ST.97 have no form for changes of claims"
        fail(ExitCode.USAGE, f"--format {form}: claim changes cannot be written so", hint)
    expect_table_possible(form, output, as_json=as_json)


def _write(
    client: "NodeClient", selection: Selection, form: str, file: BinaryIO, *, claims: bool
) -> tuple[int, list[str]]:
    """Write what was selected, and return how many there were, and what no form can carry."""
    from api.formats import BY_NAME
    from api.formats.claims import WRITERS
    from api.formats.registered import SealedClaimError, document_as_filed
    from node.cli.progress import progress_bar

    count, left_out = 0, list[str]()

    def listed(selected: "Iterable[FilingDocument]") -> "Iterator[ListedFiling]":
        for document in selected:
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
        selected = documents(client, selection, advance)
        if claims:
            pieces = WRITERS[form](counted(_claim_changes(client, selection, selected)))
        else:
            pieces = BY_NAME[form].write(counted(listed(selected)))
        file.writelines(pieces)
    return count, left_out


def _claim_changes(
    client: "NodeClient", selection: Selection, selected: "Iterable[FilingDocument]"
) -> "Iterator[ListedClaim]":
    """The claim changes of these filings, each filing's in the order in which they were entered."""
    import msgspec

    from api.formats.registered import has_changed_claims
    from api.formats.row import ListedClaim
    from ledger.register.entries import Claim

    as_of = {"asOf": selection.height}
    for document in selected:
        if not has_changed_claims(document):
            continue
        history = client.get(f"/filings/{document.filing_id}/history", as_of)
        for item in history["items"]:
            if item["entry"].get("entryCategory") == "claim":
                claim = msgspec.convert(item["entry"], Claim)
                yield ListedClaim(document.ip_office_code, claim)
