"""`ipregister family` and `dispute`: what joins filings, and who doubts it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.documents import show, show_table
from node.cli.lookup import (
    AsOfOption,
    DateOption,
    NumberArgument,
    OfficeArgument,
    RightOption,
    day,
    filing_id,
)
from node.cli.output import ExitCode, JsonOption, data, fail, print_json

if TYPE_CHECKING:
    from node.client import Document


def family(
    *,
    office: OfficeArgument,
    number: NumberArgument,
    right: RightOption = "patent",
    filed: DateOption = None,
    kind: Annotated[
        Literal["simple", "extended"],
        typer.Option(help="simple: the same priorities; extended: linked by any priority."),
    ] = "extended",
    as_of: AsOfOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the patent family of a filing, with the claim that joins each member."""
    subject = filing_id(office, number, right, day(filed))
    from node.questions import find_family

    with connect(url, home, token_file) as client:
        found = find_family(client, subject, kind, as_of)
    if as_json:
        print_json(found)
    else:
        _show_family(found)


def _show_family(found: "Document") -> None:
    rows = []
    for member in found["members"]:
        joint = member.get("joinedBy")
        why = f"{joint['relation']} of {joint['earlierFilingId']}" if joint else ""
        known = member.get("applicationNumberText") or f"{member['filingId']} (not registered)"
        rows.append((member["ipOfficeCode"], known, member.get("filingDate", ""), why))
    show_table(("office", "number", "filed", "joined by"), rows)
    data().print(f"{found['kind']} family, as of height {found['height']}: {found['rule']}")
    if not found["isComplete"]:
        data().print("A limit cut the family: there are more members.")


def dispute(
    *,
    office: Annotated[str, typer.Argument(help="Office of the filing that makes the claim.")],
    number: NumberArgument,
    first_office: Annotated[
        str, typer.Argument(help="Office of first filing, as the claim names it.")
    ],
    first_number: Annotated[str, typer.Argument(help="Number of the first filing, as claimed.")],
    reason: Annotated[
        str, typer.Option(help="Why, in at most 200 characters; needed to raise a dispute.")
    ] = "",
    on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Date of the decision.", show_default="today (UTC)"
        ),
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take the dispute of your office back.")
    ] = False,
    right: RightOption = "patent",
    filed: DateOption = None,
    first_date: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The date claimed, where several claims have the number."
        ),
    ] = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Dispute a priority claim of any office's filing: whoever sees what it joins sees the doubt.

    The claim stays as it is, and so do the families: only the office of the filing changes it.
    """
    if not withdraw and not reason.strip():
        fail(ExitCode.USAGE, "expected --reason with a few words why, got none")
    subject = filing_id(office, number, right, day(filed))
    claim = {"ipOfficeCode": first_office.upper(), "applicationNumberText": first_number}
    if first_date is not None:
        claim["filingDate"] = first_date.date().isoformat()
    body = {
        "action": "withdraw" if withdraw else "raise",
        "claim": claim,
        "reasonText": reason,
        "decisionDate": (on or datetime.now(UTC)).date(),
    }
    with connect(url, home, token_file, "register") as client:
        answer = client.post(f"/filings/{subject}/disputes", body)
    if as_json:
        print_json(answer)
    else:
        show(answer)
