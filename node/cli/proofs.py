"""`ipregister proof`: have a node prove its answer, in one file that holds without any node."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.register.entries import Right
from node.cli.access_codes import CodeFileOption, with_codes
from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.days import DAY_FORM, read_day
from node.cli.options import DateOption, NumberArgument, OfficeArgument, RightOption, day
from node.cli.output import JsonOption, data, print_json
from node.cli.output_files import ForceOption, expect_free, written_whole
from node.cli.proof_claims import make_claims
from node.cli.proof_forms import (
    FormOption,
    OutputOption,
    ProofForm,
    asked,
    subject_in,
    target_of,
)

if TYPE_CHECKING:
    from node.client import Document

app = typer.Typer(
    no_args_is_help=True, help="Proof files: answers of the register that hold without any node."
)
make = typer.Typer(no_args_is_help=True, help="Ask a node, and write its answer with all proofs.")
app.add_typer(make, name="make")


@make.command("priority")
def make_priority(
    *,
    office: Annotated[str, typer.Argument(help="Office of first filing, such as US.")],
    number: NumberArgument,
    filed: Annotated[
        datetime, typer.Argument(parser=read_day, metavar=DAY_FORM, help="Its filing date.")
    ],
    second_office: Annotated[str, typer.Option("--at", help="Office of the second filing.")],
    second_date: Annotated[
        datetime,
        typer.Option("--on", parser=read_day, metavar=DAY_FORM, help="Date of the second filing."),
    ],
    second_number: Annotated[
        str | None,
        typer.Option("--as", help="Number of the second filing: the state of its claim counts."),
    ] = None,
    right: RightOption = "patent",
    second_right: Annotated[
        Right | None, typer.Option(help="The right of the second filing, where it differs.")
    ] = None,
    is_sealed: Annotated[
        bool,
        typer.Option("--sealed", help="The first filing is not published: its code is asked for."),
    ] = False,
    codes: CodeFileOption = None,
    form: FormOption = ProofForm.PROOF,
    output: OutputOption = None,
    force: ForceOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Verify a priority claim, and write the proof. Its outcome stands in the file: `proof verify` tells it."""
    first: Document = {
        "ipOfficeCode": office.upper(),
        "applicationNumberText": number,
        "filingDate": filed.date(),
        "right": right,
    }
    if is_sealed or codes is not None:
        (first,) = with_codes([first], codes)
    second: Document = {
        "ipOfficeCode": second_office.upper(),
        "filingDate": second_date.date(),
        "right": second_right or right,
    }
    if second_number is not None:
        second["applicationNumberText"] = second_number
    target = target_of(output, form, force=force)
    with connect(url, home, token_file) as client:
        content = asked(client, "/proofs/priority", {"first": first, "second": second}, form)
    _write(target, content, form, as_json=as_json)


@make.command("filing")
def make_filing(
    *,
    office: OfficeArgument,
    number: NumberArgument,
    right: RightOption = "patent",
    filed: DateOption = None,
    form: FormOption = ProofForm.PROOF,
    output: OutputOption = None,
    force: ForceOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look a number up, and write the proof of what the register holds, or that it holds nothing."""
    named: Document = {
        "ipOfficeCode": office.upper(),
        "applicationNumberText": number,
        "right": right,
    }
    filing_date: date | None = day(filed)
    if filing_date is not None:
        named["filingDate"] = filing_date
    target = target_of(output, form, force=force)
    with connect(url, home, token_file) as client:
        content = asked(client, "/proofs/filing", named, form)
    _write(target, content, form, as_json=as_json)


make.command("claims")(make_claims)


@app.command("consistency")
def consistency(
    *,
    earlier: Annotated[int, typer.Argument(min=1, help="A height.")],
    later: Annotated[int, typer.Argument(min=2, help="A greater height.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")] = Path(
        "consistency.json"
    ),
    force: ForceOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the proof that the ledger only grew between two heights (RFC 9162)."""
    import msgspec

    expect_free("--output", output, force=force)
    with connect(url, home, token_file) as client:
        document = client.get(f"/proofs/consistency/{earlier}/{later}")
    content = msgspec.json.encode(document, order="sorted") + b"\n"
    _write(output, content, ProofForm.PROOF, as_json=as_json)


def _write(output: Path, content: bytes, form: ProofForm, *, as_json: bool) -> None:
    with written_whole("--output", output) as file:
        file.write(content)
    told: Document = {"file": str(output), "bytes": len(content)}
    subject = subject_in(content, form)
    if subject:
        told |= {"outcome": subject["answer"]["outcome"], "summary": subject["answer"]["summary"]}
    if as_json:
        print_json(told)
        return
    if subject:
        data().print(f"{told['outcome']}: {told['summary']}", markup=False)
    data().print(f"{output}: {len(content)} bytes", markup=False)
