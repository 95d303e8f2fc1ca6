"""`ipregister lookup` and `verify-priority`: what an examiner asks."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.days import DAY_FORM, read_day
from node.cli.documents import show, show_table
from node.cli.output import ExitCode, JsonOption, data, fail, print_json

if TYPE_CHECKING:
    from node.client import Document

RightName = Literal["patent", "utilityModel", "design", "trademark", "plantVariety"]
OfficeArgument = Annotated[str, typer.Argument(help="ST.3 code of the office, such as US.")]
NumberArgument = Annotated[str, typer.Argument(help="Application number in any usual form.")]
RightOption = Annotated[RightName, typer.Option(help="The right that was applied for.")]
DateOption = Annotated[
    datetime | None,
    typer.Option(
        "--date",
        parser=read_day,
        metavar=DAY_FORM,
        help="Filing date, where the form of the number needs the year.",
    ),
]
AsOfOption = Annotated[
    int | None,
    typer.Option(
        "--as-of",
        min=0,
        metavar="HEIGHT",
        help="Answer as the register was after the block of this height.",
        show_default="the last one",
    ),
]


def filing_id(office: str, number: str, right: RightName, filed: date | None) -> str:
    """The id by which the API knows the filing, from its number in any usual form.

    Raises:
        CommandError: there is no digit or letter in the number.
    """
    from ledger.register.numbers import normalise

    code = "WO" if office.upper() == "IB" else office.upper()
    read = normalise(code, right, number, filed)
    if not read.match_key:
        fail(ExitCode.USAGE, f"expected an application number, got {number!r}")
    return f"{code}.{read.right}.{read.match_key}"


def day(moment: datetime | None) -> date | None:
    """The date of an option."""
    return None if moment is None else moment.date()


def lookup(
    *,
    office: OfficeArgument,
    number: NumberArgument,
    right: RightOption = "patent",
    filed: DateOption = None,
    as_of: AsOfOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the register holds about a filing, and the entries that made it so."""
    subject = filing_id(office, number, right, day(filed))
    from node.questions import at_height

    with connect(url, home, token_file) as client:
        filing = client.get(f"/filings/{subject}", at_height(as_of))
        history = client.get(f"/filings/{subject}/history", at_height(as_of))["items"]
    if as_json:
        print_json({**filing, "history": history})
        return
    show(filing)
    data().print("history:")
    show_table(("height", "index", "time", "office", "entry"), map(_history_row, history))
    if as_of is not None:
        data().print(f"as of height {as_of}")


def _history_row(item: "Document") -> tuple[str, str, str, str, str]:
    entry = item["entry"]
    kind, what = entry["entryCategory"], entry.get("eventCategory") or entry.get("action", "")
    place = str(item["height"]), str(item["index"]), item["blockTime"]
    return (*place, item["ipOfficeCode"], f"{kind} {what}".strip())
