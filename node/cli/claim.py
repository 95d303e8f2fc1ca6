"""`ipregister claim`: what becomes of the priority claims of your office's filings."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from ledger.register.entries import Right
from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.days import DAY_FORM, read_day
from node.cli.documents import show_table
from node.cli.options import (
    DateOption,
    FirstDateArgument,
    FirstNumberArgument,
    FirstOfficeArgument,
    FirstRightOption,
    NumberArgument,
    OfficeArgument,
    RightOption,
    claim_named,
    day,
    filing_id,
)
from node.cli.output import ExitCode, JsonOption, data, fail, print_json

if TYPE_CHECKING:
    from node.client import Document

CriterionName = Literal["dueCare", "unintentional"]
DecidedOnOption = Annotated[
    datetime,
    typer.Option(
        "--decided-on",
        parser=read_day,
        metavar=DAY_FORM,
        help="The day of the decision, or when the office took it.",
    ),
]
RequestedOnOption = Annotated[
    datetime | None,
    typer.Option(
        "--requested-on",
        parser=read_day,
        metavar=DAY_FORM,
        help="When the applicant's notice or request came: time limits count it.",
        show_default="not told",
    ),
]
DecidedByOption = Annotated[
    str | None,
    typer.Option(
        "--decided-by",
        metavar="OFFICE",
        help="Who decided, such as the receiving office of a PCT filing.",
        show_default="your office",
    ),
]

OpenFirstOption = Annotated[
    bool,
    typer.Option(
        "--open",
        help="The first filing is not sealed, though its office has sealed filings: every office may see its number.",
    ),
]

app = typer.Typer(
    help="Priority claims of your office's filings: add, correct, withdraw, restore.",
    epilog="Repeating a command is safe: the same claim, decision and day have their first receipt."
    " Exit codes: 0 it is entered, 1 the register refused it, 5 another claim stands.",
    no_args_is_help=True,
)


class _Named(NamedTuple):
    """The filing and the claim that a command is about."""

    subject: str
    claim: "Document"


class _Node(NamedTuple):
    """Which node is asked, as whom, and how it is shown."""

    url: str | None
    home: Path | None
    token_file: Path | None
    as_json: bool


def _named(
    office: str,
    number: str,
    right: Right,
    filed: datetime | None,
    first: tuple[str, str, datetime | None, Right | None],
) -> _Named:
    subject = filing_id(office, number, right, day(filed))
    return _Named(subject, claim_named(first[0], first[1], day(first[2]), first[3]))


@app.command("add")
def add(
    *,
    office: OfficeArgument,
    number: NumberArgument,
    first_office: FirstOfficeArgument,
    first_number: FirstNumberArgument,
    first_date: FirstDateArgument = None,
    decided_on: DecidedOnOption,
    decided_by: DecidedByOption = None,
    requested_on: RequestedOnOption = None,
    first_right: FirstRightOption = None,
    is_open: OpenFirstOption = False,
    right: RightOption = "patent",
    filed: DateOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a priority claim to a filing (PCT Rule 26bis.1)."""
    first = (first_office, first_number, first_date, first_right)
    named = _named(office, number, right, filed, first)
    if is_open:
        named.claim["isOpen"] = True
    decision = change_of("add", decided_on, decided_by, requested_on)
    _enter(named, decision, _Node(url, home, token_file, as_json))


