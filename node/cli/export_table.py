"""`ipregister export table`: filings, claims and what belongs to them as tables for analysis, in CSV or Parquet."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Literal

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
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
from node.cli.options import AsOfOption
from node.cli.output import ExitCode, JsonOption, fail, print_json, talk
from node.cli.output_files import ForceOption, expect_free

if TYPE_CHECKING:
    from api.tables import Cell
    from node.client import NodeClient

TableFormat = Literal["csv", "parquet"]
Name = Literal["filings", "claims", "relations", "events", "disputes"]


def table(
    *,
    name: Annotated[Name, typer.Argument(help="What has a row each.", show_default=False)],
    form: Annotated[
        TableFormat,
        typer.Option("--format", help="CSV, or Apache Parquet (needs the extra 'bulk')."),
    ] = "csv",
    output: OutputOption = None,
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
    """Write a table for analysis: filings as they stand, their claims, relations, events or disputes, at one height.

    The columns are always the same (docs/tables.md), and 'filingId' joins the tables; give each the same --as-of.
    These files are not read again by 'ipregister register': 'ipregister export filings' writes those.
    """
    expect_table_possible(form, output, as_json=as_json)
    wanted = wanted_filings(office, right, since, until)
    expect_free("-o", output, force=force)
    with connect(url, home, token_file) as client:
        write_table(client, name, form, select(client, wanted, as_of), output, as_json=as_json)


def write_table(
    client: "NodeClient",
    name: Name,
    form: TableFormat,
    selection: Selection,
    output: Path | None,
    *,
    as_json: bool,
) -> None:
    """Write one table, and say how many rows it has.

    Raises:
        CommandError: the file cannot be written (2).
    """
    with opened(output) as file:
        count = _write(client, name, form, selection, file)
    if as_json:
        height = selection.height
        print_json({"file": str(output), "table": name, "count": count, "height": height})
    else:
        talk().print(f"{count:,} {name} at height {selection.height}", markup=False)


def expect_table_possible(form: str, output: Path | None, *, as_json: bool) -> None:
    """Return when a table of this form can be written there.

    Raises:
        CommandError: Parquet or JSON would meet the table on standard output (2); pyarrow is not installed (4).
    """
    if form == "parquet" and output is None:
        fail(ExitCode.USAGE, "--format parquet: expected a file to write", "name one with -o")
    if as_json and output is None:
        fail(ExitCode.USAGE, "--json: standard output holds the export", "name a file with -o")
    if form != "parquet":
        return
    try:
        import_module("pyarrow.parquet")
    except ImportError:
        hint = "pip install 'ipregister[bulk]' brings it; --format csv needs nothing"
        fail(ExitCode.CONFIGURATION, "--format parquet needs the package pyarrow", hint)


def _write(
    client: "NodeClient", name: Name, form: TableFormat, selection: Selection, file: BinaryIO
) -> int:
    """Write the rows as they come, and return how many there were."""
    from api.tables import TABLES, rows_of
    from api.tables.csv_tables import write_csv
    from node.cli.progress import progress_bar

    count = 0

    def counted(rows: "Iterable[tuple[Cell, ...]]") -> "Iterator[tuple[Cell, ...]]":
        nonlocal count
        for row in rows:
            count += 1
            yield row

    described = TABLES[name]
    with progress_bar("Exporting", None) as advance:
        rows = counted(rows_of(described, documents(client, selection, advance)))
        if form == "csv":
            file.writelines(write_csv(described, rows))
        else:
            from api.tables.parquet_tables import write_parquet

            write_parquet(described, rows, file, _origin(client, name, selection))
    return count


def _origin(client: "NodeClient", name: Name, selection: Selection) -> dict[str, str]:
    """Where the rows come from, for whoever finds the file."""
    return {
        "ipregister.table": name,
        "ipregister.tableVersion": "1",
        "ipregister.networkId": str(client.get("/status")["networkId"]),
        "ipregister.height": str(selection.height),
    }
