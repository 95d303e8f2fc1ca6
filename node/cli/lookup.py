"""`ipregister lookup` and `verify-priority`: what an examiner asks."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.documents import show, show_table
from node.cli.output import ExitCode, JsonOption, data, fail, print_json

if TYPE_CHECKING:
    from ledger.register.verification import Verification
    from node.client import Document

RightName = Literal["patent", "utilityModel", "design", "trademark", "plantVariety"]
OfficeArgument = Annotated[str, typer.Argument(help="ST.3 code of the office, such as US.")]
NumberArgument = Annotated[str, typer.Argument(help="Application number in any usual form.")]
RightOption = Annotated[RightName, typer.Option(help="The right that was applied for.")]
DateOption = Annotated[
    datetime | None,
    typer.Option(
        "--date",
        formats=["%Y-%m-%d"],
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
YES = frozenset({"confirmed", "confirmedWithRemarks"})


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


def _history_row(item: "Document") -> tuple[str, str, str, str, str]:
    entry = item["entry"]
    kind, what = entry["entryCategory"], entry.get("eventCategory") or entry.get("action", "")
    place = str(item["height"]), str(item["index"]), item["blockTime"]
    return (*place, item["ipOfficeCode"], f"{kind} {what}".strip())


def verify_priority(
    *,
    office: Annotated[str, typer.Argument(help="Office of first filing, such as US.")],
    number: NumberArgument,
    filed: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="Its filing date.")],
    second_office: Annotated[str, typer.Option("--at", help="Office of the second filing.")],
    second_date: Annotated[
        datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="Date of the second filing.")
    ],
    second_number: Annotated[
        str | None,
        typer.Option("--as", help="Number of the second filing: the state of its claim counts."),
    ] = None,
    right: RightOption = "patent",
    second_right: Annotated[
        RightName | None, typer.Option(help="The right of the second filing, where it differs.")
    ] = None,
    as_of: AsOfOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Verify a priority claim: the first filing is there, and the second is in time.

    Exit code 0: confirmed; 1: it is not in order; 3: the register cannot tell.
    """
    from ledger.register.verification import FirstFiling, SecondFiling
    from node.questions import verify_claim

    first = FirstFiling(
        ip_office_code=office.upper(),
        application_number_text=number,
        filing_date=filed.date(),
        right=right,
    )
    second = SecondFiling(
        ip_office_code=second_office.upper(),
        filing_date=second_date.date(),
        right=second_right or right,
        application_number_text=second_number,
    )
    with connect(url, home, token_file) as client:
        answer = verify_claim(client, first, second, as_of)
    code = ExitCode.YES if answer.outcome in YES else ExitCode.NO
    if answer.outcome == "undetermined":
        code = ExitCode.UNDECIDABLE
    if as_json:
        import msgspec

        document = msgspec.to_builtins(answer)
        print_json({"ok": code == ExitCode.YES, "exitCode": int(code), **document})
    else:
        _show_verification(answer)
    raise typer.Exit(int(code))


def _show_verification(answer: "Verification") -> None:
    from rich.markup import escape

    colour = "green" if answer.outcome in YES else "yellow"
    data().print(f"[bold {colour}]{answer.outcome}[/]: {escape(answer.summary)}")
    if answer.first_filing is not None:
        found = answer.first_filing
        data().print(f"found: {found.filing_id}, filed {found.filing_date}", markup=False)
    if answer.period is not None:
        data().print(f"last day of the period: {answer.period.last_date}")
    rows = [
        (check.number, check.name, check.result, check.reason, check.legal_basis)
        for check in answer.checks
    ]
    show_table(("", "check", "result", "reason", "legal basis"), rows)
    data().print(f"as of height {answer.height}")