@app.command("correct")
def correct(
    *,
    office: OfficeArgument,
    number: NumberArgument,
    first_office: FirstOfficeArgument,
    first_number: FirstNumberArgument,
    first_date: FirstDateArgument = None,
    to_office: Annotated[str | None, typer.Option(help="The office that is right.")] = None,
    to_number: Annotated[str | None, typer.Option(help="The number that is right.")] = None,
    to_date: Annotated[
        datetime | None,
        typer.Option(parser=read_day, metavar=DAY_FORM, help="The date that is right."),
    ] = None,
    decided_on: DecidedOnOption,
    decided_by: DecidedByOption = None,
    requested_on: RequestedOnOption = None,
    first_right: FirstRightOption = None,
    is_open: OpenFirstOption = False,
    right: RightOption = "patent",
    filed: DateOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Correct a claim (PCT Rule 26bis.1): name it as it stands, with its date, and what is right."""
    if to_office is None and to_number is None and to_date is None:
        hint = "say what is right, such as --to-number 61/668,254"
        fail(ExitCode.USAGE, "expected --to-office, --to-number or --to-date, got none", hint)
    first = (first_office, first_number, first_date, first_right)
    replaced = _named(office, number, right, filed, first)
    right_one = claim_named(
        to_office or first_office,
        first_number if to_number is None else to_number,
        day(to_date or first_date),
        first_right,
    )
    decision = change_of("correct", decided_on, decided_by, requested_on)
    if is_open:
        right_one["isOpen"] = True
    decision["replacedClaim"] = replaced.claim
    named = _Named(replaced.subject, right_one)
    _enter(named, decision, _Node(url, home, token_file, as_json))


@app.command("withdraw")
def withdraw(
    *,
    office: OfficeArgument,
    number: NumberArgument,
    first_office: FirstOfficeArgument,
    first_number: FirstNumberArgument,
    first_date: FirstDateArgument = None,
    decided_on: DecidedOnOption,
    decided_by: DecidedByOption = None,
    requested_on: RequestedOnOption = None,
    first_right: FirstRightOption = None,
    right: RightOption = "patent",
    filed: DateOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Withdraw a claim (PCT Rule 90bis.3): it stays in the record, and counts no longer."""
    first = (first_office, first_number, first_date, first_right)
    named = _named(office, number, right, filed, first)
    decision = change_of("withdraw", decided_on, decided_by, requested_on)
    _enter(named, decision, _Node(url, home, token_file, as_json))


@app.command("restore")
def restore(
    *,
    office: OfficeArgument,
    number: NumberArgument,
    first_office: FirstOfficeArgument,
    first_number: FirstNumberArgument,
    first_date: FirstDateArgument = None,
    criterion: Annotated[
        CriterionName, typer.Option(help="What the office found (PCT Rule 26bis.3(a)).")
    ],
    decided_on: DecidedOnOption,
    decided_by: DecidedByOption = None,
    requested_on: RequestedOnOption = None,
    first_right: FirstRightOption = None,
    right: RightOption = "patent",
    filed: DateOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Enter that the right of priority was restored, though the filing came late (PCT Rule 26bis.3)."""
    first = (first_office, first_number, first_date, first_right)
    named = _named(office, number, right, filed, first)
    decision = change_of("restore", decided_on, decided_by, requested_on, criterion)
    _enter(named, decision, _Node(url, home, token_file, as_json))


@app.command("refuse-restoration")
def refuse_restoration(
    *,
    office: OfficeArgument,
    number: NumberArgument,
    first_office: FirstOfficeArgument,
    first_number: FirstNumberArgument,
    first_date: FirstDateArgument = None,
    criterion: Annotated[
        CriterionName | None, typer.Option(help="What was asked for and not found.")
    ] = None,
    decided_on: DecidedOnOption,
    decided_by: DecidedByOption = None,
    requested_on: RequestedOnOption = None,
    first_right: FirstRightOption = None,
    right: RightOption = "patent",
    filed: DateOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Enter that the right of priority was not restored (PCT Rule 26bis.3): the claim stands, late."""
    first = (first_office, first_number, first_date, first_right)
    named = _named(office, number, right, filed, first)
    decision = change_of("refuseRestoration", decided_on, decided_by, requested_on, criterion)
    _enter(named, decision, _Node(url, home, token_file, as_json))


def change_of(
    action: str,
    on: datetime,
    by: str | None,
    requested: datetime | None,
    criterion: CriterionName | None = None,
) -> "Document":
    """What was decided of a claim, when and by whom, as the API takes it."""
    decision: Document = {"action": action, "decisionDate": on.date()}
    if requested is not None:
        decision["requestDate"] = requested.date()
    if by is not None:
        decision["decidingOfficeCode"] = by.upper()
    if criterion is not None:
        decision["criterion"] = criterion
    return decision


def _enter(named: _Named, decision: "Document", node: _Node) -> None:
    """Enter the change, and show what became of it and of the filing's claims."""
    path = f"/filings/{named.subject}"
    with connect(node.url, node.home, node.token_file, "register") as client:
        receipt = client.post(f"{path}/claims", {**decision, "claim": named.claim})
        # A sealed filing is shown by 'sealed list' only, which asks for its number.
        is_sealed = ".sealed." in named.subject
        filing = {} if is_sealed else client.get(path, {"minHeight": receipt["height"]})
    if node.as_json:
        print_json({"ok": True, "exitCode": 0, **receipt, "filing": filing})
        return
    where = f"height {receipt['height']}, index {receipt['index']}"
    known = "entered before" if receipt["status"] == "repeated" else "entered"
    data().print(f"{receipt['subject']}: {decision['action']} {known}, {where}", markup=False)
    for code in receipt.get("warningCodes", ()):
        data().print(f"warning: {code}", markup=False)
    if filing:
        show_claims(filing)


def show_claims(filing: "Document") -> None:
    """Print the claims of a filing, each with all that became of it."""
    rows = [
        (
            f"{claim.get('ipOfficeCode', '')} {claim.get('applicationNumberText', '')}".strip(),
            claim.get("filingDate", ""),
            change["status"],
            change.get("decidedOn", "with the filing"),
            change.get("decidingOfficeCode", ""),
            change.get("requestedOn", ""),
            change.get("criterion", ""),
            change["height"],
        )
        for claim in filing.get("priorityClaimBag", ())
        for change in claim["historyBag"]
    ]
    columns = (
        "claim to",
        "of",
        "status",
        "decided on",
        "by",
        "requested on",
        "criterion",
        "height",
    )
    show_table(columns, rows)
