"""`ipregister report`: deposit, list, fetch and withhold search and examination reports."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.register.entries import LegalGround, ReportCategory, Right
from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.days import DAY_FORM, read_day
from node.cli.documents import show, show_table
from node.cli.options import AsOfOption, DateOption, RightOption, day, filing_id
from node.cli.output import ExitCode, JsonOption, data, fail, print_json
from node.cli.output_files import ForceOption, expect_free

if TYPE_CHECKING:
    from node.client import Document

app = typer.Typer(
    no_args_is_help=True, help="Search and examination reports, read by the offices of a family."
)

FilingArgument = Annotated[
    str,
    typer.Argument(
        metavar="OFFICE|FILING",
        help="Office of the filing, with its number behind; or the id of the filing alone, as of a sealed one.",
    ),
]
FilingNumberArgument = Annotated[
    str, typer.Argument(help="Application number in any usual form.", show_default=False)
]
ReportArgument = Annotated[str, typer.Argument(help="Id of the report, as 'report list' shows it.")]


@app.command("deposit")
def deposit(
    *,
    file: Annotated[Path, typer.Argument(help="The document: PDF, XML, DOCX, TIFF or text.")],
    filing: FilingArgument,
    number: FilingNumberArgument = "",
    category: Annotated[ReportCategory, typer.Option(help="What the document is.")],
    dated: Annotated[
        datetime,
        typer.Option(parser=read_day, metavar=DAY_FORM, help="The date of the document."),
    ],
    language: Annotated[str, typer.Option(help="Its language, ISO 639-1.")] = "en",
    right: RightOption = "patent",
    filed: DateOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Deposit a report on a filing of your office, or of WO as an international authority.

    The document stays at your node, encrypted; the other offices learn that it is there, and those of the family may
    read it. Where the connection breaks, the command goes on by itself; one that was interrupted is gone on with by the
    same command, for a day.
    """
    from node.cli.report_upload import deposit as send

    asked = {
        "filing": _filing(filing, number, right, filed),
        "category": category,
        "documentDate": dated.date().isoformat(),
        "language": language,
    }
    media_type = _media_type(file)
    with connect(url, home, token_file, "register") as client:
        answer = send(client, file, media_type, asked)
    print_json(answer) if as_json else show(answer)


