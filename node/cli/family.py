"""`ipregister family` and `dispute`: what joins filings, and who doubts it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.register.entries import Relation
from ledger.register.family_kinds import FamilyKind
from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.days import DAY_FORM, read_day
from node.cli.documents import show, show_table
from node.cli.options import (
    AsOfOption,
    DateOption,
    FirstDateArgument,
    FirstNumberArgument,
    FirstOfficeArgument,
    FirstRightOption,
    LinearizableOption,
    NumberArgument,
    RightOption,
    claim_named,
    day,
    filing_id,
)
from node.cli.output import ExitCode, JsonOption, data, fail, print_json

if TYPE_CHECKING:
    from node.client import Document


def family(
    *,
    office: Annotated[
        str,
        typer.Argument(
            help="ST.3 code of the office; or the id of the filing, such as AU.sealed.…"
        ),
    ],
    number: NumberArgument = "",
    right: RightOption = "patent",
    filed: DateOption = None,
    kind: Annotated[
        FamilyKind,
        typer.Option(
            help="simple: the same priorities; extended: linked by any priority; complex: one"
            " priority in common, for each priority; national: the filings of the office with one"
            " origin there; domestic: those with the same originating applications. The artificial"
            " family is not made: only people find it."
        ),
    ] = "simple",
    without_disputed: Annotated[
        bool,
        typer.Option(
            "--without-disputed", help="Leave out claims and relations that an office disputes."
        ),
    ] = False,
    disputed_by: Annotated[
        str,
        typer.Option(
            metavar="OFFICES",
            help="With --without-disputed: only what these offices dispute, such as EP,US.",
        ),
    ] = "",
    as_of: AsOfOption = None,
    linearizable: LinearizableOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the family of a filing, with the claims that join each member and what is doubtful about them.

    Sealed filings are shown where your office has a filing of their family that was claimed, or claims, with an
    access code; with number and date where your office knows these from its own file.
    """
    if disputed_by and not without_disputed:
        fail(ExitCode.USAGE, "expected --without-disputed beside --disputed-by, got it alone")
    if not number and "." not in office:
        fail(ExitCode.USAGE, "neither a number nor the id of a filing is named", "give a number")
    subject = filing_id(office, number, right, day(filed)) if number else office
    from node.questions import find_family

    with connect(url, home, token_file) as client:
        found = find_family(
            client,
            subject,
            kind,
            as_of,
            without_disputed=without_disputed,
            disputed_by=disputed_by,
            linearizable=linearizable,
        )
    if as_json:
        print_json(found)
    else:
        _show_family(found)


def _show_family(found: "Document") -> None:
    rows = []
    for member in found["members"]:
        known = member.get("applicationNumberText") or member["filingId"]
        known += " (sealed)" if member.get("isSealed") else ""
        known += "" if member["isRegistered"] else " (not registered)"
        first = (member["ipOfficeCode"], known, member.get("filingDate", ""))
        joints = member.get("jointBag") or [{}]
        rows += [
            (*(first if place == 0 else ("", "", "")), *_joint_cells(joint, member["filingId"]))
            for place, joint in enumerate(joints)
        ]
        rows += [("", "", "", *_publication_cells(one)) for one in member.get("publicationBag", ())]
    show_table(("office", "number", "filed", "joined by", "as named", "doubts"), rows)
    for family in found.get("familyBag", ()):
        members = ", ".join(family["filingIdBag"])
        data().print(f"by {family['originatingFilingId']}: {members}", markup=False)
    data().print(f"{found['kind']} family, as of height {found['height']}: {found['rule']}")
    if found.get("withoutDisputed"):
        left_out = [_joint_text(joint) for joint in found.get("leftOutBag", ())]
        by = f" (by {', '.join(found['disputedBy'])})" if "disputedBy" in found else ""
        listed = "; ".join(left_out) or "there are none"
        data().print(f"Without disputed claims and relations{by}: {listed}.", markup=False)
    if not found["isComplete"]:
        data().print(
            "A limit cut the family: there are more members (docs/register.md, F10). Ask for it from a later member,"
            " or with --kind simple, which is smaller; the claims that join two families by mistake can be left out"
            " with --without-disputed once they are disputed ('ipregister dispute')."
        )


def _joint_cells(joint: "Document", member: str) -> tuple[str, str, str]:
    """What joins, how it was written, and what is doubtful about it."""
    if not joint:
        return "", "", ""
    number = joint.get("applicationNumberText", "")
    if "claimKey" in joint:
        number = "(proved with its access code)"
    named = (joint["ipOfficeCode"], number, joint.get("filingDate", ""))
    doubts = [*joint.get("warningCodes", ())]
    doubts += [
        f"{one['disputingOfficeCode']}: {one['reasonText']}" for one in joint.get("disputeBag", ())
    ]
    why = f"{joint['relation']} of {joint['earlierFilingId']}"
    if joint["laterFilingId"] != member:
        why = f"{joint['relation']} claimed by {joint['laterFilingId']}"
    return why, " ".join(filter(None, named)), ", ".join(doubts)


def _publication_cells(publication: "Document") -> tuple[str, str, str]:
    what = f"{publication['eventCategory']} {publication['eventDate']}"
    return what, publication.get("keyEventCode", ""), ""


def _joint_text(joint: "Document") -> str:
    return f"{joint['relation']} of {joint['laterFilingId']} to {joint['earlierFilingId']}"


def dispute(
    *,
    office: Annotated[str, typer.Argument(help="Office of the filing that makes the claim.")],
    number: NumberArgument,
    first_office: FirstOfficeArgument,
    first_number: FirstNumberArgument,
    first_date: FirstDateArgument = None,
    relation: Annotated[
        Relation | None,
        typer.Option(
            help="Dispute this relation to the earlier filing.", show_default="dispute the claim"
        ),
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Why, in at most 200 characters; needed to raise a dispute.")
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
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take the dispute of your office back.")
    ] = False,
    right: RightOption = "patent",
    filed: DateOption = None,
    first_right: FirstRightOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Dispute a priority claim, or a relation, of any office's filing: whoever sees what it joins sees the doubt.

    The claim stays as it is, and so do the families: only the office of the filing changes it. But an open claim gives
    nobody access to reports while it is disputed by the office that deposited them, by that of their filing, or by that
    of the filing which is claimed.
    """
    if not withdraw and not reason.strip():
        fail(ExitCode.USAGE, "expected --reason with a few words why, got none")
    subject = filing_id(office, number, right, day(filed))
    claim = claim_named(first_office, first_number, day(first_date), first_right)
    body = {
        "action": "withdraw" if withdraw else "raise",
        "claim": claim,
        "reasonText": reason,
        "decisionDate": (decided_on or datetime.now(UTC)).date(),
        **({"relation": relation} if relation else {}),
    }
    with connect(url, home, token_file, "register") as client:
        answer = client.post(f"/filings/{subject}/disputes", body)
    if as_json:
        print_json(answer)
    else:
        show(answer)
