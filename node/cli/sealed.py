"""`ipregister sealed`: filings that nobody may see before their publication, and their access codes."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ledger.register.entries import Right
from node.cli.access_codes import (
    ClaimFileOption,
    CodeFileOption,
    SealedClaimOption,
    claim_in_words,
    claims_in,
    with_codes,
)
from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.days import DAY_FORM, read_day
from node.cli.documents import show_height, show_table
from node.cli.options import AsOfOption, DateOption, RightOption, day
from node.cli.output import ExitCode, JsonOption, data, fail, print_json
from node.cli.output_files import ForceOption
from node.cli.sealed_receipts import ReceiptFileOption, expect_receipt_file, show_receipt

if TYPE_CHECKING:
    from node.client import Document, NodeClient

OPENED_AT_ONCE: Final = 1_000
"""Filings of one request."""

OwnNumberArgument = Annotated[
    str, typer.Argument(help="Application number of your office, in any usual form.")
]

app = typer.Typer(
    help="Sealed filings: register, claim with an access code, print receipts, open at publication.",
    epilog="An access code is typed when it is asked for, or read from a file or standard input: never an argument."
    " Repeating a command is safe: the same filing has its first receipt and code.",
    no_args_is_help=True,
)


@app.command("register")
def register(
    *,
    number: OwnNumberArgument,
    filed: Annotated[
        datetime,
        typer.Option("--date", parser=read_day, metavar=DAY_FORM, help="The filing date."),
    ],
    right: RightOption = "patent",
    receiving_office: Annotated[
        str | None, typer.Option(help="Of a PCT filing: the receiving office.")
    ] = None,
    sealed_claim: SealedClaimOption = None,
    open_claim: Annotated[
        list[str] | None,
        typer.Option(
            "--open-claim",
            metavar="'OFFICE NUMBER DATE'",
            help="A claim to an open filing: every office sees it. May be repeated.",
            show_default=False,
        ),
    ] = None,
    claim_file: ClaimFileOption = None,
    codes: CodeFileOption = None,
    output: ReceiptFileOption = None,
    force: ForceOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Register a filing so that nobody sees which one it is, and print its receipt with the access code.

    A claim to a PCT filing of the same day is entered as its national phase.
    """
    expect_receipt_file(output, force=force)
    sealed_claims = [claim_in_words(text, "--claim") for text in sealed_claim or ()]
    claims: list[Document] = [
        {**claim_in_words(text, "--open-claim"), "isOpen": True} for text in open_claim or ()
    ]
    claims += with_codes(sealed_claims, codes)
    claims += claims_in(claim_file)
    body: Document = {
        "right": right,
        "applicationNumberText": number,
        "filingDate": filed.date(),
        "priorityClaimBag": claims,
    }
    if receiving_office is not None:
        body["receivingOfficeCode"] = receiving_office.upper()
    with connect(url, home, token_file, "register") as client:
        receipt = client.post("/sealed-filings", body)
        show_receipt(client, receipt["filingId"], output, as_json=as_json)