@app.command("list")
def list_reports(
    *,
    filing: FilingArgument,
    number: FilingNumberArgument = "",
    right: RightOption = "patent",
    filed: DateOption = None,
    as_of: AsOfOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the reports on a filing, whosever it is, and which of them your office may read."""
    from node.questions import at_height

    subject = _filing(filing, number, right, filed)
    with connect(url, home, token_file) as client:
        found = client.get("/reports", {"filing": subject, **at_height(as_of)})
    if as_json:
        print_json(found)
        return
    columns = ("dated", "category", "language", "by", "bytes", "may be read", "report")
    show_table(columns, map(_row, found["reports"]))
    data().print(f"{len(found['reports'])} reports on {found['filingId']}", markup=False)


def _row(report: "Document") -> tuple[object, ...]:
    may_read = "yes" if report["mayRead"] else f"no: {report['readingReason']}"
    return (
        report["documentDate"],
        report["reportCategory"],
        report["languageCode"],
        report["depositingOfficeCode"],
        f"{report['documentSize']:,}",
        may_read,
        report["reportId"],
    )


@app.command("fetch")
def fetch(
    *,
    report: ReportArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the document.")],
    force: ForceOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch the document of a report. Exit code 0: its SHA-256 is the ledger's; 3: not reachable, try again.

    Your node asks that of the depositing office, which enters the reading in the register. What an interrupted command
    left is continued by the next one.
    """
    from node.cli.report_transfer import fetch as receive

    expect_free("--output", output, force=force)
    with connect(url, home, token_file) as client:
        known = client.get(f"/reports/{report}")
        receive(client, known, output)
    if as_json:
        print_json({"report": report, "file": str(output), "sha256": known["documentDigest"]})
    else:
        sentence = f"{known['reportCategory']} of {known['documentDate']} written to {output}"
        data().print(f"{sentence}, SHA-256 {known['documentDigest']}", markup=False)


@app.command("history")
def history(
    *,
    report: ReportArgument,
    as_of: AsOfOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what became of a report: deposit, withholdings, and each reading that was granted."""
    from node.questions import at_height

    with connect(url, home, token_file) as client:
        found = client.get(f"/reports/{report}/history", at_height(as_of))
    if as_json:
        print_json(found)
        return
    told = found["report"]
    rows = [(found["depositTime"], told["height"], told["depositingOfficeCode"], "deposited", "")]
    for one in told["withholdingBag"]:
        scope = "withheld, with all on the filing" if one["isOfAllReports"] else "withheld"
        why = f"{one['legalGround']}: {one['reasonText']}"
        rows.append((one["decisionDate"], one["height"], one["ipOfficeCode"], scope, why))
        if "withdrawnOn" in one:
            ended = (one["withdrawnOn"], one["withdrawnHeight"], one["ipOfficeCode"])
            rows.append((*ended, "no longer withheld", one.get("withdrawalReasonText", "")))
    rows += [
        (one["blockTime"], one["height"], one["readingOfficeCode"], "read", "")
        for one in found["accessBag"]
    ]
    rows.sort(key=lambda row: row[1])
    show_table(("when", "height", "office", "what", "why"), rows)
    if not found["isComplete"]:
        typer.echo("These are not all readings: of each office 200 at most are shown.", err=True)


@app.command("withhold")
def withhold(
    *,
    filing: FilingArgument,
    number: FilingNumberArgument = "",
    document: Annotated[
        str,
        typer.Option(
            metavar="SHA-256", help="The one report.", show_default="all on the filing, also later"
        ),
    ] = "",
    ground: Annotated[
        LegalGround | None, typer.Option(help="Why the law lets your office withhold it.")
    ] = None,
    reason: Annotated[
        str,
        typer.Option(help="The provision, such as 'EPC Rule 144(d)', in at most 200 characters."),
    ] = "",
    decided_on: Annotated[
        datetime | None,
        typer.Option(
            "--decided-on",
            parser=read_day,
            metavar=DAY_FORM,
            help="The day of the decision.",
            show_default="today (UTC)",
        ),
    ] = None,
    end: Annotated[bool, typer.Option("--end", help="No longer withhold it.")] = False,
    right: RightOption = "patent",
    filed: DateOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Withhold reports of your office from the others, with the legal ground; or end that with --end."""
    if not end and (ground is None or not reason.strip()):
        fail(ExitCode.USAGE, "expected --ground and --reason, or --end, got neither")
    body = {
        "filingId": _filing(filing, number, right, filed),
        "action": "withdraw" if end else "raise",
        "reasonText": reason,
        "decisionDate": (decided_on or datetime.now(UTC)).date(),
        **({"documentDigest": document} if document else {}),
        **({"legalGround": ground} if ground else {}),
    }
    with connect(url, home, token_file, "register") as client:
        answer = client.post("/reports/withholdings", body)
    print_json(answer) if as_json else show(answer)


def _filing(filing: str, number: str, right: Right, filed: datetime | None) -> str:
    """The id of the filing that the arguments name.

    Raises:
        CommandError: they name none.
    """
    if "." in filing and not number:
        return filing
    if not number:
        fail(
            ExitCode.USAGE,
            f"expected an office and a number, or the id of a filing, got {filing!r}",
            "write for example AU 2013287263, or AU.patent.2013287263",
        )
    return filing_id(filing, number, right, day(filed))


def _media_type(file: Path) -> str:
    """The media type of a file, by the end of its name.

    Raises:
        CommandError: it is none in which reports are deposited.
    """
    from node.reports.media_types import SUFFIXES

    suffix = file.suffix.lower().removeprefix(".").replace("tiff", "tif")
    media_type = next((one for one, known in SUFFIXES.items() if known == suffix), None)
    if media_type is None:
        known = ", ".join(f".{one}" for one in SUFFIXES.values())
        fail(ExitCode.USAGE, f"{file}: expected a file that ends in {known}", "convert it to PDF")
    return media_type
