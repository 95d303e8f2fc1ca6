"""`ipregister closed-days`: the days on which an office takes no filings, drafted, declared and shown."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.documents import show, show_height, show_table
from node.cli.options import AsOfOption, LinearizableOption, OfficeArgument
from node.cli.output import ExitCode, JsonOption, data, fail, print_json, talk

if TYPE_CHECKING:
    from ledger.register.entries import ClosedDay
    from node.client import Document
    from node.closed_days_draft import ClosedDaysFile

app = typer.Typer(
    help="The days on which an office takes no filings: draft, check, declare, show.",
    no_args_is_help=True,
)


@app.command("draft")
def draft(
    *,
    office: OfficeArgument,
    year: Annotated[int, typer.Argument(min=1883, max=9999, help="The calendar year.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="The file to write.", show_default="closed-days-OFFICE-YEAR.json"
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a draft of an office's closed days from a library of public holidays; asks no network.

    The office must check it against its own list: the library does not know the days on which an
    office closes by its own decision. Exit code 1: nothing is known of this office or year.
    """
    from ledger.register.offices import is_office, office_code
    from node.closed_days_draft import NoDraftError, draft_closed_days

    if not is_office(office_code(office)):
        hint = f"'ipregister offices {office}' tells what a code means"
        fail(ExitCode.USAGE, f"expected the ST.3 code of an office, got {office}", hint)
    try:
        drafted = draft_closed_days(office, year)
    except NoDraftError as error:
        hint = "write the file by hand: docs/tutorial.md shows one"
        fail(ExitCode.NO, str(error), hint)
    path = output or Path(f"closed-days-{drafted.ip_office_code}-{year}.json")
    _write(path, drafted)
    if as_json:
        print_json({"file": str(path), **_plain(drafted)})
        return
    _show_days(drafted.closed_day_bag)
    rest_days = ", ".join(drafted.weekly_rest_day_bag or ())
    data().print(f"closed every {rest_days}" if rest_days else "no weekly day of rest")
    talk().print(f"Written to {path}. {drafted.note}", markup=False)
    talk().print(f"Then: ipregister closed-days declare {path}", markup=False)


@app.command("declare")
def declare(
    *,
    file: Annotated[Path, typer.Argument(help="A file as 'closed-days draft' writes it.")],
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Declare the closed days of a year for your own office; a later declaration replaces an earlier one."""
    checked = _read(file)
    if not checked.is_reviewed:
        fail(
            ExitCode.USAGE,
            f"{file}: nobody has checked this draft (isReviewed is not true)",
            "check every day against the office's own list, then set isReviewed to true",
        )
    body = _plain(checked)
    for name in ("note", "isReviewed", "ipOfficeCode"):
        del body[name]
    with connect(url, home, token_file, "register") as client:
        answer = client.post(f"/offices/{checked.ip_office_code.upper()}/closed-days", body)
    if as_json:
        print_json(answer)
    else:
        show(answer)


@app.command("show")
def show_declared(
    *,
    office: OfficeArgument,
    as_of: AsOfOption = None,
    linearizable: LinearizableOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the closed days that an office has declared, year by year."""
    from ledger.register.entries import ClosedDay
    from node.questions import at_height

    with connect(url, home, token_file) as client:
        height = at_height(as_of, linearizable=linearizable)
        found = client.get(f"/offices/{office.upper()}/closed-days", height)
    if as_json:
        print_json(found)
        return
    if not found["closedDaysBag"]:
        data().print(f"{found['ipOfficeCode']} has declared no closed days")
    for each in found["closedDaysBag"]:
        _show_days(msgspec.convert(each["closedDayBag"], tuple[ClosedDay, ...]))
        rest_days = each.get("weeklyRestDayBag")
        words = "saturday, sunday (assumed)" if rest_days is None else ", ".join(rest_days)
        data().print(f"{each['year']}: weekly days of rest {words or 'none'}\n")
    show_height(as_of)


def _show_days(days: "tuple[ClosedDay, ...]") -> None:
    rows = [(str(day.date), f"{day.date:%A}", day.name, day.filing_place) for day in days]
    show_table(("date", "weekday", "name", "closed at"), rows)


def _plain(document: "ClosedDaysFile") -> "Document":
    plain: Document = msgspec.to_builtins(document)
    if plain["weeklyRestDayBag"] is None:
        del plain["weeklyRestDayBag"]
    return plain


def _write(path: Path, drafted: "ClosedDaysFile") -> None:
    """Write the file, one day a line, so that a person can strike lines out."""
    import json

    plain = _plain(drafted)
    days = plain.pop("closedDayBag")
    head = json.dumps(plain, ensure_ascii=False, indent=2).removesuffix("\n}")
    lines = ",\n".join(f"    {json.dumps(day, ensure_ascii=False)}" for day in days)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(f'{head},\n  "closedDayBag": [\n{lines}\n  ]\n}}\n')
    except FileExistsError:
        fail(ExitCode.CONFLICT, f"{path} exists", "name another file with --output, or delete it")
    except OSError as error:
        fail(ExitCode.CONFIGURATION, f"{path}: {error.strerror}", "name a file with --output")


def _read(path: Path) -> "ClosedDaysFile":
    from node.closed_days_draft import ClosedDaysFile

    try:
        return msgspec.json.decode(path.read_bytes(), type=ClosedDaysFile)
    except OSError as error:
        fail(ExitCode.USAGE, f"{path}: {error.strerror}", "name a file that can be read")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        hint = "'ipregister closed-days draft OFFICE YEAR' writes such a file"
        fail(ExitCode.USAGE, f"{path}: {error}", hint)
