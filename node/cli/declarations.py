"""`ipregister event` and `coverage`: what an office declares beside filings."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.register.entries import Right
from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.days import DAY_FORM, read_day
from node.cli.documents import show, show_height
from node.cli.options import (
    AsOfOption,
    DateOption,
    LinearizableOption,
    NumberArgument,
    OfficeArgument,
    RightOption,
    day,
    filing_id,
)
from node.cli.output import ExitCode, JsonOption, fail, print_json

if TYPE_CHECKING:
    from node.client import Document


def event(
    *,
    office: OfficeArgument,
    number: NumberArgument,
    kind: Annotated[str, typer.Argument(help="published, granted, withdrawn, refused, ...")],
    on: Annotated[
        datetime, typer.Argument(parser=read_day, metavar=DAY_FORM, help="The date of the event.")
    ],
    right: RightOption = "patent",
    filed: DateOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Declare that something happened to a filing of your office; its priority survives."""
    subject = filing_id(office, number, right, day(filed))
    body = {"eventCategory": kind, "eventDate": on.date()}
    with connect(url, home, token_file, "register") as client:
        _finish(client.post(f"/filings/{subject}/events", body), as_json=as_json)


def coverage(
    *,
    office: OfficeArgument,
    from_date: Annotated[
        datetime | None,
        typer.Option(
            "--from", parser=read_day, metavar=DAY_FORM, help="Declare: first filing date."
        ),
    ] = None,
    until_date: Annotated[
        datetime | None,
        typer.Option(
            "--until", parser=read_day, metavar=DAY_FORM, help="Declare: last filing date."
        ),
    ] = None,
    right: Right = "patent",
    as_of: AsOfOption = None,
    linearizable: LinearizableOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show an office's coverage; with --from and --until, declare it for your own office.

    Inside its coverage an office's register is complete: a number that is not there does not exist.
    """
    from node.questions import at_height

    path = f"/offices/{office.upper()}/coverage"
    if (from_date is None) != (until_date is None):
        fail(ExitCode.USAGE, "expected both --from and --until, got one of them")
    if (as_of is not None or linearizable) and from_date is not None:
        asked = "--as-of" if as_of is not None else "--linearizable"
        hint = f"leave {asked} out to declare, or --from and --until to ask"
        fail(ExitCode.USAGE, f"expected {asked} only to show coverage, got a declaration", hint)
    with connect(url, home, token_file, "register" if from_date else "read") as client:
        if from_date is None or until_date is None:
            height = at_height(as_of, linearizable=linearizable)
            _finish(client.get(path, height), as_json=as_json, as_of=as_of)
            return
        body = {"right": right, "fromDate": from_date.date(), "untilDate": until_date.date()}
        _finish(client.post(path, body), as_json=as_json)


def _finish(answer: "Document", *, as_json: bool, as_of: int | None = None) -> None:
    if as_json:
        print_json(answer)
        return
    show(answer)
    show_height(as_of)