@app.command("receipt")
def receipt(
    *,
    number: OwnNumberArgument,
    right: RightOption = "patent",
    filed: DateOption = None,
    output: ReceiptFileOption = None,
    force: ForceOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the receipt of a sealed filing again, with its access code."""
    expect_receipt_file(output, force=force)
    with connect(url, home, token_file, "register") as client:
        filing = _find(client, number, right, filed)["filingId"]
        show_receipt(client, filing, output, as_json=as_json)


@app.command("open")
def open_filings(
    *,
    numbers: Annotated[
        list[str] | None, typer.Argument(help="Numbers or ids of sealed filings of your office.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", help="A list of them, one a line; - for standard input."),
    ] = None,
    although_withdrawn: Annotated[
        bool,
        typer.Option(
            "--although-withdrawn",
            help="Also withdrawn ones, named by id: if they were published all the same.",
        ),
    ] = False,
    right: RightOption = "patent",
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open sealed filings at their publication: from then on all offices see their numbers; the codes stay secret.

    Exit code 0: all are open; 1: some are not.
    """
    named = [*(numbers or ()), *_listed(file)]
    if not named:
        fail(ExitCode.USAGE, "expected numbers of sealed filings, or --file", "name what to open")
    rows: list[Any] = []
    with connect(url, home, token_file, "register") as client:
        for start in range(0, len(named), OPENED_AT_ONCE):
            part = [_name(text, right) for text in named[start : start + OPENED_AT_ONCE]]
            asked = {"openWithdrawn": "true"} if although_withdrawn else {}
            report = client.post("/sealed-filings/openings", part, parameters=asked)
            rows += [{**row, "row": start + row["row"]} for row in report["rows"]]
    opened = sum(row["status"] in {"accepted", "repeated"} for row in rows)
    code = ExitCode.YES if opened == len(rows) else ExitCode.NO
    if as_json:
        print_json({"ok": code is ExitCode.YES, "exitCode": int(code), "rows": rows})
    else:
        columns = ("named", "status", "opened as", "height", "reason")
        show_table(
            columns,
            (
                (name, row["status"], row.get("subject", ""), row.get("height", ""), _why(row))
                for name, row in zip(named, rows, strict=True)
            ),
        )
        data().print(f"{opened} of {len(rows)} are open")
    if code is not ExitCode.YES:
        raise typer.Exit(int(code))


@app.command("list")
def list_filings(
    *,
    due: Annotated[
        bool, typer.Option("--due", help="Only those that are to be opened by today.")
    ] = False,
    opened: Annotated[bool, typer.Option("--opened", help="With those that were opened.")] = False,
    as_of: AsOfOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """List your office's sealed filings, and by when each is to be opened (18 months from the priority date)."""
    from node.questions import at_height

    parameters = {"limit": 1_000, "opened": opened, **at_height(as_of)}
    with connect(url, home, token_file, "register") as client:
        found = [
            filing
            for page in client.pages("/sealed-filings", parameters)
            for filing in page["sealedFilings"]
            if filing.get("isDue") or not due
        ]
    if as_json:
        print_json({"sealedFilings": found})
        return
    columns = ("number", "filed", "right", "priority", "open by", "status", "filing id")
    rows = [
        (
            filing["applicationNumberText"],
            filing["filingDate"],
            filing["right"],
            filing["priorityDate"],
            filing.get("publicationDueDate", ""),
            "due" if filing.get("isDue") else filing["status"],
            filing.get("openedFilingId") or filing["filingId"],
        )
        for filing in found
    ]
    show_table(columns, rows)
    show_height(as_of)


def _find(client: "NodeClient", number: str, right: Right, filed: datetime | None) -> "Document":
    """The own sealed filing with this number, or this id."""
    if ".sealed." in number:
        return client.get(f"/sealed-filings/{number}")
    name = {"right": right, "applicationNumberText": number, "filingDate": day(filed)}
    asked = {member: value for member, value in name.items() if value is not None}
    return client.post("/sealed-filings/lookups", asked)


def _name(text: str, right: Right) -> "str | Document":
    return text if ".sealed." in text else {"right": right, "applicationNumberText": text}


def _listed(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        text = sys.stdin.read() if file == Path("-") else file.read_text()
    except OSError as error:
        fail(ExitCode.CONFIGURATION, f"--file {file}: {error.strerror}", "name a list of numbers")
    except UnicodeDecodeError:
        fail(ExitCode.USAGE, f"--file {file}: expected text in UTF-8", "name a list of numbers")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _why(row: "Document") -> str:
    faults = [f"{fault['field']}: expected {fault['expected']}" for fault in row.get("errors", ())]
    return "; ".join([part for part in (row.get("reasonCode", ""), *faults) if part])
