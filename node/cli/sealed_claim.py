"""`ipregister sealed claim` and `correct`: claims with an access code, as applicants bring them."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.register.entries import Right
from node.cli.access_codes import CodeFileOption, claim_in_words, claims_in, with_codes
from node.cli.claim import DecidedByOption, DecidedOnOption, RequestedOnOption, change_of
from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.options import DateOption, NumberArgument, OfficeArgument, RightOption, day, filing_id
from node.cli.output import ExitCode, JsonOption, data, fail, print_json

if TYPE_CHECKING:
    from node.client import Document, NodeClient

FirstArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="'OFFICE NUMBER DATE'",
        help="The first filing, as the applicant names it; its access code is asked for.",
        show_default=False,
    ),
]
OneClaimFileOption = Annotated[
    Path | None,
    typer.Option(
        "--claim-file",
        metavar="FILE",
        help="In its place: the claim with its code in JSON, such as a sealed receipt; - for standard input.",
        show_default=False,
    ),
]


def claim(
    *,
    office: OfficeArgument,
    number: NumberArgument,
    first: FirstArgument = None,
    claim_file: OneClaimFileOption = None,
    codes: CodeFileOption = None,
    decided_on: DecidedOnOption,
    decided_by: DecidedByOption = None,
    requested_on: RequestedOnOption = None,
    right: RightOption = "patent",
    filed: DateOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in a claim to a sealed filing, for a filing of your office, open or sealed.

    The node finds the sealed filing by number, date and code together, and proves the claim. Exit code 1: none
    answers to them.
    """
    made = _given(first, claim_file, codes)
    change = {**change_of("add", decided_on, decided_by, requested_on), "claim": made}
    with connect(url, home, token_file, "register") as client:
        subject = _own_filing(client, office, number, right, filed)
        _finish(client.post(f"/filings/{subject}/claims", change), "add", as_json=as_json)


def correct(
    *,
    office: OfficeArgument,
    number: NumberArgument,
    mistyped: Annotated[
        str,
        typer.Argument(
            metavar="'OFFICE NUMBER DATE'",
            help="The claim as it stands, open or sealed; no code is needed. Or 'OFFICE CLAIMKEY'.",
        ),
    ],
    first: FirstArgument = None,
    claim_file: OneClaimFileOption = None,
    codes: CodeFileOption = None,
    decided_on: DecidedOnOption,
    decided_by: DecidedByOption = None,
    requested_on: RequestedOnOption = None,
    right: RightOption = "patent",
    filed: DateOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a claim to a sealed filing in the place of a mistyped one (PCT Rule 26bis.1)."""
    replaced = _standing(mistyped)
    made = _given(first, claim_file, codes)
    decision = change_of("correct", decided_on, decided_by, requested_on)
    change = {**decision, "claim": made, "replacedClaim": replaced}
    with connect(url, home, token_file, "register") as client:
        subject = _own_filing(client, office, number, right, filed)
        _finish(client.post(f"/filings/{subject}/claims", change), "correct", as_json=as_json)


def _given(first: str | None, claim_file: Path | None, codes: Path | None) -> "Document":
    """The claim that the applicant made, with its code."""
    if (first is None) == (claim_file is None):
        hint = "write 'US 61/610,420 2012-03-13', or give --claim-file"
        fail(ExitCode.USAGE, "expected the first filing, or a file with it", hint)
    if claim_file is not None:
        return claims_in([claim_file])[0]
    assert first is not None, "one of the two is given"
    return with_codes([claim_in_words(first, "the first filing")], codes)[0]


def _standing(mistyped: str) -> "Document":
    office, _, claim_key = mistyped.partition(" ")
    if len(claim_key) == _CLAIM_KEY_LENGTH and " " not in claim_key:
        return {"ipOfficeCode": office.upper(), "claimKey": claim_key}
    return claim_in_words(mistyped, "the claim as it stands")


_CLAIM_KEY_LENGTH = 43


def _own_filing(
    client: "NodeClient", office: str, number: str, right: Right, filed: datetime | None
) -> str:
    """The id of your office's filing: of a sealed one, if its code is kept, else of an open one."""
    from node.client import ProblemError

    if ".sealed." in number:
        return number
    subject = filing_id(office, number, right, day(filed))
    name = {"right": right, "applicationNumberText": number, "filingDate": day(filed)}
    asked = {member: value for member, value in name.items() if value is not None}
    try:
        sealed = client.post("/sealed-filings/lookups", asked)
    except ProblemError as error:
        if error.status != _NOT_FOUND:
            raise
        return subject
    return str(sealed.get("openedFilingId") or sealed["filingId"])


_NOT_FOUND = 404


def _finish(receipt: "Document", action: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"ok": True, "exitCode": 0, **receipt})
        return
    known = "entered before" if receipt["status"] == "repeated" else "entered"
    where = f"height {receipt['height']}, index {receipt['index']}"
    data().print(f"{receipt['subject']}: {action} {known}, {where}", markup=False)
    for code in receipt.get("warningCodes", ()):
        data().print(f"warning: {code}", markup=False)
